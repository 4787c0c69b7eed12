"""The amounts and days that sentences give."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.days.said import Said, said
from index.stopwords import stopwords
from index.terms import stem
from index.types import Span
from rag.question.expect import asked_for
from rag.question.types import Query
from rag.types import Candidate
from rag.values.amounts import Amount, amounts
from rag.values.measures import units_in

_LEAP = 2000  # a year that has every day
YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """A day or longer that a sentence names, both ends inclusive; without a year of its own it is the one nearest to the article."""

    since: date
    until: date
    has_year: bool

    def agrees(self, other: Day) -> bool:
        """Whether both may mean the same; years only count where both are said."""
        if self.has_year and other.has_year:
            return self.since <= other.until and other.since <= self.until
        return self._in(_LEAP)[0] <= other._in(_LEAP)[1] and other._in(_LEAP)[0] <= self._in(_LEAP)[1]

    def _in(self, year: int) -> tuple[date, date]:
        since = self.since.replace(year=year)
        return since, since + (self.until - self.since)


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """A value that an article gives: its place in the article, and the sentence that it stands in."""

    candidate: Candidate
    span: Span
    value: Amount | Day

    @property
    def text(self) -> str:
        """The value in the article's own words."""
        return self.span.of(self.candidate.article.text)

    @property
    def language(self) -> str:
        """The language of its article."""
        return self.candidate.article.language

    def agrees(self, other: Given) -> bool:
        """Whether both values may be true of the same thing."""
        one, two = self.value, other.value
        if isinstance(one, Amount) and isinstance(two, Amount):
            return one.agrees(two)
        return isinstance(one, Day) and isinstance(two, Day) and one.agrees(two)


def days_given(candidate: Candidate) -> list[Given]:
    """The days that a sentence names, two that are joined by a dash each for itself."""
    today = candidate.article.date
    found = []
    for one in said(candidate.text, candidate.article.language, today or date(2000, 1, 1)):
        dated = bool(YEAR.search(candidate.text[one.start : one.end]))
        years = [one.year] if one.year else [today.year + n for n in (-1, 0, 1)] if today else []
        days = [d for y in years if (d := _days_of(one, y))]
        near = min(days, key=lambda d: abs(d[0] - (today or d[0])), default=None)
        if near and (dated or today):
            day = Day(since=near[0], until=near[1], has_year=bool(one.year))
            found.append(_placed(candidate, Span(start=one.start, end=one.end), day))
    return found


def _days_of(one: Said, year: int) -> tuple[date, date] | None:
    try:
        return one.days(year)
    except (ValueError, OverflowError):  # 31 June, or 29 February of another year
        return None


def amounts_given(candidate: Candidate, query: Query) -> list[Given]:
    """The amounts of a sentence of the measure that is asked for, and not the question's own; of the things asked for, if any is."""
    own = {a.values for a in amounts(query.text, query.language)}
    units, language = units_in(query.text), candidate.article.language
    found = [a for a in amounts(candidate.text, language) if a.values not in own and (not units or a.unit in units)]
    asked = {stem(w, language) for w in asked_for(query.text) if w not in stopwords(query.language)}
    return [_placed(candidate, a.span, a) for a in [a for a in found if a.things & asked] or found]


def _placed(candidate: Candidate, within: Span, value: Amount | Day) -> Given:
    start = candidate.span.start
    return Given(candidate=candidate, span=Span(start=start + within.start, end=start + within.end), value=value)


def unshared(ones: Sequence[Given], others: Sequence[Given]) -> tuple[Given, Given] | None:
    """The one value of each of two nearly equal sentences that the other one does not give; of a period its beginning."""
    left = distinct([a for a in ones if not any(a.agrees(b) for b in others)])
    right = distinct([b for b in others if not any(a.agrees(b) for a in ones)])
    if [len(left), len(right)] == [2, 2] and all(_is_period(*two) for two in (left, right)):
        return _whole(*left), _whole(*right)
    return (left[0], right[0]) if len(left) == len(right) == 1 else None


def distinct(values: Sequence[Given]) -> list[Given]:
    """The first of all that agree."""
    kept: list[Given] = []
    for value in values:
        if not any(value.agrees(other) for other in kept):
            kept.append(value)
    return kept


def _is_period(first: Given, second: Given) -> bool:
    between = first.candidate.article.text[first.span.end : second.span.start]
    return isinstance(first.value, Day) and bool(re.fullmatch(r"\s*[-–—]\s*|\s\w{1,3}\s", between))


def _whole(first: Given, second: Given) -> Given:
    """A period as it is written, that counts from its beginning."""
    return replace(first, span=Span(start=first.span.start, end=second.span.end))
