"""Web pages: the article without the page around it, by trafilatura (Barbaresi, ACL 2021)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from index.errors import UnreadableArticle
from index.readers.blocks import block_texts
from index.readers.encoding import decode
from index.readers.extract import Extract, Piece, lay_out

_NO_GUESSING = {"original_date": True, "extensive_search": False}
"""What htmldate is to do: read the date from metadata and markup, not from any number in the text."""
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")


def read_html(raw: bytes) -> Extract:
    """The article of a web page; its places are paragraphs, counted in the extracted text."""
    from trafilatura import bare_extraction
    from trafilatura.metadata import extract_metadata

    page = _XML_DECLARATION.sub("", decode(raw, markup=True), count=1)
    found = bare_extraction(page, include_comments=False, with_metadata=True, date_extraction_params=_NO_GUESSING)
    if found is None or isinstance(found, dict) or not found.text:
        text, about = "\n".join(block_texts(page)), extract_metadata(page, date_config=_NO_GUESSING)
    else:
        text, about = found.text, found
    if not text.strip():
        raise UnreadableArticle("no text in this page", "save the page as it shows in the browser")
    laid, places = lay_out(_paragraphs(text), "paragraph")
    return Extract(
        text=laid,
        title=about.title,
        date=about.date,
        outlet=about.sitename,
        author=about.author,
        language=_language(page),
        places=places,
    )


def _paragraphs(text: str) -> Iterator[Piece]:
    """One piece a line; the rows of a table stay together."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    number = 0
    for is_row, run in groupby(lines, key=lambda line: line.startswith("|") or line.endswith("|")):
        for paragraph in ["\n".join(run)] if is_row else run:
            number += 1
            yield Piece(text=paragraph, number=number)


def _language(page: str) -> str | None:
    found = re.search(r"<html[^>]*\slang\s*=\s*[\"']?([\w-]+)", page[:4096], re.IGNORECASE)
    return found[1] if found else None
