"""The one process that may open the Chroma folder of a home: it holds a lock, applies the outbox and searches.

Anybody may write to the catalog. Whoever owns Chroma applies the outbox before its next search, so nothing is lost when a
page is running while articles are indexed. Applying is idempotent: a crash in the middle is repeated, never half done.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from filelock import FileLock, Timeout

from index import health, vectors
from index.catalog import Catalog
from index.errors import IndexDamaged, IndexOwned
from index.exact import stored_vectors
from index.vectors import ChromaIndex, Vectors

_BATCH = 1_000


def chroma_folder(home: Path) -> Path:
    """Where the Chroma files of a home are."""
    return home / "chroma"


class Owner:
    """Chroma, owned. Raises IndexOwned (with the holder's name) when another process has it."""

    def __init__(self, catalog: Catalog, url: str | None = None) -> None:
        """Take the lock, make sure that the folder is in order (or connect to the server at `url`), apply the outbox."""
        self._catalog, self._url = catalog, url
        self._lock = take_lock(catalog.home)
        try:
            self._index = self._open()
            self.refresh()
        except BaseException:
            self._lock.release()
            raise

    def _open(self) -> ChromaIndex:
        if self._url:
            return vectors.open_server(self._url, self._catalog.collection)
        folder = chroma_folder(self._catalog.home)
        if not vectors.is_stamped(folder) and not (folder.exists() and health.check(self._catalog.home).healthy):
            self._rebuild(folder)
        return vectors.open_folder(folder, self._catalog.collection)

    def _rebuild(self, folder: Path) -> None:
        """Make the folder from the catalog. Outbox rows stay: applying them again changes nothing."""
        vectors.rebuild_folder(folder, self._catalog.collection, stored_vectors(self._catalog))

    def search(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """See VectorIndex; what was indexed until now is found."""
        self.refresh()
        try:
            return self._index.search(vector, k)
        except IndexDamaged:
            vectors.unstamp(chroma_folder(self._catalog.home))  # the next start looks closely and rebuilds
            raise

    def refresh(self) -> int:
        """Apply the outbox; returns how many passages Chroma was told about."""
        applied = 0
        while rows := self._catalog.rows(f"SELECT sequence, passage_id FROM outbox ORDER BY sequence LIMIT {_BATCH}"):
            folder = chroma_folder(self._catalog.home)
            vectors.unstamp(folder)
            ids = list(dict.fromkeys(r["passage_id"] for r in rows))
            self._tell(ids)
            with self._catalog.transaction() as run:
                run.execute("DELETE FROM outbox WHERE sequence <= ?", (rows[-1]["sequence"],))
            applied += len(ids)
        return applied

    def _tell(self, ids: list[str]) -> None:
        """Upsert what the catalog has before deleting what it has not: nothing is ever missing in between."""
        kept: set[str] = set()
        for some, matrix in stored_vectors(self._catalog, ids):
            self._index.upsert(some, matrix)
            kept |= set(some)
        gone = [i for i in ids if i not in kept]
        if gone:
            self._index.delete(gone)

    def rebuild(self) -> None:
        """Throw the Chroma folder away and make it again from the catalog, without embedding anything."""
        self._index.close()
        folder = chroma_folder(self._catalog.home)
        self._rebuild(folder)
        self._index = vectors.open_folder(folder, self._catalog.collection)

    def close(self) -> None:
        """Leave the folder in order and let others have it."""
        self._index.close()
        if not self._url:
            vectors.stamp(chroma_folder(self._catalog.home))
        self._lock.release()


def take_lock(home: Path) -> FileLock:
    """The lock of a home. Raises IndexOwned."""
    lock = FileLock(str(home / "owner.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        remedy = "it takes over what was indexed before its next search; stop it to do this here"
        raise IndexOwned(f"the vector index is in use by {holder(home)}", remedy) from None
    about = {
        "pid": os.getpid(),
        "command": Path(sys.argv[0]).name + " " + " ".join(sys.argv[1:2]),
        "since": time.time(),
    }
    (home / "owner.json").write_text(json.dumps(about), encoding="utf-8")
    return lock


def holder(home: Path) -> str:
    """Who holds the lock, in words."""
    try:
        about = json.loads((home / "owner.json").read_text(encoding="utf-8"))
        since = time.strftime("%H:%M", time.localtime(about["since"]))
        return f"process {about['pid']} ({about['command'].strip()}, since {since})"
    except (OSError, ValueError, KeyError):
        return "another process"
