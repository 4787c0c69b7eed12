"""From a query to hits: dense and lexical search, fused so that no language drowns.

The dense leg, with the bias of languages taken out (`centre.py`), is trusted across languages. The lexical leg adds to it:
by the share of the question's weight that a passage holds, which means the same for every question and is near nothing when
a passage in another language shares a name or two. Reciprocal ranks would give the best of a bad lexical leg as much as the
best of a good one, which ruins search across languages (.92 to .665 nDCG@10 on XQuAD).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace

import numpy as np

from index.catalog import Catalog
from index.dense import DenseSearch
from index.duplicates import copies
from index.exact import spoken_vectors
from index.lexical import LexicalIndex, Wanted
from index.types import Passage
from index.vectors import Vectors
from rag.question.outlets import preferred
from rag.question.types import Query
from rag.retrieval.centre import Centred, LanguageMeans
from rag.retrieval.timely import timely
from rag.types import Hit

Parts = dict[str, float]
_NEAR = 4  # times as many passages as hits are compared with each other, to find copies


@dataclass(frozen=True, kw_only=True, slots=True)
class Fusion:
    """How the two legs are added: centred similarity in standard deviations + `lexical` * lexical share.

    `lexical` was chosen on articles 0-15 of XQuAD and tested on 16-31: see benchmarks/quality.
    """

    lexical: float = 4.0
    depth: int = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """One search and how it came about: the passage ids of each leg and of their fusion, best first, and the hits."""

    dense: list[str]
    lexical: list[str]
    fused: list[str]
    hits: list[Hit]


class Retriever:
    """Searches one catalog."""

    def __init__(self, catalog: Catalog, dense: DenseSearch, fusion: Fusion | None = None) -> None:
        self._catalog, self._dense = catalog, dense
        self.lexical, self._means = LexicalIndex(catalog), LanguageMeans(catalog)
        self._fusion = fusion or Fusion()

    def centred(self, query: Query, vector: Vectors) -> Centred:
        """The query's vector without what is due to languages alone."""
        return self._means.centred(vector, query.language)

    def directions(self, languages: Iterable[str], dimension: int) -> dict[str, Vectors]:
        """By language, the mean direction of its passages, float32 [dimension], of length 1."""
        return self._means.directions(languages, dimension)

    def wanted(self, query: Query) -> list[Wanted]:
        """The words of the query, with how much each of them says in this corpus."""
        return self.lexical.wanted(query.text, query.language)

    def retrieve(self, query: Query, vector: Vectors, k: int) -> list[Hit]:
        """The `k` best hits, best first; copies of one text are one hit. `vector` is the query's, float32 [dimension]."""
        return self.search(query, vector, k).hits

    def search(self, query: Query, vector: Vectors, k: int) -> Search:
        """The `k` best hits, and what each leg found."""
        depth = max(self._fusion.depth, 4 * k)
        while True:
            dense, lexical = self._legs(query, vector, depth)
            parts = self._scored(query, vector, dense, lexical)
            found = len(parts)
            parts = self._steered(query, parts)
            fused = fuse(parts, self._fusion)
            best = sorted(fused, key=lambda i: (-fused[i], i))
            hits = self._different(best, fused, parts, k)
            if len(hits) == k or found < depth:
                return Search(dense=dense, lexical=list(lexical), fused=best, hits=hits)
            depth *= 4  # so many copies of so few texts: look further down

    def _steered(self, query: Query, parts: dict[str, Parts]) -> dict[str, Parts]:
        """The parts with what the query says of time and outlets; only where it says something is that looked up."""
        if not (query.periods or query.order or query.outlets):
            return parts
        passages = self._catalog.origins(parts)
        times, outlets = timely(self._catalog, query, passages), preferred(query.outlets, passages)
        return {i: parts[i] | times.get(i, {}) | outlets.get(i, {}) for i in passages}

    def _different(
        self, best: Sequence[str], fused: Mapping[str, float], parts: Mapping[str, Parts], k: int
    ) -> list[Hit]:
        """The first `k` different texts. Copies stand near each other, so only the first few passages are looked at."""
        depth = _NEAR * k
        while True:
            passages = self._catalog.passages(best[:depth])  # a hit whose passage is gone is dropped here
            hits = collapsed([(passages[i], fused[i], parts[i]) for i in best[:depth] if i in passages], k)
            if len(hits) == k or depth >= len(best):
                return hits
            depth *= _NEAR

    def scored(self, query: Query, vector: Vectors, depth: int) -> dict[str, Parts]:
        """The parts of the score, by passage id, of everything that either leg finds among its first `depth`."""
        return self._scored(query, vector, *self._legs(query, vector, depth))

    def _legs(self, query: Query, vector: Vectors, depth: int) -> tuple[list[str], dict[str, float]]:
        """The first `depth` passages of the dense leg, and of the lexical leg with their scores."""
        centred = self.centred(query, vector).vector
        one_moment = self._catalog.snapshot() if query.filters else nullcontext()  # for which numbers are good
        with one_moment:
            allowed = self._catalog.allowed(query.filters) if query.filters else None
            near = self._dense.search(centred, depth, allowed)
            words = self.lexical.search(query.text, query.language, depth, allowed)
        return [i for i, _ in near], {h.passage_id: h.score for h in words}

    def _scored(
        self, query: Query, vector: Vectors, dense: Sequence[str], lexical: Mapping[str, float]
    ) -> dict[str, Parts]:
        """Filters by day leave few passages, whose mean says nothing: they stand where they would without them."""
        found = self._parts(query, vector, dense, lexical)
        of_any_day = replace(query.filters, since=None, until=None, as_of=None)
        if of_any_day == query.filters:
            return standing(found)
        legs = self._legs(replace(query, filters=of_any_day), vector, self._fusion.depth)
        return standing(found, self._parts(query, vector, *legs))

    def _parts(
        self, query: Query, vector: Vectors, dense: Sequence[str], lexical: Mapping[str, float]
    ) -> dict[str, Parts]:
        centred = self.centred(query, vector)
        parts: dict[str, Parts] = {}
        for ids, languages, matrix in spoken_vectors(self._catalog, [*dense, *lexical]):
            similarity = centred.similarity(matrix, languages)
            for i, cosine, score in zip(ids, matrix @ vector, similarity, strict=True):
                parts[i] = {"dense": float(cosine), "centred": float(score), "lexical": lexical.get(i, 0.0)}
        return parts


