"""What the days in a question do to a search.

A question for what was printed then ("articles of March 2022") allows only articles of those days; the filter is shown and can
be taken off. A question for what happened then prefers articles of those days or of soon afterwards, and passages and sentences
that name the days, if only by "yesterday" (`mentioned.py`): events are told of later, too, so nothing is kept out. "Newest" and
"oldest" prefer by date.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from index.catalog import Catalog
from index.database import groups, marks
from index.types import Passage
from rag.days.mentioned import mentions, share
from rag.days.when import Period
from rag.question.types import Query
from rag.types import Candidate

WEIGHT = 1.0  # points of a hit that fits wholly, as much as one standard deviation of similarity
MENTIONED = 2.0  # points more of a passage that names days of the period
NAMED = 2.0  # what a sentence that names such days adds to the sum of its probability
HALF_LIFE = 14.0  # days after a period in which an article's fit to it halves


def timely(catalog: Catalog, query: Query, passages: Mapping[str, Passage]) -> dict[str, dict[str, float]]:
    """The part "time", 0 to WEIGHT + MENTIONED, of each passage that has one, by id; of none where the query says nothing of time."""
    if not query.periods and not query.order:
        return {}
    days = days_of(catalog, {p.article_id for p in passages.values()})
    places = {day: n / max(1, len(set(days.values())) - 1) for n, day in enumerate(sorted(set(days.values())))}
    fits = {}
    for i, passage in passages.items():
        day = days.get(passage.article_id)
        fit = max((_fit(p, day) for p in query.periods), default=0.0) if day else 0.0
        if day and query.order:
            fit = max(fit, places[day] if query.order == "newest" else 1 - places[day])
        fits[i] = {"time": WEIGHT * fit + MENTIONED * naming(query, passage.text, passage.language, day)}
    return fits


def naming(query: Query, text: str, language: str, printed: date | None) -> float:
    """How well, 0 to 1, a text of an article of that day names days for which the query asks."""
    return share(mentions(text, language, printed), query.periods) if query.periods else 0.0


def of_sentence(query: Query, sentence: Candidate) -> float:
    """What is added to the sum of a sentence's probability, 0 to NAMED, because it names days for which the query asks."""
    return NAMED * naming(query, sentence.text, sentence.hit.passage.language, sentence.article.date)


def _fit(period: Period, day: date) -> float:
    """1 for an article of the period, less for later ones, 0 for earlier ones."""
    if period.since and day < period.since:
        return 0.0
    late = (day - period.until).days if period.until else 0
    return float(0.5 ** (max(0, late) / HALF_LIFE)) if period.kind == "event" or late <= 0 else 0.0


def days_of(catalog: Catalog, articles: set[str]) -> dict[str, date]:
    """The day of each of the articles that has one."""
    found: dict[str, date] = {}
    for some in groups(sorted(articles)):
        sql = f"SELECT id, date FROM article WHERE date IS NOT NULL AND id IN ({marks(some)})"
        found |= {r["id"]: date.fromisoformat(r["date"]) for r in catalog.rows(sql, some)}
    return found
