"""What articles are about, in their own words: the answer to "what did they report?" and "what happened that day?".

An article says it in its first sentences, and of these the one that has most of its title's words says most. Of a day tells the
sentence that names it, if only as "yesterday".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from index.catalog import Catalog
from index.rows import condition
from index.terms import stem
from index.types import Article, Filters, Passage
from rag.question.references import telling
from rag.question.types import Query
from rag.quotes.extract import NEARLY, candidates, merged
from rag.retrieval.retrieve import collapsed
from rag.retrieval.timely import naming, timely
from rag.types import Candidate, Hit

_LEADING = 3  # sentences of an article that say what it is about
_LATER = timedelta(days=14)  # after the days that are asked for, within which articles are looked through for them
_MOST = 400  # passages that are looked at
_NAMES = 0.5  # how well a text must name the days: not by their month alone


def leading(catalog: Catalog, query: Query, found: Mapping[str, Passage], k: int) -> list[Hit]:
    """The first `k` articles, one passage of each, that tell of the days that the query names; the newest where it names none.

    An article tells of the days on which it is printed, and of those that it names. `found` are passages that search finds.
    """
    first = catalog.passages(_firsts(catalog, query.filters))
    passages = {**found, **_around(catalog, query), **first}
    origins = catalog.origins(passages)
    days = {passages[i].article_id: one.date for i, one in origins.items() if one.date}
    parts = timely(catalog, query, origins)

    def place(i: str) -> tuple[float, int, str, int]:
        """The place of a passage: those that tell most, of the newest articles."""
        article = passages[i].article_id
        return -_time(parts, i), -days.get(article, date.min).toordinal(), article, passages[i].span.start

    told = (
        i
        for i, passage in passages.items()
        if _names(query, passage, days.get(passage.article_id))
        or (i in first and _is_of(query, days.get(passage.article_id)))
    )
    best: dict[str, str] = {}
    for i in sorted(told, key=place):
        best.setdefault(passages[i].article_id, i)
    return collapsed([(passages[i], _time(parts, i), parts.get(i, {})) for i in best.values()], k)


def _time(parts: Mapping[str, Mapping[str, float]], passage_id: str) -> float:
    return parts.get(passage_id, {}).get("time", 0.0)


def _names(query: Query, passage: Passage, printed: date | None) -> bool:
    return naming(query, passage.text, passage.language, printed) >= _NAMES


def _is_of(query: Query, printed: date | None) -> bool:
    """Whether an article of that day is one of those that are asked for."""
    inside = (p for p in query.periods if printed and (p.since or printed) <= printed <= (p.until or printed))
    return any(inside) if query.periods else printed is not None or query.order is None


def _firsts(catalog: Catalog, filters: Filters) -> list[str]:
    """The first passage of each of the newest articles that the filters allow."""
    return _ids(catalog, filters, "SELECT passage.id, min(start)", "GROUP BY article.number")


def _around(catalog: Catalog, query: Query) -> dict[str, Passage]:
    """The passages of articles that were printed on the days of an event, or soon afterwards."""
    since, until = query.filters.since, query.filters.until
    ids: list[str] = []
    for period in (p for p in query.periods if p.kind == "event"):
        last = period.until + _LATER if period.until else None
        near = replace(
            query.filters,
            since=max(filter(None, (since, period.since)), default=None),
            until=min(filter(None, (until, last)), default=None),
        )
        ids += _ids(catalog, near, "SELECT passage.id")
    return catalog.passages(ids)


def _ids(catalog: Catalog, filters: Filters, select: str, group: str = "") -> list[str]:
    where, values = condition(filters)
    rows = catalog.rows(
        f"{select} FROM passage JOIN article ON article.number = passage.article WHERE {where} {group}"
        " ORDER BY date IS NULL, date DESC, article.id, start LIMIT ?",
        (*values, _MOST),
    )
    return [r["id"] for r in rows]


def leads(catalog: Catalog, query: Query, hits: list[Hit]) -> list[Candidate]:
    """One sentence of each hit that says what happened; where one article alone is asked for, its first ones."""
    by_hit = [(hit, candidates([hit], catalog)) for hit in hits]
    most = 1 if len(hits) > 1 else _LEADING
    chosen = [c for _, sentences in by_hit for c in _telling(query, sentences, most)]
    return merged([replace(c, score=1.0) for c in chosen])


def with_lead(catalog: Catalog, query: Query, best_first: list[Candidate]) -> list[Candidate]:
    """The sentences that answer, the best of them followed by what its article is about, which is quoted beside it."""
    if not best_first:
        return []
    best, *rest = best_first
    first = catalog.passages(_firsts(catalog, Filters(files=(best.article.id,))))
    sentences = candidates([replace(best.hit, passage=passage) for passage in first.values()], catalog)
    lead = [replace(c, score=best.score * NEARLY) for c in _telling(query, sentences, 1) if c.span != best.span]
    known = [(c.article.id, c.span) for c in lead]
    return [best, *lead, *(c for c in rest if (c.article.id, c.span) not in known)]


def _telling(query: Query, sentences: list[Candidate], most: int) -> list[Candidate]:
    named = [c for c in sentences if naming(query, c.text, c.hit.passage.language, c.article.date) >= _NAMES]
    if named:
        return named[:most]
    head = sentences[:_LEADING]
    return [max(head, key=_of_title)] if head and most == 1 else head[:most]


def _of_title(candidate: Candidate) -> int:
    """How many of the words of its article's title a sentence has."""
    return len(_stems(candidate.article.title or "", candidate.article) & _stems(candidate.text, candidate.article))


def _stems(text: str, article: Article) -> set[str]:
    return {stem(word, article.language) for word in telling(text, article.language)}
