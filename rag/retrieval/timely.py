"""What the days in a question do to a search.

A question for what was printed then ("articles of March 2022") allows only articles of those days; the filter is shown and can
be taken off. A question for what happened then prefers articles of those days or of soon afterwards, and passages and sentences
that name the days, if only by "yesterday" (`mentioned.py`): events are told of later, too, so nothing is kept out. "Newest" and
"oldest" prefer by date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from index.catalog import Catalog
from index.days.calendar import Days
from index.days.mentioned import mentions, named_days
from index.stored import Origin
from rag.question.types import Query
from rag.question.when import Period
from rag.types import Candidate

WEIGHT = 1.0  # points of a hit that fits wholly, as much as one standard deviation of similarity
MENTIONED = 2.0  # points more of a passage that names days of the period
NAMED = 2.0  # what a sentence that names such days adds to the sum of its probability
HALF_LIFE = 14.0  # days after a period in which an article's fit to it halves
_WEEK = timedelta(days=7)


def timely(catalog: Catalog, query: Query, passages: Mapping[str, Origin]) -> dict[str, dict[str, float]]:
    """The part "time", 0 to WEIGHT + MENTIONED, of each passage that has one, by id; of none where the query says nothing of time."""
    if not query.periods and not query.order:
        return {}
    days = sorted({one.date for one in passages.values() if one.date})
    places = {day: n / max(1, len(days) - 1) for n, day in enumerate(days)}
    named = _named(catalog, passages) if query.periods else {}
    fits = {}
    for i, passage in passages.items():
        day = passage.date
        fit = max((_fit(p, day) for p in query.periods), default=0.0) if day else 0.0
        if day and query.order:
            fit = max(fit, places[day] if query.order == "newest" else 1 - places[day])
        fits[i] = {"time": WEIGHT * fit + MENTIONED * share(named.get(i, ()), query.periods)}
    return fits


def _named(catalog: Catalog, passages: Mapping[str, Origin]) -> dict[str, tuple[Days, ...]]:
    """The days that each passage names: as the catalog has them, or read now where an older version has indexed its article."""
    texts = catalog.passages(i for i, one in passages.items() if one.days is None)
    read = {i: named_days(p.text, p.language, passages[i].date) for i, p in texts.items()}
    return read | {i: one.days for i, one in passages.items() if one.days is not None}


def naming(query: Query, text: str, language: str, printed: date | None) -> float:
    """How well, 0 to 1, a text of an article of that day names days for which the query asks."""
    if not query.periods:
        return 0.0
    return share([(m.since, m.until) for m in mentions(text, language, printed)], query.periods)


def share(named: Iterable[Days], periods: Iterable[Period]) -> float:
    """How well, 0 to 1, these are days of one of the periods.

    1 for days inside of it, less for a wider stretch; half as much where the period itself is wide, which much lies inside of.
    """
    events = [p for p in periods if p.kind == "event"]
    return max((_inside(days, p) / (1 + _wide(p)) for days in named for p in events), default=0.0)


def _inside(days: Days, period: Period) -> float:
    """The share of the days that are the period's."""
    first = max(days[0], period.since or date.min)
    last = min(days[1], period.until or date.max)
    return max(0, (last - first).days + 1) / ((days[1] - days[0]).days + 1)


def _wide(period: Period) -> bool:
    return not (period.since and period.until) or period.until - period.since >= _WEEK


def of_sentence(query: Query, sentence: Candidate) -> float:
    """What is added to the sum of a sentence's probability, 0 to NAMED, because it names days for which the query asks."""
    return NAMED * naming(query, sentence.text, sentence.hit.passage.language, sentence.article.date)


def _fit(period: Period, day: date) -> float:
    """1 for an article of the period, less for later ones, 0 for earlier ones."""
    if period.since and day < period.since:
        return 0.0
    late = (day - period.until).days if period.until else 0
    return float(0.5 ** (max(0, late) / HALF_LIFE)) if period.kind == "event" or late <= 0 else 0.0
