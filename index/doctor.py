"""Is everything in a home as it should be, and if not, mend what can be mended without the articles' files."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from index import health, vectors
from index.catalog import Catalog
from index.database import groups
from index.embed import Embedder
from index.errors import HomeUnusable, IndexOwned, IndexUnreachable
from index.exact import keep_vectors, text_hash
from index.owner import Owner, chroma_folder, take_lock
from index.split import embedding_text

_BATCH = 128
_NEXT_GENERATION = "UPDATE setting SET value = value + 1 WHERE key = 'generation'"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is in order, and what was seen."""

    what: str
    ok: bool
    detail: str


def diagnose(catalog: Catalog, url: str | None = None) -> Iterator[Finding]:
    """Look at the catalog, the citations that it can give, the lexical index, the vectors and Chroma, one after the other.

    Chroma is the folder in the home, or the server at `url`.
    """
    yield _finding("catalog file", [r[0] for r in catalog.rows("PRAGMA integrity_check") if r[0] != "ok"])
    yield _finding("passages", [f"{what} of {i}" for i, what in _to_read_again(catalog).items()])
    yield _lexical(catalog)
    yield _finding("vectors", [f"{n} passages have none" for n in [len(_own_without_vector(catalog))] if n])
    yield _server(catalog, url) if url else _chroma(catalog)


def _finding(what: str, faults: list[str]) -> Finding:
    return Finding(what=what, ok=not faults, detail="; ".join(faults[:3]) or "in order")


def _to_read_again(catalog: Catalog) -> dict[str, str]:
    """What is wrong with articles, by id, where only their files can tell how it should be."""
    misplaced = _misplaced(catalog)
    altered = _altered(catalog, but=misplaced)
    return dict.fromkeys(misplaced, "the spans do not fit the text") | dict.fromkeys(
        altered, "somebody has altered the text"
    )


def _altered(catalog: Catalog, but: Collection[str]) -> list[str]:
    """Articles of whose passages one has another id than its text gives."""
    rows = catalog.rows(
        "SELECT passage.id, article.id AS a FROM passage JOIN article ON article.number = article ORDER BY a"
    )
    passages = (catalog.passages(some) for some in groups(r["id"] for r in rows if r["a"] not in but))
    altered = [p.article_id for some in passages for stored, p in some.items() if p.id != stored]
    return list(dict.fromkeys(altered))


def _misplaced(catalog: Catalog) -> list[str]:
    """Articles whose sentences do not lie in their passage, or whose passages do not lie in their text."""
    rows = catalog.rows(
        "SELECT id FROM article WHERE characters(text) < (SELECT max(end) FROM passage WHERE article = article.number)"
        " UNION SELECT article.id FROM passage JOIN article ON article.number = passage.article"
        " LEFT JOIN sentence ON sentence.passage = passage.number"
        " WHERE sentence.start < passage.start OR sentence.end > passage.end OR sentence.passage IS NULL"
        " OR sentence.start > sentence.end OR passage.start > passage.end OR sentence.start < 0 OR passage.start < 0"
    )
    return [r["id"] for r in rows]


