"""Exact search over the catalog's own vectors: slower than Chroma on a large corpus, never wrong, and open to any process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.catalog import Catalog
from index.database import Numbers, groups, marks
from index.vectors import Vectors

# The passages with a vector of the store's model: its name, the bytes of its vectors.
# CROSS JOIN: from passages to vectors. SQLite's planner would read every vector of the model to find a hundred.
SEARCHABLE = (
    "SELECT passage.id, vector FROM passage CROSS JOIN vector"
    " ON model = ? AND vector.text_hash = passage.text_hash AND length(vector) = ?"
)

_FEW = 0.25  # a share of the vectors; fewer are copied before they are multiplied, more are picked from the product with all


class _Loaded(NamedTuple):
    """The passages of one generation that have a vector, in order of id: ids, numbers, vectors."""

    generation: int
    ids: list[str]
    numbers: Numbers
    matrix: Vectors


class ExactIndex:
    """All passage vectors of one catalog in memory, read again whenever the catalog's generation changes."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._model = catalog.model
        self._loaded: _Loaded | None = None
        self._loading = Lock()

    def search(self, vector: Vectors, k: int, allowed: Numbers | None = None) -> list[tuple[str, float]]:
        """The ids and cosines of the `k` nearest passages, best first, of those with the numbers `allowed` (None: of all).

        Raises ModelChanged when the store has another model than at first.
        """
        _, ids, numbers, matrix = self._current()
        rows = np.arange(len(ids)) if allowed is None else np.flatnonzero(np.isin(numbers, allowed))
        scores = matrix[rows] @ vector if len(rows) < len(ids) * _FEW else (matrix @ vector)[rows]
        best = leading(scores, k)
        best = best[np.argsort(-scores[best], kind="stable")][:k]
        return [(ids[rows[n]], float(scores[n])) for n in best]

    def check_model(self) -> None:
        """Raise ModelChanged when the store has another model than at first."""
        self._model = self._model or self._catalog.model
        if self._model:
            self._catalog.check_model(*self._model)

    def _current(self) -> _Loaded:
        with self._loading:  # once, however many ask
            if self._loaded is None or self._loaded.generation != self._catalog.generation:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> _Loaded:
        with self._catalog.snapshot():  # generation, model and vectors are of one moment
            self.check_model()
            generation, parts = self._catalog.generation, list(stored_vectors(self._catalog))
            number_of = {r["id"]: r["number"] for r in self._catalog.rows("SELECT id, number FROM passage")}
        dimension = self._model.dimension if self._model else 0
        matrix = np.concatenate([v for _, v in parts]) if parts else np.zeros((0, dimension), np.float32)
        ids = [i for some, _ in parts for i in some]
        return _Loaded(generation, ids, np.array([number_of[i] for i in ids], np.int64), matrix)


def leading(scores: NDArray[np.floating[Any]], k: int) -> NDArray[np.intp]:
    """The places of the `k` highest scores and of those that equal the last of them, in order of place; sorts nothing."""
    return np.flatnonzero(scores >= np.partition(scores, -k)[-k]) if k < len(scores) else np.arange(len(scores))


def text_hash(text: str) -> bytes:
    """The key under which a text's vector is kept: its sha256."""
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


def searchable(catalog: Catalog) -> tuple[str, int]:
    """The parameters of SEARCHABLE."""
    model = catalog.model
    return (model.name, 4 * model.dimension) if model else ("", 0)


def stored_vectors(catalog: Catalog, passage_ids: Sequence[str] | None = None) -> Iterator[tuple[list[str], Vectors]]:
    """(ids, float32 [n, dimension]) batches of passages, in order of id; of all, or of those named."""
    ids = [r["id"] for r in catalog.rows("SELECT id FROM passage ORDER BY id")] if passage_ids is None else passage_ids
    model = searchable(catalog)
    for some in groups(ids):
        sql = f"{SEARCHABLE} WHERE passage.id IN ({marks(some)}) ORDER BY passage.id"
        rows = catalog.rows(sql, [*model, *some])
        if rows:
            matrix = np.frombuffer(b"".join(r["vector"] for r in rows), "<f4").reshape(len(rows), -1)
            yield [r["id"] for r in rows], matrix


def known_vectors(catalog: Catalog, model: str, hashes: Sequence[bytes]) -> dict[bytes, Vectors]:
    """The vectors of those texts that were embedded before, by text hash."""
    known: dict[bytes, Vectors] = {}
    for some in groups(hashes):
        sql = f"SELECT text_hash, vector FROM vector WHERE model = ? AND text_hash IN ({marks(some)})"
        rows = catalog.rows(sql, [model, *some])
        known |= {r["text_hash"]: np.frombuffer(r["vector"], "<f4") for r in rows}
    return known


def keep_vectors(catalog: Catalog, model: str, hashes: Sequence[bytes], vectors: Vectors) -> None:
    """Store vectors, float32 [len(hashes), dimension], for good."""
    rows = [(model, h, v.astype("<f4").tobytes()) for h, v in zip(hashes, vectors, strict=True)]
    with catalog.transaction() as run:
        run.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?, ?)", rows)
