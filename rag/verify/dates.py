"""The days that a claim and a cited text name, and whether the one holds the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from index.days.mentioned import Mention, mentions
from index.days.said import Said, said
from index.types import Span
from rag.differ.given import Day
from rag.verify.told import Told

_NEVER = date(2000, 1, 1)
_MONTH = 27  # days


def said_days(text: str, language: str) -> Iterator[tuple[Span, Day]]:
    """The days that a claim names itself; "yesterday" is nobody's day."""
    for one in said(text, language, _NEVER):
        if not one.hangs:
            yield Span(start=one.start, end=one.end), _day(one)


def _day(one: Said) -> Day:
    try:
        since, until = one.days(one.year or _NEVER.year)
    except (ValueError, OverflowError):  # 31 June, which no text has
        since = until = date.max
    return Day(since=since, until=until, has_year=one.year is not None)


def mentioned_days(text: str, told: Told) -> Iterator[tuple[Span, Day]]:
    """The days that an article names, "on Tuesday" counted from its own; those without a year as they stand where it has no day."""
    found: Iterable[Mention] = mentions(text, told.language, told.printed)
    yield from ((m.span, Day(since=m.since, until=m.until, has_year=True)) for m in found)
    if not told.printed:
        yield from said_days(text, told.language)


def covers(claimed: Day, cited: Day) -> bool:
    """Whether a claim's days hold those of the cited text; years only count where both are said."""
    if claimed.has_year and cited.has_year:
        return claimed.since <= cited.since and cited.until <= claimed.until
    year = _NEVER.year  # a leap year
    try:
        since, until, first, last = (
            d.replace(year=year) for d in (claimed.since, claimed.until, cited.since, cited.until)
        )
    except ValueError:
        return False
    return since <= first and last <= until


def is_printed(day: Day, told: Told) -> bool:
    """Whether the article is of a month or year that the claim names: what says no day is of its own."""
    wide = (day.until - day.since).days >= _MONTH
    return bool(wide and told.printed and covers(day, Day(since=told.printed, until=told.printed, has_year=True)))
