"""Exact search over the catalog's own vectors: slower than Chroma on a large corpus, never wrong, and open to any process."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from hashlib import sha256
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.catalog import Catalog
from index.database import Numbers, groups, marks
from index.vectors import Vectors

# The passages with a vector of the store's model, to come after SELECT: its name, the bytes of its vectors.
# Vectors as they stand on the disk, then their passages: the other way round a million vectors meant reading 23 GB of a file of 4.
SEARCHABLE = (
    "FROM vector NOT INDEXED CROSS JOIN passage ON passage.text_hash = vector.text_hash"
    " WHERE model = ? AND length(vector) = ?"
)
# For some passages from these to their vectors: SQLite's planner would read every vector of the model to find a hundred.
_NAMED = (
    "SELECT passage.id, passage.language, vector FROM passage CROSS JOIN vector"
    " ON model = ? AND vector.text_hash = passage.text_hash AND length(vector) = ?"
    " WHERE passage.id IN ({}) ORDER BY passage.id"
)
_AT_ONCE = 5_000  # vectors

_FEW = 0.1  # a share of the vectors; fewer are copied before they are multiplied, more are picked from the product with all


class _Loaded(NamedTuple):
    """The passages of one generation that have a vector: their numbers and vectors, in the order of the disk."""

    generation: int
    numbers: Numbers
    matrix: Vectors


class ExactIndex:
    """All passage vectors of one catalog in memory, read again whenever the catalog's generation changes."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._model = catalog.model
        self._loaded: _Loaded | None = None
        self._loading, self._multiplying = Lock(), Lock()

    def search(self, vector: Vectors, k: int, allowed: Numbers | None = None) -> list[tuple[str, float]]:
        """The ids and cosines of the `k` nearest passages, best first, of those with the numbers `allowed` (None: of all).

        Raises ModelChanged when the store has another model than at first.
        """
        with self._catalog.snapshot():  # for which numbers are good
            _, numbers, matrix = self._current()
            rows = None if allowed is None else np.flatnonzero(np.isin(numbers, allowed))
            with self._multiplying:  # with all cores: sixteen at once took four times as long
                scores = _product(matrix, vector, rows)
            best = leading(scores, k)
            found = (numbers if rows is None else numbers[rows])[best].tolist()
            ids = self._catalog.ids(found)
        ranked = sorted(zip(scores[best].tolist(), found, strict=True), key=lambda one: (-one[0], ids[one[1]]))
        return [(ids[number], score) for score, number in ranked[:k]]

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
            generation = self._catalog.generation
            most = self._catalog.counts()["passage"]
            numbers = np.empty(most, np.int64)
            matrix = np.empty((most, self._model.dimension if self._model else 0), np.float32)
            end = 0
            for some, vectors in every_vector(self._catalog):
                start, end = end, end + len(some)
                numbers[start:end], matrix[start:end] = some, vectors
        return _Loaded(generation, numbers[:end], matrix[:end])


def _product(matrix: Vectors, vector: Vectors, rows: NDArray[np.intp] | None) -> Vectors:
    """The product of a vector with some rows of a matrix, None: with all, float32 [rows]."""
    if rows is None:
        return matrix @ vector
    return np.take(matrix, rows, axis=0) @ vector if len(rows) < len(matrix) * _FEW else (matrix @ vector)[rows]


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


def every_vector(catalog: Catalog) -> Iterator[tuple[Numbers, Vectors]]:
    """(numbers, float32 [n, dimension]) batches of all passages, as they are on the disk: about as fast as reading the file once."""
    last = catalog.rows("SELECT ifnull(max(rowid), 0) FROM vector")[0][0]
    sql = f"SELECT passage.number, vector {SEARCHABLE} AND vector.rowid BETWEEN ? AND ? ORDER BY vector.rowid"
    for start in range(1, last + 1, _AT_ONCE):
        rows = catalog.rows(sql, [*searchable(catalog), start, start + _AT_ONCE - 1])
        if rows:
            yield np.array([r["number"] for r in rows], np.int64), _matrix(rows)


def stored_vectors(catalog: Catalog, passage_ids: Sequence[str] | None = None) -> Iterator[tuple[list[str], Vectors]]:
    """(ids, float32 [n, dimension]) batches of passages: of those named in order of id, or of all in no order."""
    if passage_ids is not None:
        yield from ((ids, matrix) for ids, _, matrix in spoken_vectors(catalog, passage_ids))
        return
    for numbers, matrix in every_vector(catalog):
        ids = catalog.ids(numbers.tolist())
        yield [ids[n] for n in numbers.tolist()], matrix


def spoken_vectors(catalog: Catalog, passage_ids: Sequence[str]) -> Iterator[tuple[list[str], list[str], Vectors]]:
    """(ids, languages, float32 [n, dimension]) batches of the passages that are named, in order of id."""
    model = searchable(catalog)
    for some in groups(passage_ids):
        rows = catalog.rows(_NAMED.format(marks(some)), [*model, *some])
        if rows:
            yield [r["id"] for r in rows], [r["language"] for r in rows], _matrix(rows)


def _matrix(rows: Sequence[sqlite3.Row]) -> Vectors:
    return np.frombuffer(b"".join(r["vector"] for r in rows), "<f4").reshape(len(rows), -1)


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
