"""One file becomes one Article."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from index.boilerplate import boilerplate_marks
from index.errors import UnreadableArticle
from index.language import detect_language
from index.readers.encoding import decode
from index.readers.find import FORMATS
from index.readers.source import read_bytes
from index.types import Article

MAX_TEXT_BYTES = 64_000_000


def read_article(path: Path, article_id: str) -> Article:
    """The article in the file at `path`; its sha256 is that of the very bytes that were read.

    Raises `UnreadableArticle` with the reason and what to do about it.
    """
    file_format = FORMATS.get(path.suffix.lower())
    if file_format not in ("txt", "md"):
        raise UnreadableArticle(f"no reader for {path.suffix}")
    raw = read_bytes(path, MAX_TEXT_BYTES)
    text = decode(raw)
    if not text.strip():
        raise UnreadableArticle("empty", "")
    return Article(
        id=article_id,
        text=text,
        sha256=sha256(raw).hexdigest(),
        format=file_format,
        language=detect_language(text),
        marks=boilerplate_marks(text, None),
    )
