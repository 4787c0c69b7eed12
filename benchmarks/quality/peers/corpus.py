"""What every system searches: the same articles, as our reader gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index.catalog import Catalog
from index.types import Article, Filters, Passage, Span


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """The articles by id, the passages of each in reading order, and the ids of the articles that filters allow (None: all)."""

    articles: Mapping[str, Article]
    passages: Mapping[str, Sequence[Passage]]
    allowed: Callable[[Filters], list[str] | None]


def read_corpus(catalog: Catalog) -> Corpus:
    """All that is indexed in `catalog`."""
    ids = [row["id"] for row in catalog.articles()]
    by_article: dict[str, list[Passage]] = {article_id: [] for article_id in ids}
    found = catalog.passages(row["id"] for row in catalog.rows("SELECT id FROM passage"))
    for passage in sorted(found.values(), key=lambda p: (p.article_id, p.span)):
        by_article[passage.article_id].append(passage)
    articles = {article_id: article for article_id in ids if (article := catalog.article(article_id))}
    return Corpus(articles=articles, passages=by_article, allowed=lambda filters: _allowed(catalog, filters))


def _allowed(catalog: Catalog, filters: Filters) -> list[str] | None:
    return [row["id"] for row in catalog.articles(filters)] if filters else None


@dataclass(frozen=True, kw_only=True)
class Place:
    """A passage that a system found: characters of an article, and how well the system thinks that it fits."""

    file: str
    span: Span
    score: float


def searched(question: str, places: Iterable[Place], seconds: float) -> dict[str, Any]:
    """What a row of a run says of a system that only searches; best place first."""
    hits = [
        {"rank": n, "file": p.file, "start": p.span.start, "end": p.span.end, "score": round(p.score, 4), "parts": {}}
        for n, p in enumerate(places, start=1)
    ]
    return {"question": question, "hits": hits, "timings": {"total": round(seconds, 4)}}
