"""Citations: made from spans, written as URIs, and found again years later.

The exported form is a fragment of RFC 5147, `path/to/file.txt#char=340,512;md5=…,UTF-8`, and in JSON also the selectors of the
W3C Web Annotation Data Model. As the RFC asks, the URI counts a CRLF as one character and lines from 0; everywhere else
offsets are code points of the article's text and lines count from 1. For formats that are not plain text, the positions are
those of the extracted text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote, unquote

from index.catalog import Catalog, text_md5
from index.errors import CitationUnknown, UnreadableArticle
from index.readers import read_article
from index.types import Article, Place, Span
from rag.question.remarks import nearest_file
from rag.types import Citation

State = Literal["unchanged", "moved", "gone"]
_ENDLESS = 2**63
_FRAGMENT = re.compile(
    r"(?P<unit>char|line)=(?P<first>\d*)(?P<range>,(?P<last>\d*))?"
    r"(?:;(?:md5=(?P<md5>[0-9a-f]{32})|length=\d+)(?:,[\w-]+)?)*$",
    re.IGNORECASE,
)
_CHARACTERS = re.compile(r":\d+(?:-\d+)?, characters (\d+)-(\d+)(?:, \w+ \d+)?$")  # see `ui.render.source_lines`
_LINE_NUMBERS = re.compile(r":(\d+)(?:-(\d+))?$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Located:
    """A citation followed to its file: what was quoted, and where it stands now (`span` and `text` of today's file)."""

    state: State
    article: Article
    quote: str
    text: str
    span: Span


def make_citation(number: int, article: Article, span: Span, also_in: tuple[str, ...] = ()) -> Citation:
    """The citation of a span of an article."""
    first, last = lines_of(article.text, span)
    return Citation(
        number=number,
        file=article.id,
        span=span,
        line_start=first,
        line_end=last,
        quote=span.of(article.text),
        sha256=article.sha256,
        title=article.title,
        date=article.date,
        outlet=article.outlet,
        language=article.language,
        place=_place(article.places, span),
        uri=_uri(article, span),
        also_in=also_in,
    )


def stale(catalog: Catalog, citations: Iterable[Citation]) -> list[str]:
    """A word about each cited file that is no longer what was indexed, by its size and time."""
    found = {c.file: _change(catalog, c.file) for c in citations}
    remedy = "run `sourceline index` on its folder again"
    return [f"{file} {change} since it was indexed: {remedy}" for file, change in found.items() if change]


def _change(catalog: Catalog, article_id: str) -> str:
    known = catalog.rows("SELECT size, mtime_ns FROM article WHERE id = ?", (article_id,))
    path = catalog.file_of(article_id)
    try:
        now = path.stat() if path else None
    except OSError:
        return "is gone"
    return "" if now and known and tuple(known[0]) == (now.st_size, now.st_mtime_ns) else "has changed"


def lines_of(text: str, span: Span) -> tuple[int, int]:
    """The first and last line of a span, counted from 1."""
    starts = line_starts(text)
    return bisect_right(starts, span.start), bisect_right(starts, max(span.start, span.end - 1))


def line_starts(text: str) -> list[int]:
    """Where each line begins; a line ends at CR, LF or CRLF."""
    return [0, *(m.end() for m in re.finditer(r"\r\n|\r|\n", text))]


def _place(places: tuple[Place, ...], span: Span) -> str | None:
    """Where in its file a quote stands, for a person: "page 3"."""
    return next((f"{p.kind} {p.number}" for p in places if p.span.start <= span.start < p.span.end), None)


def _uri(article: Article, span: Span) -> str:
    start, end = (offset - article.text.count("\r\n", 0, offset) for offset in (span.start, span.end))
    return f"{quote(article.id)}#char={start},{end};md5={text_md5(article.text)},UTF-8"


def locate(catalog: Catalog, written: str) -> Located:
    """Follow a citation to its file as it is today: a URI, `file:12`, `file:12-14` or `file:12, characters 340-512`.

    Raises CitationUnknown when it cannot be read or nothing is known of what it quoted.
    """
    file, version, span_in = _parsed(catalog, written)
    article = catalog.article(file)
    if article is None:
        raise CitationUnknown(f"no article {file!r} is indexed", _nearest(catalog, file))
    cited = article.text if version in (None, text_md5(article.text)) else catalog.former_text(file, version or "")
    if cited is None:
        raise CitationUnknown(f"{file} was cited in a version that was never indexed here", "compare the quote by hand")
    span = _trimmed(cited, span_in(cited))
    if not len(span):
        has = f"the article has {len(cited)} characters in {lines_of(cited, Span(start=0, end=len(cited)))[1]} lines"
        raise CitationUnknown(f"there is nothing to quote at {written!r}", f"{has}; name a range that holds text")
    today = _today(catalog, article)
    now = _find(span.of(cited), today.text, span) if today else None
    if today is None or now is None:
        return Located(state="gone", article=article, quote=span.of(cited), text=cited, span=span)
    state: State = "unchanged" if now == span else "moved"
    return Located(state=state, article=today, quote=span.of(cited), text=today.text, span=now)


def _nearest(catalog: Catalog, file: str) -> str:
    ids = [r["id"] for r in catalog.rows("SELECT id FROM article ORDER BY id")]
    return nearest_file(file, ids) if ids else "nothing is indexed: run `sourceline index PATH` first"


def _parsed(catalog: Catalog, written: str) -> tuple[str, str | None, Callable[[str], Span]]:
    """The article's id, the md5 of the cited version if it is named, and how to find the span in that version's text."""
    file, mark, fragment = written.strip().rpartition("#")
    if mark and (m := _FRAGMENT.match(fragment)) and (m["first"] or m["last"]):
        span_in = _by_characters if m["unit"].lower() == "char" else _by_lines
        first = int(m["first"] or 0)
        last = int(m["last"]) if m["last"] else _ENDLESS if m["range"] else first
        return unquote(file), m["md5"].lower() if m["md5"] else None, lambda text: span_in(text, first, last)
    if m := _CHARACTERS.search(written.strip()):
        first, last = int(m[1]), int(m[2])
        return written.strip()[: m.start()], None, lambda text: _clipped(text, first, last)
    if m := _LINE_NUMBERS.search(written.strip()):
        first, last = int(m[1]), int(m[2] or m[1])
        return written.strip()[: m.start()], None, lambda text: _by_lines(text, first - 1, last)
    remedy = "write it as FILE#char=340,512 or FILE:12-14, as `sourceline ask` prints it"
    raise CitationUnknown(f"{written!r} is not a citation", remedy)


def _by_characters(text: str, first: int, last: int) -> Span:
    """RFC 5147 positions, where CRLF is one character."""
    if "\r\n" not in text:
        return _clipped(text, first, last)
    position = [i for i in range(len(text) + 1) if text[i - 1 : i + 1] != "\r\n"]
    return _clipped(text, *(position[min(p, len(position) - 1)] for p in (first, last)))


def _by_lines(text: str, first: int, last: int) -> Span:
    """The lines between two RFC 5147 line positions, the first of which is 0; a single position names the line after it."""
    starts = [*line_starts(text), len(text)]
    start, end = (starts[min(p, len(starts) - 1)] for p in (first, max(last, first + 1)))
    return _clipped(text, start, end)


def _clipped(text: str, start: int, end: int) -> Span:
    start = min(start, len(text))
    return Span(start=start, end=max(start, min(end, len(text))))


def _trimmed(text: str, span: Span) -> Span:
    """The span without white space at its edges."""
    quoted = span.of(text)
    start = span.start + len(quoted) - len(quoted.lstrip())
    return Span(start=start, end=start + len(quoted.strip()))


def _today(catalog: Catalog, article: Article) -> Article | None:
    path: Path | None = catalog.file_of(article.id)
    try:
        return read_article(path, article.id) if path else None
    except (UnreadableArticle, OSError):
        return None


def _find(wanted: str, text: str, was: Span) -> Span | None:
    """Where `wanted` stands in `text`: at the very place where it was, or, white space aside, the nearest to it."""
    if was.of(text) == wanted:
        return was
    pattern = r"\s+".join(re.escape(word) for word in wanted.split())
    found = [Span(start=m.start(), end=m.end()) for m in re.finditer(pattern, text)]
    return min(found, key=lambda s: abs(s.start - was.start), default=None)
