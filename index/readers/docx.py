"""Word documents."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.errors import UnreadableArticle
from index.readers.extract import Extract, Piece, lay_out
from index.readers.zipped import open_zip

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table

_NOBODY = frozenset({"", "python-docx", "user", "microsoft office user", "administrator", "admin", "unknown"})
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
"""OLE2 compound file: what .doc is, and .docx when it is encrypted."""
_TITLE_STYLES = ("Title", "Heading 1")


def read_docx(raw: bytes) -> Extract:
    """The paragraphs and tables of a Word document; its places are their numbers.

    The title is what the document calls so, in its properties or by its style. When it was saved is not when it was
    published, so its properties give no date.
    """
    document = _open(raw)
    text, places = lay_out(_pieces(document), "paragraph")
    properties = document.core_properties
    author = properties.author or ""
    return Extract(
        text=text,
        title=properties.title.strip() or _styled_title(document),
        author=None if author.casefold() in _NOBODY else author,
        language=properties.language or None,
        places=places,
    )


def _open(raw: bytes) -> Document:
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import XMLSyntaxError  # type: ignore[import-untyped]

    if raw.startswith(_OLD_OR_LOCKED):
        raise UnreadableArticle("an old Word file, or locked with a password", "save it as .docx without a password")
    open_zip(raw).close()
    try:
        return docx.Document(io.BytesIO(raw))
    except (OpcError, KeyError, ValueError, AttributeError, XMLSyntaxError, zipfile.BadZipFile) as error:
        raise UnreadableArticle(f"damaged Word document: {error}", "open it in Word and save it again") from error


def _pieces(document: Document) -> Iterator[Piece]:
    from docx.text.paragraph import Paragraph

    for number, item in enumerate(document.iter_inner_content(), 1):
        text = item.text.strip() if isinstance(item, Paragraph) else _rows(item)
        if text:
            yield Piece(text=text, number=number)


def _rows(table: Table) -> str:
    """One line a row; a cell that spans several columns counts once."""
    lines = []
    for row in table.rows:
        cells = {id(cell._tc): " ".join(cell.text.split()) for cell in row.cells}
        lines.append(" | ".join(cells.values()))
    return "\n".join(lines)


def _styled_title(document: Document) -> str | None:
    for paragraph in document.paragraphs[:10]:
        if paragraph.style is not None and paragraph.style.name in _TITLE_STYLES and paragraph.text.strip():
            return paragraph.text.strip()
    return None
