"""Numbers and days of a claim, and whether the cited text has them, in digits or words, whatever the language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.types import Span
from rag.differ.given import Day
from rag.values.amounts import Amount, amounts
from rag.values.numerals import InDigits, in_digits
from rag.verify.dates import covers, is_printed, mentioned_days, said_days
from rag.verify.otherwise import converted, has_month, same_clock, says_both
from rag.verify.roles import Placed
from rag.verify.told import Finding, Told

_NUMBER = re.compile(r"\d+(?:[.,:'’\u00a0\u202f]\d+)*")
_RANGE = re.compile(
    r"\s*(?:-|–|to|and|or|bis|und|oder|à|et|ou|a|y|o|al|e|до|и|или|,|instead of|statt|au lieu de|en lugar de|вместо)\s*\d"
)
_INSTEAD = re.compile(
    r"(?<!\w)(?:instead of|rather than|from|statt|anstatt|von|au lieu de|en lugar de|en vez de|invece di|вместо|against|gegenüber)\s+$",
    re.I,
)
_AGE = re.compile(
    r"(?<!\w)(?:aged?|(?:young|old) as|at|under|over|turned|unter|über|mit|ab|de|à|с|до)\s+$", re.IGNORECASE
)
_APART = re.compile(r"\s*[,(]\s*$|\s*[,).]")  # what stands before and behind a person's age
_OLDEST = 120
_YEARS = re.compile(r"\(\D{0,9}(?:\d{3,4}\s*[-–—]\s*)?\d{3,4}(?:\s\w{1,3}\.?){0,2}\)")
"""Years in brackets, also early ones: (973–1048 CE)."""
_ABOUT = 0.05  # how far "about 60" may be from what is said, as a share
_FAR = 1.5  # times: "more than 50" is said of 58, not of 5,000
_LEAST_DIGITS = 2  # of a number that is another one rounded


@dataclass(frozen=True, kw_only=True, slots=True)
class _Read:
    """The amounts, days and other numbers of a sentence; `digits` is its text with number words as digits."""

    told: Told
    digits: InDigits
    amounts: tuple[Amount, ...]
    days: tuple[tuple[Span, Day], ...]
    others: tuple[Span, ...]

    def shown(self, span: Span) -> str:
        """The words at a span of `digits` as they are written."""
        return self.digits.original(span).of(self.told.text).strip(" ,;:")

    def is_open(self, amount: Amount) -> bool:
        """Whether its measure is that of another number: "40 to 50 per cent", "58 euros instead of 49"."""
        text, span = self.digits.text, amount.span
        beside = _RANGE.match(text, span.end)
        return not amount.unit and bool(beside or _INSTEAD.search(text[: span.start]))

    def is_exact(self, amount: Amount) -> bool:
        """Whether it is a year of a life or a reign, which is never rounded."""
        return not amount.unit and any(
            m.start() < amount.span.start < m.end() for m in _YEARS.finditer(self.digits.text)
        )

    def is_age(self, amount: Amount) -> bool:
        """Whether it may be one of years: "children under six", "the actor, 31, said"."""
        text, span = self.digits.text, amount.span
        young = all(value <= _OLDEST for value in amount.values)
        apart = _APART.search(text[: span.start]) and _APART.match(text, span.end)
        return not amount.unit and young and bool(apart or _AGE.search(text[: span.start]))


def quantities(claim: Told, cited: Sequence[Told]) -> Iterator[Finding]:
    """Every number and every day of the claim."""
    own, sources = _read(claim), [_read(told, mentioned=True) for told in cited]
    yield from (_day(own, span, day, sources) for span, day in own.days)
    yield from (_amount(own, amount, sources) for amount in own.amounts)
    yield from (_other(own, span, sources) for span in own.others)


def quantity_places(claim: Told, cited: Told) -> list[Placed]:
    """Where the numbers and days that both have stand in each; one that the cited sentence has twice says nothing of places."""
    own, theirs = _read(claim), _read(cited, mentioned=True)
    pairs = [(a.span, [b.span for b in theirs.amounts if _equal(a, b)]) for a in own.amounts]
    pairs += [(span, [s for s, d in theirs.days if covers(day, d)]) for span, day in own.days]
    return [
        Placed(text=own.shown(span), own=own.digits.original(span), theirs=theirs.digits.original(same[0]))
        for span, same in pairs
        if len(same) == 1
    ]


def _read(told: Told, *, mentioned: bool = False) -> _Read:
    digits = in_digits(told.text, told.language)
    text = digits.text
    days = list(mentioned_days(text, told) if mentioned else said_days(text, told.language))
    dated = [span for span, _ in days]
    found = tuple(
        a
        for a in amounts(text, told.language, further=True)
        if not any(a.span.overlaps(s) for s in dated if len(s) > 4)
    )
    taken = [*dated, *(a.span for a in found)]
    numbers = (Span(start=m.start(), end=m.end()) for m in _NUMBER.finditer(text))
    others = tuple(span for span in numbers if not any(span.overlaps(t) for t in taken))
    return _Read(told=told, digits=digits, amounts=found, days=tuple(days), others=others)


def _day(own: _Read, span: Span, day: Day, sources: Sequence[_Read]) -> Finding:
    named = [(source, s, d) for source in sources for s, d in source.days]
    shown = own.shown(span)
    if any(covers(day, d) for _, _, d in named) or (not named and any(is_printed(day, s.told) for s in sources)):
        return Finding(kind="date", text=shown, found=True)
    year = str(day.since.year)
    if day.has_year and len(span) == len(year) and any(year in s.told.text for s in sources):
        return Finding(kind="date", text=shown, found=True)
    if any(has_month(day, source.told) for source in sources):
        return Finding(kind="date", text=shown, found=True)
    instead = next((source.shown(s) for source, s, d in named), "")
    return _missing("date", shown, instead)


def _amount(own: _Read, amount: Amount, sources: Sequence[_Read]) -> Finding:
    shown = own.shown(amount.span)
    given = [(source, other) for source in sources for other in source.amounts]
    exact = own.is_exact(amount)
    if any(
        _equal(amount, other, exact=exact) and _of_one_measure(own, amount, source, other) for source, other in given
    ):
        return Finding(kind="number", text=shown, found=True)
    if any(_in_title(shown, own, source) or says_both(amount, source.told.text) for source in sources):
        return Finding(kind="number", text=shown, found=True)
    if any(converted(amount, other) for _, other in given) or _same_clock(own, amount.span, sources):
        return Finding(kind="number", text=shown, found=True)
    bare = {_plain(source.digits.text, span) for source in sources for span in source.others}
    if not amount.unit and _plain(own.digits.text, amount.span) in bare:
        return Finding(kind="number", text=shown, found=True)
    instead = (s.shown(o.span) for s, o in given if _is_instead(amount, o))
    return _missing("number", shown, next(instead, ""))


def _in_title(shown: str, own: _Read, source: _Read) -> bool:
    """Whether a number in words stands in a text of another language as it is, which is part of a title."""
    foreign = own.told.language != source.told.language
    return foreign and shown.isalpha() and bool(re.search(rf"(?<!\w){shown}(?!\w)", source.told.text))


def _equal(claimed: Amount, cited: Amount, *, exact: bool = False) -> bool:
    """Whether the cited number is the claimed one, one that it is "about", "more than" or rounds."""
    if {claimed.sense, cited.sense} == {"least", "most"}:
        return False
    pairs = [(a, b) for a in claimed.values for b in cited.values]
    if any(abs(a - b) <= 1e-9 * max(a, b) or (not exact and _rounds(a, b)) for a, b in pairs):
        return True
    if claimed.sense and claimed.sense == cited.sense != "about":
        return False
    if claimed.sense == "about":
        return any(abs(a - b) <= _ABOUT * max(a, b) for a, b in pairs)
    if claimed.sense == "least":
        return any(a <= b <= _FAR * a for a, b in pairs)
    return claimed.sense == "most" and any(b <= a <= _FAR * b for a, b in pairs)


def _rounds(claimed: float, cited: float) -> bool:
    """Whether the claimed number is the cited one with fewer digits, but two of them at least: 66.67 is two thirds."""
    places = (d - len(str(int(cited))) for d in range(_LEAST_DIGITS, 6))
    return any(round(cited, p) == claimed for p in places)


def _of_one_measure(own: _Read, amount: Amount, source: _Read, other: Amount) -> bool:
    if amount.unit == other.unit:
        return bool(amount.unit) or _of_one_thing(own, amount, source, other)
    aged = (own.is_age(amount) and other.unit == "year") or (source.is_age(other) and amount.unit == "year")
    return aged or own.is_open(amount) or source.is_open(other)


def _of_one_thing(own: _Read, amount: Amount, source: _Read, other: Amount) -> bool:
    """Whether nothing says that two equal numbers count different things: the source has another number of the claim's."""
    if (
        own.told.language != source.told.language
        or not (amount.things and other.things)
        or amount.things & other.things
    ):
        return True
    return not any(amount.things & o.things for o in source.amounts if not o.unit and not _equal(amount, o))


