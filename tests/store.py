"""What the tests of the store share: a tiny embedder, and a picture of everything that a home holds."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from index import vectors
from index.catalog import Catalog
from index.embed import Vectors
from index.exact import keep_vectors, stored_vectors, text_hash
from index.owner import chroma_folder
from index.stored import Entry, FileState
from index.types import Article, Passage, Sentence, Span


@dataclass(frozen=True, kw_only=True)
class WordEmbedder:
    """A bag of words, hashed: real vectors, the same in every process, that know nothing of meaning."""

    model: str = "words"
    dimension: int = 16

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        rows = [self._vector(t) for t in texts]
        return np.array(rows, np.float32).reshape(len(texts), self.dimension)

    embed_queries = embed_passages

    def _vector(self, text: str) -> Vectors:
        row = np.full(self.dimension, 1e-3)
        for word in text.lower().split():
            seed = sha256(f"{self.model} {word}".encode("utf-8", "surrogatepass")).digest()
            row += np.random.default_rng(list(seed[:8])).standard_normal(self.dimension)
        return (row / np.linalg.norm(row)).astype(np.float32)


def filled(home: Path, passages: int, embedder: WordEmbedder) -> Catalog:
    """A catalog of `passages` one-line passages, without reading files; Chroma has not been told."""
    catalog = Catalog(home)
    catalog.claim_model(embedder.model, embedder.dimension)
    with catalog.transaction() as run:
        run.execute("INSERT INTO root (number, path, prefix) VALUES (1, '/nowhere', '')")
    for first in range(0, passages, 100):
        numbers = range(first, min(passages, first + 100))
        add_lines(catalog, embedder, f"{first}.txt", [line(n) for n in numbers])
    return catalog


def line(number: int) -> str:
    """The text of a passage of `filled`."""
    return f"Line {number} names {number * 7919 % 10007} and {number * 104729 % 9973}.\n"


def add_lines(catalog: Catalog, embedder: WordEmbedder, name: str, lines: Sequence[str]) -> None:
    """Store an article whose every line is a passage."""
    text, entries, start = "".join(lines), [], 0
    for number, one in enumerate(lines):
        span = Span(start=start, end=start + len(one))
        sentence = Sentence(number=number, span=span)
        passage = Passage(article_id=name, span=span, text=one, language="en", sentences=(sentence,))
        body = " ".join(re.findall(r"\w+", one.lower()))
        entries.append(Entry(passage=passage, text_hash=text_hash(one), title_terms="", body_terms=body))
        start += len(one)
    keep_vectors(catalog, embedder.model, [e.text_hash for e in entries], embedder.embed_passages(lines))
    article = Article(id=name, text=text, sha256=text_hash(text).hex(), format="txt", language="en")
    catalog.put(article, FileState(root=1, path=name, size=len(text), mtime_ns=1), entries)


def fill_up(disk: Path, spare: int = 0) -> Path:
    """Leave `spare` bytes."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    os.truncate(filler, max(0, filler.stat().st_size - spare))
    return filler


def contents(home: Path) -> dict[str, Any]:
    """Everything in the catalog that a clean run would have, without the numbers that only count rows."""
    catalog = Catalog(home, create=False)
    try:
        articles = catalog.rows("SELECT * FROM article ORDER BY id")
        passages = catalog.rows(
            "SELECT passage.*, article.id AS of FROM passage JOIN article ON article.number = passage.article ORDER BY id"
        )
        sentences = catalog.rows(
            "SELECT id, sentence.number, sentence.start, sentence.end FROM sentence"
            " JOIN passage ON passage.number = passage ORDER BY 1, 2"
        )
        return {
            "articles": [{k: r[k] for k in r.keys() if k not in ("number", "root")} for r in articles],  # noqa: SIM118
            "passages": {r["id"]: [r["of"], r["start"], r["end"], r["title_terms"], r["body_terms"]] for r in passages},
            "sentences": [list(r) for r in sentences],
            "vectors": {
                i: v.tobytes().hex() for ids, m in stored_vectors(catalog) for i, v in zip(ids, m, strict=True)
            },
            "former": sorted(list(r) for r in catalog.rows("SELECT article_id, md5 FROM former")),
            "lexical": lexical_faults(catalog),
            "outbox": catalog.counts()["outbox"],
        }
    finally:
        catalog.close()


def lexical_faults(catalog: Catalog) -> list[str]:
    """Terms that lexical search has and the passages do not, or the other way round."""
    catalog.connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.instance USING fts5vocab(main, lexical, instance)"
    )
    indexed = sorted(tuple(r) for r in catalog.rows("SELECT DISTINCT doc, term FROM temp.instance"))
    rows = catalog.rows("SELECT number, title_terms || ' ' || body_terms AS terms FROM passage")
    expected = sorted({(r["number"], t) for r in rows for t in r["terms"].split()})
    return [f"{d}: {t}" for d, t in sorted(set(indexed) ^ set(expected))]


def in_chroma(home: Path) -> dict[str, Any]:
    """What Chroma has: its ids, and the passages that do not find themselves. The home must have no owner."""
    catalog = Catalog(home, create=False)
    index = vectors.open_folder(chroma_folder(home), catalog.collection)
    try:
        return {"ids": sorted(index.ids()), "lost": not_found(catalog, index), "altered": altered(catalog, index)}
    finally:
        index.close()
        catalog.close()


def altered(catalog: Catalog, index: vectors.ChromaIndex) -> list[str]:
    """The passages whose vector in Chroma is not the catalog's."""
    parts = [(i, v) for ids, matrix in stored_vectors(catalog) for i, v in zip(ids, matrix, strict=True)]
    there = index.vectors([i for i, _ in parts])
    return [i for i, v in parts if i not in there or not np.allclose(there[i], v, atol=1e-5)]


def not_found(catalog: Catalog, index: vectors.ChromaIndex) -> list[str]:
    """The passages whose own vector is not answered by themselves, or by one with the same vector."""
    own = {i: v for ids, matrix in stored_vectors(catalog) for i, v in zip(ids, matrix, strict=True)}
    answers = index.search_many(np.array(list(own.values())), 1) if own else []
    nearest = (own.get(hits[0][0]) if hits else None for hits in answers)
    return [i for i, found in zip(own, nearest, strict=True) if found is None or float(found @ own[i]) < 1 - 1e-5]


def told(catalog: Catalog, chroma: set[str], batch: int) -> set[str]:
    """What Chroma has, of which `chroma` is a picture, when its owner has told it of the first `batch` rows of the outbox."""
    rows = catalog.rows("SELECT sequence, passage_id FROM outbox ORDER BY sequence LIMIT ?", (batch,))
    ids = {r["passage_id"] for r in rows}
    there = set(catalog.passages(ids))
    with catalog.transaction() as run:
        run.executemany("DELETE FROM outbox WHERE sequence = ?", [(r["sequence"],) for r in rows])
    return (chroma | there) - (ids - there)
