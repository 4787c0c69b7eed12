"""Taking the language out of a similarity.

A multilingual embedder puts texts of one language near each other whatever they say, so where articles of several languages
are indexed together, those in the question's language crowd out the others. Subtracting from each similarity what is due to
the two languages alone, estimated by how the mean vector of each language's passages differs from the mean of all
(Libovický, Rosa and Fraser, 2020), undoes that: with half of XQuAD indexed in each language, nDCG@10 from German to English
rises from .76 to .92, and within a language it stays (benchmarks/quality/README.md). With one language it changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from index.catalog import Catalog
from index.exact import stored_vectors
from index.vectors import Vectors

_SAMPLE = 500  # passages of a language that its mean is made of; ids are hashes, so the first ones are a fair sample
_SHRINK = 20  # the mean of fewer passages than this is mostly that of all languages
# The first different passages of each language, and how many there are; read in one go, because every passage is looked at.
_DIFFERENT = """
    WITH different AS (SELECT language, min(id) AS id FROM passage GROUP BY language, text_hash),
    placed AS (
        SELECT language, id, count(*) OVER (PARTITION BY language) AS n,
            row_number() OVER (PARTITION BY language ORDER BY id) AS place
        FROM different
    )
    SELECT language, id, n FROM placed WHERE place <= ? ORDER BY language, id
"""
_PASSAGE, _QUERY = 0.75, 0.75  # how much of each bias is taken away; chosen on articles 0-15 of XQuAD


@dataclass(frozen=True, kw_only=True, slots=True)
class Centred:
    """A query's vector with the bias of its language taken away, and the bias that remains for each passage language."""

    vector: Vectors
    bias: dict[str, float]

    def similarity(self, matrix: Vectors, languages: list[str]) -> Vectors:
        """The centred similarity of the query with each row of `matrix`, float32 [n, dimension], of those languages."""
        bias = np.array([self.bias.get(language, 0.0) for language in languages], np.float32)
        similarity: Vectors = matrix @ self.vector - bias
        return similarity


@dataclass(frozen=True, kw_only=True, slots=True)
class Means:
    """The mean of all passages' vectors, and by language how that of its passages differs; shrunk where there are few."""

    everything: Vectors
    differences: dict[str, Vectors]


class LanguageMeans:
    """The mean vector of each language's passages in one catalog, read again when the catalog changes."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known: tuple[int, Means] | None = None

    def centred(self, vector: Vectors, language: str) -> Centred:
        """The query with `vector`, float32 [dimension], in `language`, without what is due to languages alone."""
        differences = self._means(len(vector)).differences
        bias = {name: _PASSAGE * float(difference @ vector) for name, difference in differences.items()}
        return Centred(vector=vector - _QUERY * differences.get(language, np.zeros_like(vector)), bias=bias)

    def directions(self, languages: Iterable[str], dimension: int) -> dict[str, Vectors]:
        """By language, the mean direction of its passages, float32 [dimension], of length 1."""
        means = self._means(dimension)
        own = {name: means.everything + means.differences.get(name, 0.0) for name in languages}
        return {name: mean / max(float(np.linalg.norm(mean)), 1e-9) for name, mean in own.items()}

    def _means(self, dimension: int) -> Means:
        known, generation = self._known, self._catalog.generation
        if known is None or known[0] != generation:
            known = self._known = (generation, self._read(dimension))
        return known[1]

    def _read(self, dimension: int) -> Means:
        own = {language: (n, mean) for language, n, mean in self._sampled()}
        total: Vectors = sum((n * mean for n, mean in own.values()), np.zeros(dimension, np.float32))
        everything = total / np.float32(max(1, sum(n for n, _ in own.values())))
        shrunk = {k: (mean - everything) * np.float32(n / (n + _SHRINK)) for k, (n, mean) in own.items()}
        return Means(everything=everything, differences=shrunk)

    def _sampled(self) -> Iterator[tuple[str, int, Vectors]]:
        """Of each language how many different passages there are, and the mean of a sample; none while none of them has a vector."""
        rows = self._catalog.rows(_DIFFERENT, (_SAMPLE,))
        for language, some in groupby(rows, lambda row: row["language"]):
            ids = {row["id"]: row["n"] for row in some}
            parts = [matrix for _, matrix in stored_vectors(self._catalog, list(ids))]
            if parts:
                yield language, max(ids.values()), np.concatenate(parts).mean(axis=0)
