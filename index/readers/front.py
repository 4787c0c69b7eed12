"""What stands before the body of an article: front matter, header lines, title, byline, date."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from index.boilerplate import plain, reads_as_sentence
from index.lines import line_spans
from index.readers.byline import credit_fields, dateline_fields
from index.readers.header import front_matter, header_fields
from index.types import Mark, MarkKind, Span

_HEADING = re.compile(r"#{1,2}\s+(.*)")
_UNDERLINE = re.compile(r"={3,}|-{3,}")
_LOUD = re.compile(r"[?!][\"'”’»]?$")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_NOT_A_TITLE = re.compile(r"[-*•>|<(\[]|https?:|www\.|\d+[.)]\s")
_MOST_LINES = 16
_LONGEST_LINE = 50_000
_LONGEST_TITLE = 200
_LONGEST_LOUD_TITLE = 150
_LONGEST_KICKER = 25
_MOST_KICKER_WORDS = 6
_WRAPPED_AT_LEAST = 50
_WRAPPED_AT_MOST = 100


@dataclass(kw_only=True, slots=True)
class Front:
    """The front of one text as it is read, line by line; `body` is the offset where it ends."""

    fields: dict[str, str] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    body: int = 0

    def take(self, span: Span, kind: MarkKind, found: Mapping[str, str]) -> bool:
        """Mark one stretch and keep what it says; of two values the first counts."""
        self.marks.append(Mark(span=span, kind=kind))
        self.fields = {**found, **self.fields}
        self.body = span.end
        return True


def read_front(text: str, known: Mapping[str, str] | None = None) -> Front:
    """The fields (title, date, outlet, author, language, as written) and the marks of what stands before the body.

    `known` is what the file's metadata say already. The front ends with the first line that may be a sentence of the
    body, so a text that has no title keeps all its lines; only a standfirst between title and credits may intervene.
    """
    front = Front(fields=dict(known or {}))
    block = front_matter(text)
    if block:
        front.take(block[0], "header", block[1])
    lines = list(islice(line_spans(text, front.body), _MOST_LINES))
    missed = 0
    for number in range(len(lines)):
        missed += not _take_line(text, lines[number:], front)
        if missed > 1 or (missed and not _credits_follow(text, lines[number:])):
            break
    front.fields.update({**dateline_fields(text[front.body : front.body + 200].strip()), **front.fields})
    return front


def _take_line(text: str, lines: Sequence[Span], front: Front) -> bool:
    """Take the first of `lines` into the front, if it belongs there."""
    if len(lines[0]) > _LONGEST_LINE:
        return False
    line = lines[0].of(text)
    titled = "title" in front.fields
    heading = _heading(text, lines)
    if heading is not None and not _has_title_mark(front):
        return front.take(lines[0], "title", {"title": heading})
    if titled and (plain(line) == plain(front.fields["title"]) or _is_underline(line, front, lines[0])):
        return front.take(lines[0], "title", {})
    fields = header_fields(line)
    if fields is None and titled:
        fields = credit_fields(line, _right_below(text, lines), _goes_on(text, lines[0], front))
    if fields is None and plain(line) in _known_names(front):
        fields = {}
    if fields is not None:
        return front.take(lines[0], "header", _new_only(fields, front))
    if len(lines) == 1:
        return False
    if titled:
        return _leads_to_title(text, lines, front) and front.take(lines[0], "boilerplate", {})
    if _is_kicker(text, lines):
        return front.take(lines[0], "boilerplate", {})
    return _is_title(text, lines) and front.take(lines[0], "title", {"title": line.strip("*_ ")})


def _known_names(front: Front) -> set[str]:
    return {plain(front.fields[name]) for name in ("author", "outlet") if name in front.fields}


def _new_only(fields: Mapping[str, str], front: Front) -> Mapping[str, str]:
    """Without an outlet that is only the known author's name: `Ann Lee, 3 March 2024`."""
    again = "outlet" in fields and plain(fields["outlet"]) in _known_names(front)
    return {name: value for name, value in fields.items() if not (again and name == "outlet")}


def _credits_follow(text: str, lines: Sequence[Span]) -> bool:
    """Whether the second line is a byline or holds a date and no more."""
    return len(lines) > 1 and _is_credit(lines[1].of(text))


def _is_credit(line: str) -> bool:
    return credit_fields(line, "", goes_on=False) is not None


def _leads_to_title(text: str, lines: Sequence[Span], front: Front) -> bool:
    """A few words above the title that the metadata name: a section or the outlet."""
    line = lines[0].of(text)
    above = not _has_title_mark(front) and any(plain(s.of(text)) == plain(front.fields["title"]) for s in lines[1:3])
    return above and len(line.split()) <= _MOST_KICKER_WORDS and not reads_as_sentence(line)


def _has_title_mark(front: Front) -> bool:
    return any(mark.kind == "title" for mark in front.marks)


def _right_below(text: str, lines: Sequence[Span]) -> str:
    """The line below the first, or nothing if a blank line or the end is there."""
    return "" if len(lines) == 1 or _is_apart(text, lines) else lines[1].of(text)


def _goes_on(text: str, span: Span, front: Front) -> bool:
    """Whether this line stands right below a header line."""
    last = front.marks[-1] if front.marks else None
    return last is not None and last.kind == "header" and not _is_apart(text, (last.span, span))


def _heading(text: str, lines: Sequence[Span]) -> str | None:
    match = _HEADING.fullmatch(lines[0].of(text))
    return match[1].rstrip("# \t") or None if match else None


def _is_underline(line: str, front: Front, span: Span) -> bool:
    """The `=====` under a title."""
    return bool(_UNDERLINE.fullmatch(line)) and bool(front.marks) and span.start - front.marks[-1].span.end <= 2


def _is_kicker(text: str, lines: Sequence[Span]) -> bool:
    """One or two words that name a section, above the title: `Asia`."""
    line = lines[0].of(text)
    short = (
        len(line) <= _LONGEST_KICKER and len(line.split()) <= 2 and line[0].isupper() and not reads_as_sentence(line)
    )
    apart = short and len(lines) > 2 and _is_apart(text, lines)
    if not apart or header_fields(lines[1].of(text)) is not None or _is_credit(lines[1].of(text)):
        return False
    return _is_title(text, lines[1:])


def _is_title(text: str, lines: Sequence[Span]) -> bool:
    """Whether the first line is a headline: short, no sentence, and not the first line of a wrapped paragraph."""
    line, following = lines[0].of(text), lines[1].of(text)
    if len(line) > _LONGEST_TITLE or not _LETTERS.search(line) or _NOT_A_TITLE.match(line):
        return False
    if len(lines) > 2 and (plain(line) == plain(following) or _UNDERLINE.fullmatch(following)):
        return True
    loud = bool(_LOUD.search(line)) and len(line) <= _LONGEST_LOUD_TITLE
    return (loud or not reads_as_sentence(line)) and (_is_apart(text, lines) or _is_unwrapped(line, following))


def _is_apart(text: str, lines: Sequence[Span]) -> bool:
    """Whether a blank line follows the first line."""
    between = text[lines[0].end : lines[1].start]
    return between.count("\n") > 1 or between.count("\r") > 1


def _is_unwrapped(line: str, following: str) -> bool:
    """Whether the next line starts anew, rather than going on where a wrapped paragraph was broken."""
    return not following[0].islower() and (len(line) < _WRAPPED_AT_LEAST or len(following) > _WRAPPED_AT_MOST)
