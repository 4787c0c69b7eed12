"""Sentence by sentence out of a stream: what a model writes, with the numbers that it cites, as soon as each is complete."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.sentences import sentence_spans
from index.types import Span

_NUMBER = r"\d{1,3}(?:\s*[-–—]\s*\d{1,3})?"
_MARK = re.compile(rf"[ \t\u00a0]*[\[【［]\s*({_NUMBER}(?:\s*[,;，、]\s*{_NUMBER})*)\s*[\]】］]")
_BEGUN = re.compile(r"\s*[\[【［][\d\s,;，、–—-]*$")  # what may become a mark when the next piece comes
_LEADING = re.compile(rf"(?:{_MARK.pattern})+(?=[^\S\n]*[^\s\[【［])")
_LIST = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)]|#{1,6})\s+")
_WORD = re.compile(r"\w")
_WIDE = "\u2e80"  # from here on, scripts that write without spaces
_LONGEST_RANGE = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Drafted:
    """One sentence as the model wrote it, without its marks, and the numbers that it cites, as they stand."""

    text: str
    numbers: tuple[int, ...]


_NOTHING = (Drafted(text="", numbers=()), 0)


def drafted(texts: Iterable[str], language: str) -> Iterator[Drafted]:
    """The sentences of a reply that comes in pieces, each when the next one has begun.

    How the reply is cut into pieces makes no difference: it is read word by word.
    """
    waiting = ""
    for word in _words(texts):
        waiting += word
        *complete, last = _read(_BEGUN.sub("", waiting), language) or [_NOTHING]
        yield from (draft for draft, _ in complete)
        waiting = waiting[last[1] :] if complete else waiting
    yield from (draft for draft, _ in _read(_BEGUN.sub("", waiting), language))


def numbers_in(mark: str) -> list[int]:
    """The numbers of a mark: "3", "3, 4", "3-5". Of an endless range its two ends."""
    found: list[int] = []
    for part in re.split(r"[,;，、]", mark):
        first, *last = (int(n) for n in re.findall(r"\d+", part))
        end = last[0] if last else first
        found += range(first, end + 1) if first <= end < first + _LONGEST_RANGE else [first, end]
    return found


def _words(texts: Iterable[str]) -> Iterator[str]:
    """The same characters, cut after each white space and each wide character."""
    word = ""
    for text in texts:
        for c in text:
            word += c
            if c.isspace() or c >= _WIDE:
                yield word
                word = ""
    yield word


def _read(text: str, language: str) -> list[tuple[Drafted, int]]:
    """The sentences of `text`, each with the place in `text` where it and its leading marks begin."""
    plain, places, marks = _without_marks(text)
    spans = [s for s in _sentences(plain, language) if _WORD.search(s.of(plain))]
    if not spans:
        return []
    numbers: list[list[int]] = [[] for _ in spans]
    starts = [places[s.start] for s in spans]
    for mark in marks:
        owner = _owner(spans, mark)
        numbers[owner] += mark.numbers
        starts[owner] = min(starts[owner], mark.place)
    return [
        (Drafted(text=_LIST.sub("", span.of(plain)), numbers=tuple(dict.fromkeys(found))), start)
        for span, found, start in zip(spans, numbers, starts, strict=True)
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Mark:
    numbers: list[int]
    place: int  # in the text with marks
    at: int  # in the text without them
    leads: bool  # its line goes on with the sentence that it stands for


def _without_marks(text: str) -> tuple[str, list[int], list[_Mark]]:
    """The text without its marks, for each of its characters the place in `text`, and the marks."""
    places: list[int] = []
    marks: list[_Mark] = []
    at, leads_until = 0, 0
    for found in _MARK.finditer(text):
        places += range(at, found.start())
        line_begins = not text[: found.start()].rpartition("\n")[2].strip(" \t-*•")
        if line_begins and (leading := _LEADING.match(text, found.start())):
            leads_until = leading.end()
        leads = found.start() < leads_until
        marks.append(_Mark(numbers=numbers_in(found[1]), place=found.start(), at=len(places), leads=leads))
        at = found.end()
    places += range(at, len(text))
    return "".join(text[i] for i in places), places, marks


def _sentences(plain: str, language: str) -> list[Span]:
    """Sentences that never cross the end of a line."""
    return [
        Span(start=line.start() + s.start, end=line.start() + s.end)
        for line in re.finditer(r"[^\n]+", plain)
        for s in sentence_spans(line[0], language)
    ]


def _owner(spans: list[Span], mark: _Mark) -> int:
    """Which sentence a mark belongs to: the one it follows, or the one it leads."""
    after = [i for i, s in enumerate(spans) if s.end > mark.at] if mark.leads else []
    before = [i for i, s in enumerate(spans) if s.start < mark.at]
    return after[0] if after else before[-1] if before else 0
