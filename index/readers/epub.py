"""EPUB books and articles: a zip archive of web pages with a table that puts them in order (EPUB 3.3, W3C)."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from index.errors import UnreadableArticle
from index.readers.blocks import block_texts
from index.readers.encoding import decode
from index.readers.extract import Extract, Piece, lay_out
from index.readers.zipped import open_zip

_DC = "{http://purl.org/dc/elements/1.1/}"
_FIELDS = {"title": "title", "date": "date", "outlet": "publisher", "author": "creator", "language": "language"}


def read_epub(raw: bytes) -> Extract:
    """The text of all chapters in reading order; its places are the chapters, numbered as in the spine."""
    archive = open_zip(raw)
    try:
        path = _package_path(archive)
        package = _parse(archive.read(path))
        text, places = lay_out(_pieces(archive, package, posixpath.dirname(path)), "chapter")
    except (KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError, SyntaxError, StopIteration) as error:
        raise UnreadableArticle(f"damaged EPUB: {error}", "convert or download it again") from error
    return Extract(text=text, places=places, **_fields(package))


def _parse(raw: bytes) -> Any:
    from lxml import etree  # type: ignore[import-untyped]

    return etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _package_path(archive: zipfile.ZipFile) -> str:
    container = _parse(archive.read("META-INF/container.xml"))
    return str(next(container.iter("{*}rootfile")).get("full-path"))


def _fields(package: Any) -> Mapping[str, str]:
    found = {field: package.find(f".//{_DC}{name}") for field, name in _FIELDS.items()}
    return {field: element.text.strip() for field, element in found.items() if element is not None and element.text}


def _pieces(archive: zipfile.ZipFile, package: Any, folder: str) -> Iterator[Piece]:
    pages = {item.get("id"): item.get("href", "") for item in package.iter("{*}item")}
    for number, entry in enumerate(package.iter("{*}itemref"), 1):
        name = posixpath.normpath(posixpath.join(folder, unquote(pages[entry.get("idref")])))
        for paragraph in block_texts(decode(archive.read(name), markup=True)):
            yield Piece(text=paragraph, number=number)
