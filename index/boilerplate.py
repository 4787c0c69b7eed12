"""Which lines of an article are not the article: links to others, share bars, comment counters, agency footers.

They are marked, not removed, so that all offsets stay true. Precision comes before completeness: a sentence of the
article that is marked is a fact that nobody can find any more. So only whole lines are marked, against the phrases of
`boilerplate.txt`, and a line that reads as a sentence is not taken for a headline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.lines import line_spans
from index.types import Mark, Span

_PHRASES = Path(__file__).with_name("boilerplate.txt")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_DECORATION = "*_#>|►▶▸»›→➤•·●■◆-–—=~ \t\xa0"
_ENDS = re.compile(r"""[.!?…。！？؟۔।:;,]["'”’»«›)\]*_]*$""")
_STATEMENT = re.compile(r"""[.…。۔।]["'”’»«›)\]*_]*$""")
_BEHIND = re.compile(r"\s*(?:[:：|>»→]+|\s[-–—])\s*")
_SHARE_LABEL = re.compile(
    r"^(?:\w+ ){0,3}?(?:teilen|share|partager|compartir|condividi|поделиться)(?: \w+){0,2} ?[:：]"
)
_DIVIDER = re.compile(r"\s*(?:[-–—*_=~•·#]\s*){3,}")
_BUTTONS = re.compile(r"(?:[\s·|•]*\[[^\[\]]*\]\(#[^()\s]*\))+\s*")  # links that lead nowhere else
_SIGNATURE = re.compile(r"\(\w[\w/&.-]*(?: \w[\w/&.-]*){0,3} ?\)")
_NUMBER = r" ?\(?\d{0,6}\)? ?"
_TABLE_ROW = re.compile(r"[^|]*\|.*")
_LONGEST_HEADLINE = 200
_LONGEST_NOTICE = 300
_LONGEST_PARAGRAPH = 1_000
_MOST_HEADLINES = 6
_MOST_ROWS = 8
_NEAR_BEGINNING = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    span: Span
    raw: str
    """As it stands; of a long line, the end."""
    plain: str
    """Without links, decoration and case: what is compared."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Phrases:
    announcements: frozenset[str]
    lone: re.Pattern[str]
    sharing: frozenset[str]
    subjects: frozenset[str]
    details: frozenset[str]
    openings: tuple[str, ...]
    closings: tuple[str, ...]
    phrases: tuple[str, ...]


def boilerplate_marks(text: str, title: str | None = None, start: int = 0) -> tuple[Mark, ...]:
    """Marks for the boilerplate lines of `text` from offset `start` on, in order.

    A line that repeats `title` is marked as title.
    """
    lines = [_line(text, span) for span in line_spans(text, start)]
    junk = _junk(lines)
    junk |= _tail(lines, junk)
    doubled = plain(title) if title else ""
    again = {number for number, line in enumerate(lines) if doubled and line.plain == doubled}
    return tuple(
        Mark(span=lines[number].span, kind="title" if number in again else "boilerplate")
        for number in sorted(junk | again)
    )


def plain(line: str) -> str:
    """The words of a line as they are compared: no Markdown links, decoration, case or end punctuation."""
    words = _LINK.sub(r"\1", line).replace("**", "").replace("’", "'").strip(_DECORATION)
    return " ".join(words.casefold().split()).rstrip(":.!… ")


def reads_as_sentence(line: str) -> bool:
    """Whether a line ends as sentences do, and headlines do not."""
    return bool(_ENDS.search(line.rstrip()))


def _line(text: str, span: Span) -> _Line:
    raw = text[max(span.start, span.end - _LONGEST_PARAGRAPH - 1) : span.end]
    return _Line(span=span, raw=raw, plain=plain(raw) if len(raw) <= _LONGEST_PARAGRAPH else "")


def _junk(lines: Sequence[_Line]) -> set[int]:
    """The numbers of the lines that are junk wherever they stand."""
    phrases, junk = _phrases(), set[int]()
    for number, line in enumerate(lines):
        if _DIVIDER.fullmatch(line.raw) or _BUTTONS.fullmatch(line.raw):
            junk.add(number)
        elif line.plain and line.plain in phrases.announcements:
            junk |= {number, *_headlines(lines, number + 1)}
        elif line.plain and (_is_lone(line, phrases) or _is_inline_announcement(line, phrases)):
            junk.add(number)
    return junk | _share_bars(lines, phrases.sharing)


def _is_lone(line: _Line, phrases: _Phrases) -> bool:
    notice = len(line.plain) <= _LONGEST_NOTICE and (
        line.plain.startswith(phrases.openings) or line.plain.endswith(phrases.closings)
    )
    return notice or bool(phrases.lone.fullmatch(line.plain)) or _says_itself(line.plain, phrases.phrases)


def _says_itself(words: str, phrases: tuple[str, ...]) -> bool:
    return any(0 <= words.find(phrase) < _NEAR_BEGINNING for phrase in phrases)


def _is_inline_announcement(line: _Line, phrases: _Phrases) -> bool:
    """`Also read: A headline`, `LIRE AUSSI | Un titre`; not `Related: the two are cousins.`"""
    split = _BEHIND.split(line.plain, maxsplit=1)
    announced = len(split) == 2 and split[0] in phrases.announcements
    return announced and len(line.raw) <= _LONGEST_HEADLINE and not _STATEMENT.search(line.raw)


def _headlines(lines: Sequence[_Line], start: int) -> Iterator[int]:
    """The numbers of the headlines that follow an announcement."""
    for number in range(start, min(start + _MOST_HEADLINES, len(lines))):
        raw = lines[number].raw
        link = _LINK.fullmatch(raw.lstrip(_DECORATION))
        if not link and (reads_as_sentence(raw) or raw.startswith("#") or len(raw) > _LONGEST_HEADLINE):
            return
        yield number


def _share_bars(lines: Sequence[_Line], words: frozenset[str]) -> set[int]:
    """Lines of share words only: two on a line, or one on each of two lines running."""
    counts = [_share_words(line.plain, words) for line in lines]
    return {
        number
        for number, count in enumerate(counts)
        if count > 1 or (count and (any(counts[max(number - 1, 0) : number]) or any(counts[number + 1 : number + 2])))
    }


def _share_words(line: str, words: frozenset[str]) -> int:
    """How many share words a line has if it has nothing else: "facebook | x", "diesen artikel teilen: facebook, whatsapp"."""
    if line in words:
        return 1
    if len(line) > _LONGEST_HEADLINE:
        return 0
    found = [w for w in re.split(r"[\s,|/·•:：()\d]+", _SHARE_LABEL.sub("", line)) if w]
    return len(found) if all(word in words for word in found) else 0


def _tail(lines: Sequence[_Line], junk: set[int]) -> set[int]:
    """The numbers of lines that are junk only because nothing but junk follows: subjects, sources, half tables."""
    phrases, tail, number = _phrases(), set[int](), len(lines) - 1
    while number >= 0:
        table = _half_table(lines, number, phrases.details)
        if table:
            tail |= set(table)
            number = table.start
        elif _is_label(lines[number], phrases):
            tail.add(number)
        elif number not in junk:
            break
        number -= 1
    return tail


def _is_label(line: _Line, phrases: _Phrases) -> bool:
    """`Tags: a, b`, `Quelle: dpa`, such a word alone, or the agency's name in parentheses."""
    label, _, rest = line.plain.partition(":")
    known = label.strip() in phrases.subjects or label.strip() in phrases.details
    if _SIGNATURE.fullmatch(line.raw.strip()):
        return True
    return known and len(line.raw) <= _LONGEST_HEADLINE and not (rest and _STATEMENT.search(line.raw))


