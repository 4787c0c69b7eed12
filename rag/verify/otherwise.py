"""Numbers and days that languages write otherwise: 2pm and 14:00, miles and kilometres, two and both, October and Oktoberhälfte."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.days.said import words_of
from index.types import Span
from rag.differ.given import Day
from rag.values.amounts import Amount
from rag.verify.told import Told

_CLOCK = re.compile(
    r"(?<![\d.,:])(?P<hour>[01]?\d|2[0-4])(?:[:.](?P<minute>[0-5]\d))?(?P<said>\s?(?P<half>[ap])\.?m(?!\w)|\s?(?:Uhr|h)(?!\w)|(?<=[:.]\d\d)(?![\d.,]))",
    re.IGNORECASE,
)
_BOTH = re.compile(
    r"(?<!\w)(?:both|beide[mnrs]?|tous les deux|amb[oa]s|entramb[ie]|оба|обе|обоих)(?!\w)", re.IGNORECASE
)
_METRES = {"metre": 1.0, "kilometre": 1000.0, "mile": 1609.34, "foot": 0.3048}
_CONVERTED = 0.05  # as a share: who converts a length rounds it
_MONTH = 27  # days
_TELLING = 6  # letters of a month that other letters may follow: Oktoberhälfte, but no Mainz


def same_clock(claim: str, span: Span, cited: str) -> bool:
    """Whether a text has the clock time that stands at a span of the claim."""
    own = {minutes for place, minutes in _clocks(claim) if place.overlaps(span)}
    return bool(own & {minutes for _, minutes in _clocks(cited)})


def _clocks(text: str) -> Iterator[tuple[Span, int]]:
    """The clock times of a text, in minutes since midnight."""
    for match in _CLOCK.finditer(text):
        hour, half = int(match["hour"]), (match["half"] or "").lower()
        if half and hour <= 12:
            hour = hour % 12 + 12 * (half == "p")
        yield Span(start=match.start(), end=match.end()), 60 * hour + int(match["minute"] or 0)


def converted(claimed: Amount, cited: Amount) -> bool:
    """Whether a length is the other one in another measure."""
    own, other = _METRES.get(claimed.unit), _METRES.get(cited.unit)
    if not own or not other or claimed.unit == cited.unit:
        return False
    pairs = [(a * own, b * other) for a in claimed.values for b in cited.values]
    return any(abs(a - b) <= _CONVERTED * max(a, b) for a, b in pairs)


def says_both(claimed: Amount, cited: str) -> bool:
    """Whether two things are both of them."""
    return not claimed.unit and 2.0 in claimed.values and bool(_BOTH.search(cited))


def has_month(day: Day, cited: Told) -> bool:
    """Whether a text has the name of the month that a claim names without a year, also where it alone would be no day."""
    if day.has_year or day.since.month != day.until.month or (day.until - day.since).days < _MONTH:
        return False
    name = rf"(?<!\w)(?:{words_of(cited.language).months[day.since.month - 1]})"
    found = re.finditer(name, cited.text, re.IGNORECASE)
    return any(len(m[0]) >= _TELLING or not re.match(r"\w", cited.text[m.end() :]) for m in found)
