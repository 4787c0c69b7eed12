"""What a calendar says of units of time: whole weeks, months and seasons, and their thirds; both ends are inclusive."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

Days = tuple[date, date]


def unit_start(unit: int, number: int, today: date) -> date:
    """The same day so many days, weeks, months or years before."""
    if unit <= 2:
        return today - timedelta(days=number * (1, 7)[unit - 1])
    months = today.year * 12 + today.month - 1 - number * (1, 12)[unit - 3]
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def unit_days(unit: int, number: int, today: date) -> Days:
    """The whole day, week (from Monday), month or year that lies so many back."""
    there = unit_start(unit, number, today)
    monday = there - timedelta(days=there.weekday())
    weeks, months = (monday, monday + timedelta(days=6)), month_days(there.year, there.month)
    return ((there, there), weeks, months, (date(there.year, 1, 1), date(there.year, 12, 31)))[unit - 1]


def month_days(year: int, month: int) -> Days:
    """A whole month, from 1 to 12."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def season_days(year: int, season: int) -> Days:
    """Meteorological seasons; a winter belongs to the year in which it begins."""
    last = (5, 8, 11, 2)[season - 1]
    return date(year, 3 * season, 1), month_days(year + (season == 4), last)[1]


def third(days: Days, shares: list[str]) -> Days:
    """The early, middle or late third of some days; all of them where no share is named."""
    if not shares:
        return days
    n, length = ("early", "middle", "late").index(shares[0]), (days[1] - days[0]).days + 1
    if length > 31:  # of a year, in months
        year = days[0].year
        return date(year, 4 * n + 1, 1), month_days(year, 4 * n + 4)[1]
    start = days[0] + timedelta(days=n * length // 3)
    return start, days[0] + timedelta(days=(n + 1) * length // 3 - 1)
