"""Exact search over the catalog's own vectors: slower than Chroma on a large corpus, never wrong, and open to any process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index.catalog import Catalog
from index.database import groups, marks
from index.vectors import Vectors

# The passages with a vector of the store's model: its name, the bytes of its vectors.
# CROSS JOIN: from passages to vectors. SQLite's planner would read every vector of the model to find a hundred.
SEARCHABLE = (
    "SELECT passage.id, vector FROM passage CROSS JOIN vector"
    " ON model = ? AND vector.text_hash = passage.text_hash AND length(vector) = ?"
)


class ExactIndex:
    """All passage vectors of one catalog in memory, read again whenever the catalog's generation changes."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._model = catalog.model
        self._loaded: tuple[int, dict[str, int], Vectors] | None = None
        self._loading = Lock()

    def search(self, vector: Vectors, k: int, allowed: set[str] | None = None) -> list[tuple[str, float]]:
        """The ids and cosines of the `k` nearest passages, best first, of those in `allowed` (None: of all).

        Raises ModelChanged when the store has another model than at first.
        """
        row_of, matrix = self._current()
        ids = list(row_of) if allowed is None else sorted(i for i in allowed if i in row_of)
        scores = matrix @ vector
        scores = scores if allowed is None else scores[[row_of[i] for i in ids]]
        return [(ids[n], float(scores[n])) for n in _highest(scores, k)]

    def check_model(self) -> None:
        """Raise ModelChanged when the store has another model than at first."""
        self._model = self._model or self._catalog.model
        if self._model:
            self._catalog.check_model(*self._model)

    def _current(self) -> tuple[dict[str, int], Vectors]:
        with self._loading:  # once, however many ask
            loaded = self._loaded
            if loaded is None or loaded[0] != self._catalog.generation:
                loaded = self._loaded = self._load()
            return loaded[1:]

    def _load(self) -> tuple[int, dict[str, int], Vectors]:
        with self._catalog.snapshot():  # generation, model and vectors are of one moment
            self.check_model()
            generation, parts = self._catalog.generation, list(stored_vectors(self._catalog))
        dimension = self._model.dimension if self._model else 0
        matrix = np.concatenate([v for _, v in parts]) if parts else np.zeros((0, dimension), np.float32)
        return generation, {i: n for n, i in enumerate(i for some, _ in parts for i in some)}, matrix


def _highest(scores: Vectors, k: int) -> NDArray[np.intp]:
    """The places of the `k` highest scores, highest first, the first of equal ones first; sorts no others."""
    places = np.arange(len(scores))
    if k < len(scores):
        places = np.flatnonzero(scores >= np.partition(scores, -k)[-k])
    return places[np.argsort(-scores[places], kind="stable")][:k]


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