def _is_instead(claimed: Amount, cited: Amount) -> bool:
    """Whether a number stands where the claimed one should: of the same measure or things, or equal and of another measure."""
    return bool(
        (claimed.unit == cited.unit and (claimed.unit or claimed.things & cited.things)) or _equal(claimed, cited)
    )


def _other(own: _Read, span: Span, sources: Sequence[_Read]) -> Finding:
    """A number that is part of a name, an ordinal or a clock time: it must stand in the cited text as it is."""
    number, shown = _plain(own.digits.text, span), own.shown(span)
    years = {d.since.year for source in sources for _, d in source.days if d.since.year == d.until.year}
    numbers = {_plain(s.digits.text, m) for s in sources for m in _numbers(s.digits.text)}
    parts = set(re.findall(r"\d+", span.of(own.digits.text)))  # 2:0 is 2-0
    found = number in numbers or (number.isdigit() and int(number) in years) or parts <= _parts(sources)
    found = found or _same_clock(own, span, sources)
    return Finding(kind="number", text=shown, found=True) if found else _missing("number", shown, "")


def _same_clock(own: _Read, span: Span, sources: Sequence[_Read]) -> bool:
    return any(same_clock(own.digits.text, span, source.digits.text) for source in sources)


def _parts(sources: Sequence[_Read]) -> set[str]:
    """The digits of a cited text that are no part of an amount."""
    return {part for s in sources for span in s.others for part in re.findall(r"\d+", span.of(s.digits.text))}


def _numbers(text: str) -> Iterator[Span]:
    return (Span(start=m.start(), end=m.end()) for m in _NUMBER.finditer(text))


def _plain(text: str, span: Span) -> str:
    return re.sub(r"\D", "", span.of(text))


def _missing(kind: str, shown: str, instead: str) -> Finding:
    reason = f'"{shown}" is not in the cited text' + (f', which says "{instead}"' if instead else "")
    return Finding(
        kind="date" if kind == "date" else "number", text=shown, found=False, denied=bool(instead), reason=reason
    )