def _half_table(lines: Sequence[_Line], last: int, details: frozenset[str]) -> range:
    """The rows of the table that ends with line `last`, if its first row is a template's label and nothing else."""
    for first in range(last, max(last - _MOST_ROWS, -1), -1):
        if not _TABLE_ROW.fullmatch(lines[first].raw):
            break
        cells = [cell for cell in map(plain, lines[first].raw.split("|")) if cell]
        if len(cells) == 1 and cells[0] in details and first < last:
            above = first > 0 and _TABLE_ROW.fullmatch(lines[first - 1].raw)
            if not above:
                return range(first, last + 1)
    return range(0)


@cache
def _phrases() -> _Phrases:
    groups: dict[str, list[str]] = {}
    for line in _PHRASES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            group = groups.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            group.append(line.replace("’", "'").casefold())
    lone = "|".join(re.escape(phrase).replace(r"\{n\}", _NUMBER) for phrase in groups["lone"])
    return _Phrases(
        announcements=frozenset(groups["announcements"]),
        lone=re.compile(lone.replace(r"\ " + _NUMBER, _NUMBER).replace(_NUMBER + r"\ ", _NUMBER)),
        sharing=frozenset(groups["sharing"]),
        subjects=frozenset(groups["subjects"]),
        details=frozenset(groups["details"]),
        openings=tuple(groups["openings"]),
        closings=tuple(groups["closings"]),
        phrases=tuple(groups["phrases"]),
    )
