"""The days that an article speaks of: those that it names, and "yesterday" or "on Tuesday" counted from its own date.

The expressions are those of questions (`said.py`). An article looks ahead, too: a day without a year is the last one, unless the
next one comes within weeks ("will be signed on 17 January"). Only the words around one that may name days are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

from index.days.calendar import Days
from index.days.said import Said, said, words_of
from index.days.weekdays import day_words
from index.types import Span

EARLIEST = 1900  # days that begin before this year are no news
_AHEAD = timedelta(days=60)
_AROUND = 32  # characters on both sides of a word that may name days: the longest expressions fit in
_NEVER = date(2000, 1, 1)  # stands in for the day of an undated article, of which nothing is counted


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """Days, both inclusive, and where a text names them."""

    since: date
    until: date
    span: Span


def named_days(text: str, language: str, printed: date | None) -> tuple[Days, ...]:
    """The different days of the mentions, in order of time."""
    return tuple(sorted({(m.since, m.until) for m in _mentions(text, language, printed)}))


@lru_cache(maxsize=8192)
def mentions(text: str, language: str, printed: date | None) -> tuple[Mention, ...]:
    """What a text says of days, in its order; `printed` is its article's day, without which only full dates say anything."""
    return tuple(_mentions(text, language, printed))


def _mentions(text: str, language: str, printed: date | None) -> Iterator[Mention]:
    for window in _windows(text, language):
        for one in _read(window.of(text), language, printed or _NEVER):
            days = _days(one, printed)
            if days and days[0].year >= EARLIEST and days[0] <= days[1]:
                start, end = window.start + one.start, window.start + one.end
                span = Span(start=start, end=end - text[:end].endswith("."))
                yield Mention(since=days[0], until=days[1], span=span)


def _read(text: str, language: str, printed: date) -> Iterator[Said]:
    """The expressions, with the today of the article, which in questions means "now"."""
    yield from said(text, language, printed)
    words = words_of(language)
    for match in re.finditer(rf"(\b(?:{words.until})\s+)?\b(?:{words.today})\b", text, re.IGNORECASE):
        if match[1]:
            continue  # "to this day" tells of no day
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