def standing(parts: Mapping[str, Parts], among: Mapping[str, Parts] | None = None) -> dict[str, Parts]:
    """The parts with "standing": the centred similarity in standard deviations above the mean of `among` (None: of them)."""
    among = parts if among is None else among
    similarity = np.array([p["centred"] for p in among.values()])
    mean, spread = (float(similarity.mean()), float(similarity.std())) if among else (0.0, 0.0)
    return {i: p | {"standing": (p["centred"] - mean) / (spread or 1.0)} for i, p in parts.items()}


def fuse(parts: Mapping[str, Parts], fusion: Fusion) -> dict[str, float]:
    """One score for each passage from its "standing", its "lexical" part and what the question prefers."""
    return {i: p["standing"] + fusion.lexical * p["lexical"] + preference(p) for i, p in parts.items()}


def preference(parts: Mapping[str, float]) -> float:
    """The points of what fits the days that the question names, and is of an outlet that it names."""
    return parts.get("time", 0.0) + parts.get("outlet", 0.0)


def collapsed(scored: Sequence[tuple[Passage, float, dict[str, float]]], k: int) -> list[Hit]:
    """The first `k` different texts; an article that only repeats one of them is named as a copy."""
    first = copies([p.text for p, _, _ in scored], [p.article_id for p, _, _ in scored])
    repeats: dict[int, list[str]] = {}
    for i, j in enumerate(first):
        repeats.setdefault(j, [])
        if scored[i][0].article_id != scored[j][0].article_id:
            repeats[j].append(scored[i][0].article_id)
    return [
        Hit(
            passage=scored[j][0],
            rank=rank,
            score=scored[j][1],
            parts=scored[j][2],
            copies=tuple(dict.fromkeys(repeats[j])),
        )
        for rank, j in enumerate(list(repeats)[:k], start=1)
    ]
