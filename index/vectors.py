"""Vectors in Chroma: the only module that imports chromadb.

Chroma is an index that can be rebuilt from the catalog at any time, so nothing here is precious. What it is protected from is
measured: two writers lose vectors, a kill near a save leaves files that answer wrongly or crash the reader. Hence one owner
(`owner.py`), a stamp that says the files are as they were left, and a check in a child process when it does not (`health.py`).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from index.address import shown_url, usable_url
from index.errors import DiskFull, IndexDamaged, IndexUnreachable

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

Vectors = NDArray[np.float32]
_MOST_ROWS = 5_000  # Chroma refuses more than 5,461 rows a call
_SPACE = {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200}}


class ChromaIndex:
    """One Chroma collection of passage vectors. Every call raises IndexDamaged, IndexUnreachable or DiskFull."""

    def __init__(self, client: ClientAPI, where: str, collection: str) -> None:
        """Open or make `collection`, and drop those of the same store that were made with other embedding models."""
        self._client, self.where = client, where
        try:
            with translated(where):
                self._collection = _open_collection(client, collection)
        except Exception:
            self.close()  # Chroma would keep the broken client for the next who opens this folder
            raise

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Add or replace vectors, float32 [len(ids), dimension]."""
        for start in range(0, len(ids), _MOST_ROWS):
            some = slice(start, start + _MOST_ROWS)
            with translated(self.where):
                self._collection.upsert(list(ids[some]), embeddings=vectors[some])

    def delete(self, ids: Sequence[str]) -> None:
        """Remove vectors; unknown ids are ignored."""
        for start in range(0, len(ids), _MOST_ROWS):
            with translated(self.where):
                self._collection.delete(list(ids[start : start + _MOST_ROWS]))

    def search(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The ids and cosines of the `k` passages nearest to `vector` (float32 [dimension], L2-normalised), best first."""
        return self.search_many(vector[None, :], k)[0]

    def search_many(self, vectors: Vectors, k: int) -> list[list[tuple[str, float]]]:
        """One list of (id, cosine) for each row of `vectors`, float32 [n, dimension]."""
        with translated(self.where):
            found = self._collection.query(query_embeddings=vectors, n_results=k, include=["distances"])
        pairs = zip(found["ids"], found["distances"] or [], strict=True)
        return [[(i, 1.0 - d) for i, d in zip(ids, distances, strict=True)] for ids, distances in pairs]

    @property
    def marked(self) -> str | None:
        """The mark that the collection bore when it was opened."""
        return str((self._collection.metadata or {}).get("mark", "")) or None

    def mark(self, mark: str) -> None:
        """Leave a mark on the collection, in place of the last."""
        with translated(self.where):
            self._collection.modify(metadata={"mark": mark})

    def count(self) -> int:
        """How many vectors there are."""
        with translated(self.where):
            return self._collection.count()

    def ids(self) -> set[str]:
        """Every id in the collection."""
        everything: set[str] = set()
        with translated(self.where):
            for start in range(0, self._collection.count(), _MOST_ROWS):
                everything |= set(self._collection.get(limit=_MOST_ROWS, offset=start, include=[])["ids"])
        return everything

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors that Chroma has for these ids, float32 [dimension] each."""
        found: dict[str, Vectors] = {}
        for start in range(0, len(ids), _MOST_ROWS):
            with translated(self.where):
                rows = self._collection.get(list(ids[start : start + _MOST_ROWS]), include=["embeddings"])
            found |= dict(zip(rows["ids"], np.asarray(rows["embeddings"], np.float32), strict=True))
        return found

    def close(self) -> None:
        """Let go of the files or the connection, so that the same process can open them anew."""
        with translated(self.where):
            self._client.close()  # type: ignore[attr-defined]


def _open_collection(client: ClientAPI, name: str) -> Collection:
    collection = client.get_or_create_collection(
        name,
        embedding_function=None,
        configuration=_SPACE,  # type: ignore[arg-type]
    )
    store = name.rpartition("-")[0]
    for other in client.list_collections():
        if other.name.startswith(store) and other.name != name:
            client.delete_collection(other.name)
    return collection


def prepare() -> None:
    """Import Chroma now; for a thread beside other work, because it takes about a second."""
    import chromadb  # noqa: F401


def open_folder(folder: Path, collection: str) -> ChromaIndex:
    """Open, or make, a collection in a Chroma folder. Only the owner of the home may call this.

    Chroma (1.5.9) builds its graph of a folder's last 1,000 vectors anew when it is opened, and several threads at once that build one
    can leave a vector that no search comes by until it is opened again: 8 of 1,091 openings of 60 vectors in a trial on a busy machine,
    which an idle one did not repeat. So it gets one thread.
    """
    os.environ["RAYON_NUM_THREADS"] = "1"  # read when Chroma first writes
    import chromadb
    from chromadb.config import Settings

    with translated(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        # It saves memory that was never set, in which whatever this process held may stand, a key too.
        folder.chmod(0o700)
        settings = Settings(anonymized_telemetry=False, allow_reset=False)
        client = chromadb.PersistentClient(str(folder), settings=settings)
    return ChromaIndex(client, str(folder), collection)


def open_server(url: str, collection: str) -> ChromaIndex:
    """Connect to `chroma run` at `url`. Raises IndexUnreachable."""
    import chromadb
    from chromadb.config import Settings

    parts, where = urlsplit(usable_url(url, "Chroma server")), shown_url(url)
    with translated(where):
        client = chromadb.HttpClient(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or (443 if parts.scheme == "https" else 8000),
            ssl=parts.scheme == "https",
            settings=Settings(anonymized_telemetry=False),
        )
    return ChromaIndex(client, where, collection)


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Turn whatever Chroma raises, a panic of its Rust core included, into a named error."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        if isinstance(error, MemoryError):
            raise
        raise _named(error, where) from error


def _named(error: BaseException, where: str) -> Exception:
    said = " ".join(str(error).split())[:200] or type(error).__name__
    if "no space" in said.lower() or "is full" in said.lower():
        return DiskFull(f"no space is left for {where}", "free some and run the same command again")
    if where.startswith("http"):
        return IndexUnreachable(f"the Chroma server at {where} does not answer ({said})", "start it: `chroma run`")
    remedy = "`sourceline doctor --repair` rebuilds it without embedding anything again"
    return IndexDamaged(f"the vector index in {where} does not work ({said})", remedy)


# The stamp: what the files of a Chroma folder looked like when they were last left in order.


def stamp(folder: Path) -> None:
    """Note that the folder is in order as it stands."""
    _stamp_file(folder).write_text(json.dumps(_state(folder)), encoding="utf-8")


def unstamp(folder: Path) -> None:
    """Called before anything is written: from now on a crash leaves the folder unstamped."""
    _stamp_file(folder).unlink(missing_ok=True)


def is_stamped(folder: Path) -> bool:
    """Whether the folder's files are, by name, size and time, as they were left."""
    try:
        return bool(json.loads(_stamp_file(folder).read_text(encoding="utf-8")) == _state(folder))
    except (OSError, ValueError):
        return False


def _stamp_file(folder: Path) -> Path:
    return folder.with_name(folder.name + ".stamp")


def _state(folder: Path) -> dict[str, list[int]]:
    files = (Path(d) / f for d, _, names in os.walk(folder) for f in names)
    return {str(f.relative_to(folder)): [f.stat().st_size, f.stat().st_mtime_ns] for f in sorted(files)}


def rebuild_folder(folder: Path, collection: str, rows: Iterable[tuple[Sequence[str], Vectors]]) -> None:
    """Make the folder anew from (ids, vectors) batches; it takes the old one's place only when it is complete."""
    new = folder.with_name(folder.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    index = open_folder(new, collection)
    try:
        for ids, vectors in rows:
            index.upsert(ids, vectors)
    finally:
        index.close()
    unstamp(folder)
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)
    stamp(folder)
