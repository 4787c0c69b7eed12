"""Sentence by sentence out of a stream: what a model writes, with the numbers that it cites, as soon as each is complete."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from index.sentences import sentence_spans
from index.types import Span

_NUMBER = r"\d{1,3}(?:\s*[-–—]\s*\d{1,3})?"
_MARK = re.compile(rf"[ \t\u00a0]*[\[【［]\s*({_NUMBER}(?:\s*[,;，、]\s*{_NUMBER})*)\s*[\]】］]")
_BETWEEN = re.compile(r"[ \t]*(?:[,;，、&]|\b(?:and|und|et|y|e|и)\b)?[ \t]*")  # of one mark and the next
_AGAIN = re.compile(r"[.。](?=\s*(?:$|\s|[\[【［]))")  # behind a mark, where a sentence has ended before it
_BEGUN = re.compile(r"\s*[\[【［][\d\s,;，、–—-]*$")  # what may become a mark when the next piece comes
_LEADING = re.compile(rf"(?:{_MARK.pattern})+(?=[^\S\n]*[^\s\[【［|])")
_MONTH = "jan|feb|mär|apr|mai|jun|jul|aug|sep|okt|nov|dez"
_LISTED = re.compile(  # before a line's first sentence; "5. Oktober" is a day
    rf"\s*(?:(?:[-*•–—+>|]|\d{{1,2}}[.)](?!\s(?:{_MONTH}))|#{{1,6}})\s+)+|\s+", re.IGNORECASE
)
_DASHED = re.compile(r"(?:[-–—•|]\s+)+")  # before another one
_CLOSING = re.compile(r"[*_]{1,3}(?=\s|$)")  # of what is bold or italic
_PAIRED = ("**", "__", "`")
_NOT_LAYOUT = re.compile(r"[^ \t\n|:>*•–—+#\d.)-]")
_RULED = re.compile(r"[ \t|]*\n(?=[^\n]*\|)[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*(?:\n|$)")
"""Behind the head of a table, the line that parts it from the rows."""
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_ENDS = ".!?。！？"
_WORD = re.compile(r"\w")
_WIDE = "\u2e80"  # from here on, scripts that write without spaces
_LONGEST_RANGE = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Drafted:
    """One sentence as the model wrote it, without its marks, and the numbers that it cites, as they stand.

    `lead` is the layout before it: a space, the end of a line, the mark of a list, the border of a table's cell. The `head` of a
    table says nothing by itself.
    """

    text: str
    numbers: tuple[int, ...]
    lead: str = ""
    head: bool = False


_Read = tuple[Drafted, int]
"""A sentence, and where in the text that was read it ends, its marks included."""


def drafted(texts: Iterable[str], language: str) -> Iterator[Drafted]:
    """The sentences of a reply that comes in pieces, each when the next one has begun.

    How the reply is cut into pieces makes no difference: it is read word by word. A reply of marks alone is one sentence without text.
    """
    found = _one_by_one(texts, language)
    if first := next(found, None):
        yield replace(first, lead=first.lead.lstrip())
        yield from found


def _one_by_one(texts: Iterable[str], language: str) -> Iterator[Drafted]:
    waiting = "\n"
    for word in _words(texts):
        waiting += word
        found = _read(_BEGUN.sub("", waiting), language)
        yield from (draft for draft, _ in found[:-1])
        waiting = waiting[found[-2][1] :] if len(found) > 1 else waiting
    found = _read(_BEGUN.sub("", waiting), language)
    yield from (draft for draft, _ in found)
    marks = () if found else [n for mark in _MARK.finditer(waiting) for n in numbers_in(mark[1])]
    if marks:  # the whole reply
        yield Drafted(text="", numbers=tuple(dict.fromkeys(marks)))


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
    """The sentences of `text`, each with the place in `text` where it and its marks end.

    `text` begins with the end of a line, or in the middle of one, right behind a sentence.
    """
    plain, places, marks = _without_marks(text)
    spans = [s for s in _sentences(plain, language) if _WORD.search(s.of(plain))]
    numbers: list[list[int]] = [[] for _ in spans]
    ends = [places[s.end - 1] + 1 for s in spans]
    for mark in marks if spans else ():
        owner = _owner(spans, mark)
        numbers[owner] += mark.numbers
        ends[owner] = max(ends[owner], mark.end)
    befores = [0, *(s.end for s in spans)]
    return [
        (
            Drafted(
                text=_balanced(span.of(plain)),
                numbers=tuple(dict.fromkeys(found)),
                lead=_NOT_LAYOUT.sub("", plain[before : span.start]),
                head=bool(_RULED.match(plain, span.end)),
            ),
            end,
        )
        for span, found, end, before in zip(spans, numbers, ends, befores, strict=False)
    ]


def _balanced(text: str) -> str:
    """A sentence of several that are bold together is not bold: its marks stand in two sentences."""
    for mark in _PAIRED:
        if text.count(mark) % 2:
            text = text.replace(mark, "")
    return text


@dataclass(frozen=True, kw_only=True, slots=True)
class _Mark:
    numbers: list[int]
    end: int  # in the text with marks
    at: int  # in the text without them
    leads: bool  # its line goes on with the sentence that it stands for


def _without_marks(text: str) -> tuple[str, list[int], list[_Mark]]:
    """The text without its marks, for each of its characters the place in `text`, and the marks."""
    places: list[int] = []
    marks: list[_Mark] = []
    at, leads_until = 0, 0
    for found in _MARK.finditer(text):
        if not (marks and _BETWEEN.fullmatch(text, at, found.start())):
            places += range(at, found.start())
        _, line, begun = text[: found.start()].rpartition("\n")
        if line and not _LISTED.sub("", begun, count=1) and (leading := _LEADING.match(text, found.start())):
            leads_until = leading.end()
        leads = found.start() < leads_until
        again = _AGAIN.match(text, found.end()) if places and text[places[-1]] in _ENDS else None
        at = (again or found).end()
        marks.append(_Mark(numbers=numbers_in(found[1]), end=at, at=len(places), leads=leads))
    places += range(at, len(text))
    return "".join(text[i] for i in places), places, marks


def _sentences(plain: str, language: str) -> list[Span]:
    """Sentences without the layout around them; they never cross the end of a line."""
    return [
        Span(start=line.start() + s.start, end=line.start() + s.end)
        for line in re.finditer(r"[^\n]+", plain)
        if not _FENCE.match(line[0])
        for s in _of_line(line[0], language, begins=line.start() > 0)
    ]


def _of_line(line: str, language: str, *, begins: bool) -> list[Span]:
    """The sentences of a line, or (`begins` is False) of the rest of one."""
    found: list[Span] = []
    for span in sentence_spans(line, language):
        start, end = span.start, span.end
        if found and (closing := _CLOSING.match(line, start, end)):
            found[-1] = Span(start=found[-1].start, end=closing.end())
            start = closing.end()
        layout = _LISTED if begins and not found else _DASHED
        start += len(line[start:end]) - len(line[start:end].lstrip())
        if listed := layout.match(line, start, end):
            start = listed.end()
        end = start + len(line[start:end].rstrip(" \t|"))
        if start < end:
            found.append(Span(start=start, end=end))
    return found


def _owner(spans: list[Span], mark: _Mark) -> int:
    """Which sentence a mark belongs to: the one it follows, or the one it leads."""
    after = [i for i, s in enumerate(spans) if s.end > mark.at] if mark.leads else []
    before = [i for i, s in enumerate(spans) if s.start < mark.at]
    return after[0] if after else before[-1] if before else 0