def _lexical(catalog: Catalog) -> Finding:
    """Whether FTS5 has exactly the terms of the passages; in a home that cannot be written, whether it has as many."""
    indexed = catalog.rows("SELECT count(*) FROM lexical_docsize")[0][0]
    passages = catalog.counts()["passage"]
    faults = [] if indexed == passages else [f"it has {indexed} passages of {passages}"]
    if catalog.writable and not faults:
        try:
            catalog.connection.execute("INSERT INTO lexical (lexical, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            faults = [str(error)]
    return _finding("lexical index", faults)


def _own_without_vector(catalog: Catalog) -> list[str]:
    return _without_vector(catalog, *(catalog.model or ("", 0)))


def _without_vector(catalog: Catalog, model: str, dimension: int) -> list[str]:
    rows = catalog.rows(
        "SELECT passage.id FROM passage LEFT JOIN vector ON vector.model = ? AND vector.text_hash = passage.text_hash"
        " WHERE vector.vector IS NULL OR length(vector.vector) != 4 * ? ORDER BY passage.id",
        (model, dimension),
    )
    return [r["id"] for r in rows]


def _chroma(catalog: Catalog) -> Finding:
    waiting, passages = catalog.counts()["outbox"], catalog.counts()["passage"]
    if not chroma_folder(catalog.home).exists():
        ok = waiting >= passages
        return Finding(what="Chroma", ok=ok, detail="not made yet" if ok else "its folder is gone")
    try:
        found = _looked_at(catalog.home)
    except (IndexOwned, HomeUnusable) as error:
        return Finding(what="Chroma", ok=True, detail=f"not looked at: {error.what}")
    detail = f"{found}" + (f"; {waiting} in the outbox" if waiting else "")
    return Finding(what="Chroma", ok=found.healthy, detail=detail)


def _looked_at(home: Path) -> health.Health:
    """Every passage in the folder; looking changes its files, which are stamped again when they are in order."""
    lock = take_lock(home)
    try:
        vectors.unstamp(chroma_folder(home))
        found = health.check(home, everything=True)
        if found.healthy:
            vectors.stamp(chroma_folder(home))
        return found
    finally:
        lock.release()


def _server(catalog: Catalog, url: str) -> Finding:
    """A server keeps its own files in order; what can be asked is whether it has what the catalog has."""
    try:
        index = vectors.open_server(url, catalog.collection)
        found = health.compare(catalog, index, everything=False)
        index.close()
    except IndexUnreachable as error:
        return Finding(what="Chroma", ok=False, detail=error.what)
    return Finding(what="Chroma", ok=found.healthy, detail=str(found))


def repair(catalog: Catalog, embedder: Embedder, url: str | None = None) -> None:
    """Rebuild the lexical index and Chroma from the catalog; embed only passages whose vector is gone.

    Articles whose text is not what was indexed are read again when their folder is indexed next.

    Raises IndexOwned when another process has Chroma open, ModelChanged when vectors are gone and `embedder` is another
    model than the store's.
    """
    lock = take_lock(catalog.home)
    try:
        with catalog.transaction() as run:
            run.execute("INSERT INTO lexical (lexical) VALUES ('rebuild')")
            run.execute(_NEXT_GENERATION)  # what others remember of the words is of the damaged index
            again = [(i,) for i in _to_read_again(catalog)]
            run.executemany("UPDATE article SET reading = '' WHERE id = ?", again)
        if _own_without_vector(catalog):
            catalog.check_model(embedder.model, embedder.dimension)
            _embed_missing(catalog, embedder)
        folder = chroma_folder(catalog.home)
        vectors.unstamp(folder)
        shutil.rmtree(folder, ignore_errors=True)
        Owner(catalog, url, lock=lock).close()
    finally:
        lock.release()


def _embed_missing(catalog: Catalog, embedder: Embedder) -> None:
    missing = _without_vector(catalog, embedder.model, embedder.dimension)
    for start in range(0, len(missing), _BATCH):
        texts = _texts(catalog, missing[start : start + _BATCH])
        keep_vectors(catalog, embedder.model, [text_hash(t) for t in texts], embedder.embed_passages(texts))


def re_embed(catalog: Catalog, embedder: Embedder) -> int:
    """Embed every passage with another model, then switch to it in one transaction; returns the number of passages.

    A run that is cut short keeps the vectors that it has made, for the next, and the store its old model. What another
    process adds meanwhile is embedded, too.
    """
    while not _switched(catalog, embedder):
        _embed_missing(catalog, embedder)
    return int(catalog.counts()["passage"])


def _switched(catalog: Catalog, embedder: Embedder) -> bool:
    """Whether the store could be given the model; not while a passage has no vector of it."""
    new = (embedder.model, embedder.dimension)
    with catalog.transaction() as run:
        if _without_vector(catalog, *new):
            return False
        run.execute("INSERT OR REPLACE INTO setting VALUES ('model', ?), ('dimension', ?)", new)
        run.execute("DELETE FROM vector WHERE model = ? AND length(vector) != 4 * ?", new)  # its other dimensions
        run.execute("INSERT INTO outbox (passage_id) SELECT id FROM passage ORDER BY id")
        run.execute(_NEXT_GENERATION)
        return True


def _texts(catalog: Catalog, passage_ids: list[str]) -> list[str]:
    passages = catalog.passages(passage_ids)
    articles = {p.article_id: catalog.article(p.article_id) for p in passages.values()}
    return [embedding_text(a, p) for p in passages.values() if (a := articles[p.article_id])]
