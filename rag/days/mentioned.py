"""The days that an article speaks of: those that it names, and "yesterday" or "on Tuesday" counted from its own date.

The expressions are those of questions (`said.py`). An article looks ahead, too: a day without a year is the last one, unless the
next one comes within weeks ("will be signed on 17 January"). Only the words around one that may name days are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

from index.types import Span
from rag.days.calendar import Days
from rag.days.said import Said, said, words_of
from rag.days.weekdays import day_words
from rag.days.when import EARLIEST, Period

_AHEAD = timedelta(days=60)
_AROUND = 32  # characters on both sides of a word that may name days: the longest expressions fit in
_WEEK = timedelta(days=7)
_NEVER = date(2000, 1, 1)  # stands in for the day of an undated article, of which nothing is counted


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """Days, both inclusive, and where a text names them."""

    since: date
    until: date
    span: Span


@lru_cache(maxsize=8192)
def mentions(text: str, language: str, printed: date | None) -> tuple[Mention, ...]:
    """What a text says of days, in its order; `printed` is its article's day, without which only full dates say anything."""
    found = []
    for window in _windows(text, language):
        for one in _read(window.of(text), language, printed or _NEVER):
            days = _days(one, printed)
            if days and days[0].year >= EARLIEST and days[0] <= days[1]:
                start, end = window.start + one.start, window.start + one.end
                span = Span(start=start, end=end - text[:end].endswith("."))
                found.append(Mention(since=days[0], until=days[1], span=span))
    return tuple(found)


def share(mentioned: Sequence[Mention], periods: Iterable[Period]) -> float:
    """How well, 0 to 1, the mentions name days of one of the periods.

    1 for days inside of it, less for a wider stretch; half as much where the period itself is wide, which much lies inside of.
    """
    return max((_inside(m, p) / (1 + _wide(p)) for p in periods if p.kind == "event" for m in mentioned), default=0.0)


def _inside(mention: Mention, period: Period) -> float:
    """The share of the mention's days that are the period's."""
    first = max(mention.since, period.since or date.min)
    last = min(mention.until, period.until or date.max)
    return max(0, (last - first).days + 1) / ((mention.until - mention.since).days + 1)


def _wide(period: Period) -> bool:
    return not (period.since and period.until) or period.until - period.since >= _WEEK


def _read(text: str, language: str, printed: date) -> Iterator[Said]:
    """The expressions, with the today of the article, which in questions means "now"."""
    yield from said(text, language, printed)
    for match in re.finditer(rf"\b(?:{words_of(language).today})\b", text, re.IGNORECASE):
        yield Said(match.start(), match.end(), printed.year, lambda _: (printed, printed), hangs=True)


def _days(one: Said, printed: date | None) -> Days | None:
    """The days of an expression; None for those that no calendar has, and for those that hang on an unknown day."""
    if not printed and (one.hangs or not one.year):
        return None
    try:
        if one.year or not printed:
            return one.resolved(_NEVER)
        coming = one.days((printed + _AHEAD).year)
        return coming if printed <= coming[0] <= printed + _AHEAD else one.resolved(printed)
    except (ValueError, OverflowError):  # 31 June
        return None


def _windows(text: str, language: str) -> list[Span]:
    """The stretches of a text around words that may name days, each expression whole in one of them."""
    windows: list[Span] = []
    for word in re.finditer(r"\S+", text):
        if _may_name(word[0], language):
            start = text.rfind(" ", 0, max(0, word.start() - _AROUND)) + 1
            end = text.find(" ", word.end() + _AROUND)
            if windows and start <= windows[-1].end:
                start = windows.pop().start
            windows.append(Span(start=start, end=len(text) if end < 0 else end))
    return windows


@lru_cache(maxsize=65536)
def _may_name(word: str, language: str) -> bool:
    return bool(_naming(language).search(word))


@cache
def _naming(language: str) -> re.Pattern[str]:
    words = words_of(language)
    named = (*words.months, *words.seasons, *words.units, words.today, words.yesterday, *day_words(language).names)
    return re.compile(rf"\b(?:{'|'.join(named)})\b|(?<!\d)(?:19|20)\d\d(?!\d)", re.IGNORECASE)
