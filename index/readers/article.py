"""One file becomes one Article."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from index.boilerplate import boilerplate_marks
from index.errors import UnreadableArticle
from index.language import UNKNOWN, detect_language
from index.readers.dates import date_in_name, parse_date
from index.readers.encoding import decode
from index.readers.extract import Extract
from index.readers.find import FORMATS
from index.readers.front import Front, read_front
from index.readers.sandbox import shared_sandbox
from index.readers.source import read_bytes
from index.types import Article, Format, Mark

MAX_BYTES: Mapping[Format, int] = {
    "txt": 64_000_000,
    "md": 64_000_000,
    "html": 16_000_000,
    "pdf": 128_000_000,
    "docx": 64_000_000,
    "epub": 128_000_000,
}
MAX_LINES = 400_000
_FIELDS = ("title", "date", "outlet", "author", "language")
_LANGUAGE_TAG = re.compile(r"([a-z]{2})(?:[-_].*)?")
_ENOUGH_TO_TELL = 200
"""Characters from which on the text itself tells its language better than a tag that a template may have put there."""
_UNSTORABLE = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff]")
_INVISIBLE = {
    "direction": re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"),
    "zero-width": re.compile("[\u200b-\u200d\u2060-\u2064\ufeff]"),
    "tag": re.compile("[\U000e0000-\U000e007f]"),
}


def read_article(path: Path, article_id: str) -> Article:
    """The article in the file at `path`; its sha256 is that of the very bytes that were read.

    Raises `UnreadableArticle` with the reason and what to do about it.
    """
    file_format = FORMATS.get(path.suffix.lower())
    if file_format is None:
        raise UnreadableArticle(f"no reader for {path.suffix or 'files without an ending'}", "rename or convert it")
    raw = read_bytes(path, MAX_BYTES[file_format])
    if not raw:
        raise UnreadableArticle("empty", "remove it, or put text into it")
    extract = Extract(text=decode(raw)) if file_format in ("txt", "md") else shared_sandbox().read(raw, file_format)
    if not extract.text.strip():
        raise UnreadableArticle("no text in it", "remove it, or put text into it")
    lines = extract.text.count("\n") + extract.text.count("\r")
    if lines > MAX_LINES:
        raise UnreadableArticle(f"too long: {lines:,} lines, the limit is {MAX_LINES:,}", "cut it into several files")
    return _article(extract, article_id, sha256(raw).hexdigest(), file_format)


def _article(extract: Extract, article_id: str, digest: str, file_format: Format) -> Article:
    text = extract.text
    known = {name: value for name in _FIELDS if (value := getattr(extract, name))}
    front = read_front(text, known)
    front.fields = {name: _UNSTORABLE.sub(" ", value).strip() for name, value in front.fields.items()}
    language = _language(text, front)
    written = front.fields.get("date")
    return Article(
        id=article_id,
        text=text,
        sha256=digest,
        format=file_format,
        title=front.fields.get("title") or None,
        date=(parse_date(written, language) if written else None) or date_in_name(article_id),
        outlet=front.fields.get("outlet") or None,
        author=front.fields.get("author") or None,
        language=language,
        marks=_marks(text, front),
        places=extract.places,
        warnings=_warnings(text),
    )


def _language(text: str, front: Front) -> str:
    body = text[front.body : front.body + 4_000].strip()
    tag = _LANGUAGE_TAG.fullmatch(front.fields.get("language", "").lower())
    if tag and len(body) < _ENOUGH_TO_TELL:
        return tag[1]
    found = detect_language(body or text)
    return tag[1] if tag and found == UNKNOWN else found


def _marks(text: str, front: Front) -> tuple[Mark, ...]:
    """All marks in order; without those that would leave nothing, so that a lone headline can still be found."""
    marks = sorted([*front.marks, *boilerplate_marks(text, front.fields.get("title"), front.body)], key=_start)
    for spared in ("", "title", "boilerplate"):
        kept = tuple(mark for mark in marks if mark.kind != spared)
        if _leaves_something(text, kept):
            return kept
    return ()


def _start(mark: Mark) -> int:
    return mark.span.start


def _leaves_something(text: str, marks: tuple[Mark, ...]) -> bool:
    end = 0
    for mark in marks:
        if text[end : mark.span.start].strip():
            return True
        end = mark.span.end
    return bool(text[end:].strip())


def _warnings(text: str) -> tuple[str, ...]:
    """What a reader of the report should know: characters that are there and are not seen."""
    if text.isascii():
        return ()
    counts = {kind: sum(1 for _ in pattern.finditer(text)) for kind, pattern in _INVISIBLE.items()}
    named = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    return (f"invisible characters: {named}",) if named else ()
