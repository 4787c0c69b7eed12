"""The words around evidence and citations, cut so that no stretch of an article is in a report twice.

The text of an article is cut wherever a span or its surroundings begin or end, in any case. What is between two cuts is a piece;
a case names its pieces by number, so a page marks spans without counting characters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from evals.runs import Row
from index.types import Span

ArticleText = Callable[[str], str | None]
AROUND = 600  # characters before and after a span


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A span of an article that is evidence, or is cited by `number`; `quote` is what it is said to read."""

    file: str
    span: Span
    quote: str
    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """What a case shows of one article: pieces from first to before last, for each stretch, each evidence, each citation."""

    file: str
    stretches: tuple[tuple[int, int], ...]
    gold: tuple[tuple[int, int], ...]
    cited: tuple[tuple[int, int, int], ...]  # with the number of the citation


@dataclass(frozen=True, kw_only=True)
class Excerpts:
    """The pieces of every article, and the excerpts of every row."""

    pieces: dict[str, list[str]]
    rows: tuple[tuple[Excerpt, ...], ...]


def excerpts(rows: Sequence[Row], article_text: ArticleText) -> Excerpts:
    """The surroundings of what is marked. Where an article's text is not known, or is not what was quoted, the quotes alone."""
    marked = [_by_file(marks(row)) for row in rows]
    files = dict.fromkeys(file for own in marked for file in own)
    cuts = {file: _cut([own[file] for own in marked if file in own], article_text(file)) for file in files}
    found = (sorted((cuts[f].excerpt(f, some) for f, some in own.items()), key=_cited_first) for own in marked)
    return Excerpts(pieces={file: cut.pieces() for file, cut in cuts.items()}, rows=tuple(map(tuple, found)))


def marks(row: Row) -> Iterator[Mark]:
    """The evidence that has a span, and the citations that resolve to one."""
    for evidence in row.case.evidence:
        if evidence.span:
            yield Mark(file=evidence.file, span=evidence.span, quote=evidence.quote or "")
    quotes = {c["number"]: c.get("quote") or "" for c in row.answer.get("citations", ())}
    for number, place in row.citations.items():
        if place.span:
            yield Mark(file=place.file, span=place.span, quote=quotes[number], number=number)


@dataclass(frozen=True, kw_only=True)
class _Cut:
    """An article's text and where it is cut; `shown` is what any case shows of it, and `around` how far that reaches."""

    text: str
    around: int
    points: dict[int, int]
    shown: list[Span]

    def pieces(self) -> list[str]:
        """What is between the cuts; nothing where no case shows it."""
        starts = {point for span in self.shown for point in self.points if span.start <= point < span.end}
        return [self.text[a:b] if a in starts else "" for a, b in pairwise(self.points)]

    def excerpt(self, file: str, some: Sequence[Mark]) -> Excerpt:
        """What a case with these marks shows."""
        places = [(mark.number, self._pieces_of(span)) for mark in some if (span := _within(mark.span, self.text))]
        return Excerpt(
            file=file,
            stretches=tuple(self._pieces_of(s) for s in _stretches(some, self.around, self.text)),
            gold=tuple(place for number, place in places if number is None),
            cited=tuple((*place, number) for number, place in places if number is not None),
        )

    def _pieces_of(self, span: Span) -> tuple[int, int]:
        return self.points[span.start], self.points[span.end]


def _cut(groups: Sequence[Sequence[Mark]], text: str | None) -> _Cut:
    """Cut one article as all cases need it; `groups` are the marks of each case."""
    every, around = [mark for some in groups for mark in some], AROUND
    if text is None or any(mark.number is None and mark.span.of(text) != mark.quote for mark in every):
        text, around = _stitched(every), 0
    stretches = [stretch for some in groups for stretch in _stretches(some, around, text)]
    spans = [*stretches, *(span for mark in every if (span := _within(mark.span, text)))]
    points = sorted({point for span in spans for point in (span.start, span.end)})
    return _Cut(text=text, around=around, points={p: i for i, p in enumerate(points)}, shown=_merged(stretches))


def _stitched(every: Iterable[Mark]) -> str:
    """A text that has the quotes where they belong, and blanks elsewhere."""
    known: dict[int, str] = {}
    for mark in every:
        if len(mark.quote) == len(mark.span):
            known |= dict(enumerate(mark.quote, mark.span.start))
    return "".join(known.get(i, " ") for i in range(max(known, default=-1) + 1))


def _stretches(some: Iterable[Mark], around: int, text: str) -> list[Span]:
    """The surroundings of the marks, those that touch joined."""
    spans = [span for mark in some if (span := _within(mark.span, text))]
    wide = (Span(start=max(0, s.start - around), end=min(len(text), s.end + around)) for s in spans)
    return _merged(wide)


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(start=merged[-1].start, end=max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _within(span: Span, text: str) -> Span | None:
    """What of the span the text has; None if nothing."""
    end = min(span.end, len(text))
    return Span(start=span.start, end=end) if span.start < end else None


def _by_file(some: Iterable[Mark]) -> dict[str, list[Mark]]:
    found: dict[str, list[Mark]] = {}
    for mark in some:
        found.setdefault(mark.file, []).append(mark)
    return found


def _cited_first(excerpt: Excerpt) -> tuple[bool, bool, str]:
    return not excerpt.cited, not excerpt.gold, excerpt.file
