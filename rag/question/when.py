"""The days that a question speaks of, and whether it asks for the newest or the oldest.

Everything is a pure function of the words and of the day on which they are said. What no calendar answers ("before the
election") is no period, nor is a number in a name (Agenda 2030, Resolution 2231).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from index.days.mentioned import EARLIEST
from index.days.said import Said, is_of_press, said, words_of
from index.days.timewords import TimeWords

Order = Literal["newest", "oldest"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """Days, both inclusive (None: open), and the words that they were read from.

    "published": the question asks for what was printed then; "event": for what happened then, whenever it was printed.
    """

    since: date | None
    until: date | None
    text: str
    kind: Literal["published", "event"] = "event"


def periods(question: str, language: str, today: date) -> tuple[Period, ...]:
    """What the question says of days, in the order of its words; `today` is the day on which it is asked."""
    words = words_of(language)
    kept: list[Period] = []
    heard = list(said(question, language, today))
    while heard:
        first = heard.pop(0)
        second = heard.pop(0) if heard and _joined(question, words, first, heard[0]) else None
        if heard and not second and _listed(question, words, first, heard[0]):
            first = replace(first, year=first.year or heard[0].year)
        found = _period(question, words, today, first, second)
        if found and found not in kept:
            kept.append(found)
    return tuple(kept)


def period(question: str, language: str, today: date) -> Period | None:
    """The one period of the question; None where it names none or several."""
    found = periods(question, language, today)
    return found[0] if len(found) == 1 else None


def order(question: str, language: str) -> Order | None:
    """Whether the newest or the oldest is asked for."""
    words = words_of(language)
    if re.search(rf"\b(?:{words.newest}|{words.today})\b", question, re.IGNORECASE):
        return "newest"
    return "oldest" if re.search(rf"\b(?:{words.oldest})\b", question, re.IGNORECASE) else None


def _period(question: str, words: TimeWords, today: date, first: Said, second: Said | None) -> Period | None:
    """From one expression and the word before it, or from two that are the ends of one period."""
    since: date | None
    until: date | None
    try:
        since, until = first.resolved(today, second.year if second else None)
        until = second.resolved(today)[1] if second else until
    except (ValueError, OverflowError):  # 31 June
        return None
    start, end = first.start, second.end if second else first.end
    before = question[:start]
    for side in ("since", "until", "before", "after", "between", "at"):
        if match := re.search(rf"(?:^|\W)(?P<word>{getattr(words, side)})\s*$", before, re.IGNORECASE):
            start = match.start("word")
            since, until = (since, until) if second else _sided(side, since, until)
            break
    if re.search(rf"\b(?:{words.but})\s+$", question[:start], re.IGNORECASE):
        return None
    if (since and until and since > until) or (since or until or today).year < EARLIEST:
        return None
    kind: Literal["published", "event"] = "published" if is_of_press(question, words, start, end) else "event"
    return Period(since=since, until=until, text=question[start:end].strip(), kind=kind)


def _sided(side: str, since: date, until: date) -> tuple[date | None, date | None]:
    day = timedelta(days=1)
    sides: dict[str, tuple[date | None, date | None]] = {
        "since": (since, None),
        "until": (None, until),
        "before": (None, since - day),
        "after": (until + day, None),
    }
    return sides.get(side, (since, until))


def _joined(question: str, words: TimeWords, first: Said, second: Said) -> bool:
    """Whether two expressions are the ends of one period: "between May and July", "2022 to 2024", "April and May 2025"."""
    gap = question[first.end : second.start]
    if re.fullmatch(rf"\s*(?:{words.both})\s+", gap, re.IGNORECASE):
        opened = re.search(rf"(?:^|\W)(?:{words.between})\s*$", question[: first.start], re.IGNORECASE)
        return bool(opened) or (first.year is None and second.year is not None)
    return bool(re.fullmatch(rf"\s*(?:[-–—]|{words.to})\s*(?:(?:{words.at})\s+)?", gap, re.IGNORECASE)) and not _listed(
        question, words, first, second
    )


def _listed(question: str, words: TimeWords, first: Said, second: Said) -> bool:
    """Whether two expressions stand side by side: "in June and in December 2024"."""
    gap = question[first.end : second.start]
    return bool(re.fullmatch(rf"\s*(?:,|{words.both})\s+(?:(?:{words.at})\s+)?", gap, re.IGNORECASE))
