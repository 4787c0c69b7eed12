"""Paragraphs: where a line's end is the end of a thought, and where it is only the edge of a page.

News comes in two shapes. Most of it has one line a paragraph; agency wires, mail and PDF are hard-wrapped, and there a
sentence runs over several lines. What tells them apart is the wrapper's own rule: it breaks a line only where the next
word did not fit.
"""

from __future__ import annotations

import re
from itertools import pairwise

from index.types import Span

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_LONGEST_WRAP = 120  # no one wraps wider than this; a longer line is a paragraph
_SHORTEST_WRAP = 40  # below this a line that stops without a full stop is an item, not a half sentence
_HEADING = 80  # characters: longer lines are read as text
_WIDE = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_FIRST_WORD = re.compile(rf"[{_WIDE}]|[^\s{_WIDE}]+")
_ITEM = re.compile(r"[-*+•‣▪◦·–—]\s|\(?(?:\d{1,3}|[a-zA-Z])[.)]\s|#{1,6}\s|>\s")
_ROW = re.compile(r"\||.*\t.*\t|.*\|.*\|")
_STOPPED = re.compile(r"[.!?…。！？؟।۔:;][\"'”’»›)\]」』）]*$")
_UNDERLINE = re.compile(r"[-=~_*]{3,}$")
_MARKUP = re.compile(r"#{1,6}\s|\*\*[^*]+\*\*$")


def paragraph_spans(text: str) -> list[Span]:
    """The paragraphs of `text` in order, without surrounding white space; together they hold all that is not white space.

    A blank line, a heading, a list item and a table row always start a new one. Any other line's end does too, unless
    the text is hard-wrapped and the next word would not have fitted, or the line breaks off and goes on in lower case.
    """
    lines = _lines(text)
    width = _wrap_width(text, lines)
    paragraphs: list[list[int]] = []
    before: Span | None = None
    for line in lines:
        if before and _goes_on(text, before, line, width):
            paragraphs[-1][1] = line.end
        else:
            paragraphs.append([line.start, line.end])
        before = line
    return [Span(start=start, end=end) for start, end in paragraphs]


def headings(text: str, paragraphs: list[Span]) -> list[bool]:
    """Which paragraphs announce the next: marked as a heading, or short, open-ended and before prose or another heading."""
    found = [False] * len(paragraphs)
    for i in range(len(paragraphs) - 2, -1, -1):
        line, following = paragraphs[i], paragraphs[i + 1]
        found[i] = _is_marked(text, line) or (_is_open(text, line) and (found[i + 1] or _is_prose(text, following)))
    return found


def _is_marked(text: str, line: Span) -> bool:
    return bool(_MARKUP.match(text[line.start : min(line.end, line.start + 2 * _LONGEST_WRAP)]))


def _is_open(text: str, line: Span) -> bool:
    """Whether a line is short and neither a statement, nor an item, nor a table row. A question can be a heading."""
    words = text[line.start : line.end] if len(line) <= _HEADING else ""
    return bool(words) and not (_STOPPED.search(words.rstrip("?？؟")) or _ITEM.match(words) or _ROW.match(words))


def _is_prose(text: str, paragraph: Span) -> bool:
    """Whether a paragraph is longer than a heading and ends as a sentence does."""
    return len(paragraph) > _HEADING and bool(_STOPPED.search(text[paragraph.end - 8 : paragraph.end]))


def is_unbroken(text: str, paragraph: Span) -> bool:
    """Whether full stops end no sentence in a paragraph: a row of a table, or a line marked as a heading."""
    return len(paragraph) <= 2 * _LONGEST_WRAP and (bool(_ROW.match(paragraph.of(text))) or _is_marked(text, paragraph))


def _lines(text: str) -> list[Span]:
    """The lines that hold more than white space, trimmed."""
    found = []
    for match in _LINE.finditer(text):
        line = match.group()
        left, right = len(line) - len(line.lstrip()), len(line.rstrip())
        if left < right:
            found.append(Span(start=match.start() + left, end=match.start() + right))
    return found


def _wrap_width(text: str, lines: list[Span]) -> int:
    """The column at which the text is hard-wrapped, or 0 where it is not."""
    lengths = [len(line) for line in lines]
    narrow = [length for length in lengths if length <= _LONGEST_WRAP]
    if len(narrow) < 3 or len(narrow) < 0.9 * len(lengths):
        return 0
    width = sorted(narrow)[int(0.98 * (len(narrow) - 1))]
    breaks = [(a, b) for a, b in pairwise(lines) if _adjacent(text, a, b)]
    full = sum(_is_full(text, a, b, width) for a, b in breaks)
    return width if width >= _SHORTEST_WRAP // 2 and full >= max(2, 0.5 * len(breaks)) else 0


def _is_full(text: str, line: Span, following: Span, width: int) -> bool:
    """Whether the first word of the following line would not have fitted on this one."""
    word = _FIRST_WORD.match(text, following.start, min(following.end, following.start + _LONGEST_WRAP))
    return len(line) + 1 + (len(word.group()) if word else 0) > width


def _goes_on(text: str, line: Span, following: Span, width: int) -> bool:
    """Whether a paragraph continues from one line to the next."""
    if not _adjacent(text, line, following):
        return False
    if _UNDERLINE.match(text, following.start, following.end):
        return True
    if _starts_something(text, line, following):
        return False
    if width and _is_full(text, line, following, width):
        return True
    broken_off = _SHORTEST_WRAP <= len(line) <= _LONGEST_WRAP and not _STOPPED.search(text[line.end - 8 : line.end])
    return broken_off and text[following.start].islower()


def _starts_something(text: str, line: Span, following: Span) -> bool:
    """Whether either line is a heading or a table row, or the second begins an item of a list."""
    here, there = (text[span.start : min(span.end, span.start + 200)] for span in (line, following))
    return bool(
        _MARKUP.match(here) or _ROW.match(here) or _ROW.match(there) or _ITEM.match(there) or _MARKUP.match(there)
    )


def _adjacent(text: str, line: Span, following: Span) -> bool:
    """Whether no blank line lies between two lines."""
    gap = text[line.end : following.start]
    return len(gap) < 200 and len((gap + "x").splitlines()) == 2
