"""Exact search over the catalog's own vectors: slower than Chroma on a large corpus, never wrong, and open to any process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256

import numpy as np

from index.catalog import Catalog
from index.vectors import Vectors

_BATCH = 5_000
SEARCHABLE = "SELECT id FROM passage JOIN vector ON model = ? AND vector.text_hash = passage.text_hash"


class ExactIndex:
    """All passage vectors of one catalog in memory, read again whenever the catalog's generation changes."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._loaded: tuple[int, list[str], Vectors] | None = None

    def search(self, vector: Vectors, k: int, allowed: set[str] | None = None) -> list[tuple[str, float]]:
        """The ids and cosines of the `k` nearest passages, best first, of those in `allowed` (None: of all)."""
        ids, matrix = self._current()
        rows = np.arange(len(ids)) if allowed is None else np.array([i for i, p in enumerate(ids) if p in allowed], int)
        if not len(rows):
            return []
        scores = (matrix if allowed is None else matrix[rows]) @ vector
        best = np.argsort(-scores, kind="stable")[:k]
        return [(ids[rows[i]], float(scores[i])) for i in best]

    def _current(self) -> tuple[list[str], Vectors]:
        generation = self._catalog.generation
        if self._loaded is None or self._loaded[0] != generation:
            parts = list(stored_vectors(self._catalog))
            ids = [i for some, _ in parts for i in some]
            dimension = int(self._catalog.setting("dimension") or 0)
            matrix = np.concatenate([v for _, v in parts]) if parts else np.zeros((0, dimension), np.float32)
            self._loaded = (generation, ids, matrix)
        return self._loaded[1], self._loaded[2]


def text_hash(text: str) -> bytes:
    """The key under which a text's vector is kept: its sha256."""
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


def stored_vectors(catalog: Catalog, passage_ids: Sequence[str] | None = None) -> Iterator[tuple[list[str], Vectors]]:
    """(ids, float32 [n, dimension]) batches of passages, in order of id; of all, or of those named."""
    ids = [r["id"] for r in catalog.rows("SELECT id FROM passage ORDER BY id")] if passage_ids is None else passage_ids
    model = catalog.setting("model") or ""
    for start in range(0, len(ids), _BATCH):
        some = list(ids[start : start + _BATCH])
        rows = catalog.rows(
            "SELECT passage.id, vector FROM passage JOIN vector ON model = ? AND vector.text_hash = passage.text_hash"
            f" WHERE passage.id IN ({', '.join('?' * len(some))}) ORDER BY passage.id",
            [model, *some],
        )
        if rows:
            yield (
                [r["id"] for r in rows],
                np.frombuffer(b"".join(r["vector"] for r in rows), "<f4").reshape(len(rows), -1),
            )


def known_vectors(catalog: Catalog, model: str, hashes: Sequence[bytes]) -> dict[bytes, Vectors]:
    """The vectors of those texts that were embedded before, by text hash."""
    known: dict[bytes, Vectors] = {}
    for start in range(0, len(hashes), _BATCH):
        some = hashes[start : start + _BATCH]
        sql = f"SELECT text_hash, vector FROM vector WHERE model = ? AND text_hash IN ({', '.join('?' * len(some))})"
        rows = catalog.rows(sql, [model, *some])
        known |= {r["text_hash"]: np.frombuffer(r["vector"], "<f4") for r in rows}
    return known


def keep_vectors(catalog: Catalog, model: str, hashes: Sequence[bytes], vectors: Vectors) -> None:
    """Store vectors, float32 [len(hashes), dimension], for good."""
    rows = [(model, h, v.astype("<f4").tobytes()) for h, v in zip(hashes, vectors, strict=True)]
    with catalog.transaction() as run:
        run.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?, ?)", rows)
