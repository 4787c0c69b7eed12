"""The one process that may open the Chroma folder of a home: it holds a lock, applies the outbox and searches.

Anybody may write to the catalog. Whoever owns Chroma applies the outbox before its next search, so nothing is lost when a
page is running while articles are indexed. Applying is idempotent: a crash in the middle is repeated, never half done.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from index import health, vectors
from index.catalog import Catalog
from index.database import translated
from index.errors import DiskFull, IndexDamaged, IndexOwned, IndexUnreachable
from index.exact import SEARCHABLE, searchable, stored_vectors
from index.vectors import ChromaIndex, Vectors

_BATCH = 1_000


def chroma_folder(home: Path) -> Path:
    """Where the Chroma files of a home are."""
    return home / "chroma"


class Owner:
    """Chroma, owned; thread-safe. Raises IndexOwned (with the holder's name) when another process has it."""

    def __init__(self, catalog: Catalog, url: str | None = None) -> None:
        """Take the lock, make sure that the index is what the catalog says, apply the outbox.

        The index is the folder in the home, or the server at `url`. Raises IndexOwned, HomeReadOnly, DiskFull,
        IndexDamaged (and the next start looks closely and rebuilds) or IndexUnreachable.
        """
        self._catalog, self._url = catalog, url
        self._folder = chroma_folder(catalog.home)
        self._lock, self._one_at_a_time = take_lock(catalog.home), threading.Lock()
        self._index: ChromaIndex | None = None
        self._in_order = False
        try:
            with translated(catalog.home):
                self._index = self._open()
                self.refresh()
                self._reconcile()
        except BaseException:
            self._in_order = False
            self.close()
            raise

    def _open(self) -> ChromaIndex:
        if self._url:
            return vectors.open_server(self._url, self._catalog.collection)
        stamped = vectors.is_stamped(self._folder)
        vectors.unstamp(self._folder)  # a crash while it is opened must not be met again at every start
        if not stamped and not (self._folder.exists() and health.check(self._catalog.home).healthy):
            vectors.rebuild_folder(self._folder, self._catalog.collection, stored_vectors(self._catalog))
        return vectors.open_folder(self._folder, self._catalog.collection)

    @property
    def _opened(self) -> ChromaIndex:
        if self._index is None:
            raise IndexDamaged("the vector index is closed", "ask again")
        return self._index

    def search(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """See VectorIndex; what was indexed until now is found."""
        self.refresh()
        try:
            return self._opened.search(vector, k)
        except BaseException:
            self._in_order = False  # the next start looks closely
            raise

    def refresh(self) -> int:
        """Apply the outbox; returns how many passages Chroma was told about."""
        with self._one_at_a_time:
            applied = 0
            while rows := self._catalog.rows(
                f"SELECT sequence, passage_id FROM outbox ORDER BY sequence LIMIT {_BATCH}"
            ):
                self._apply(list(dict.fromkeys(r["passage_id"] for r in rows)), rows[-1]["sequence"])
                applied += len(rows)
            self._in_order = True
            return applied

    def _apply(self, ids: list[str], last: int) -> None:
        """Tell Chroma first, then forget that it had to be told: a crash in between tells it twice."""
        self._in_order = False
        self._tell(ids)
        with self._catalog.transaction() as run:
            run.execute("DELETE FROM outbox WHERE sequence <= ?", (last,))

    def _tell(self, ids: list[str]) -> None:
        """Upsert what the catalog has before deleting what it has not: nothing is ever missing in between."""
        kept: set[str] = set()
        for some, matrix in stored_vectors(self._catalog, ids):
            self._opened.upsert(some, matrix)
            kept |= set(some)
        gone = [i for i in ids if i not in kept]
        if gone:
            self._opened.delete(gone)

    def _reconcile(self) -> None:
        """Put right what the outbox cannot know of: a server that lost its files, a catalog restored from a copy."""
        expected = self._catalog.rows(f"SELECT count(*) FROM ({SEARCHABLE})", searchable(self._catalog))[0][0]
        if self._opened.count() != expected:
            rows = self._catalog.rows(SEARCHABLE, searchable(self._catalog))
            different = {r["id"] for r in rows} ^ self._opened.ids()
            with self._catalog.transaction() as run:
                run.executemany("INSERT INTO outbox (passage_id) VALUES (?)", [(i,) for i in sorted(different)])
            self.refresh()

    def close(self) -> None:
        """Leave the folder in order and let others have it.

        A fault now loses nothing: without the stamp, the next start looks closely.
        """
        index, self._index = self._index, None
        with suppress(IndexDamaged, IndexUnreachable, DiskFull, OSError):
            if index:
                index.close()
            if index and self._in_order and not self._url:
                vectors.stamp(self._folder)
        self._lock.release()


def take_lock(home: Path) -> FileLock:
    """The lock of a home. Raises IndexOwned, HomeReadOnly, DiskFull."""
    lock = FileLock(str(home / "owner.lock"), thread_local=False)  # whichever thread closes gives it back
    about = {
        "pid": os.getpid(),
        "command": Path(sys.argv[0]).name + " " + " ".join(sys.argv[1:2]),
        "since": time.time(),
    }
    with translated(home):
        try:
            lock.acquire(timeout=0)
            (home / "owner.json").write_text(json.dumps(about), encoding="utf-8")
        except Timeout:
            remedy = "it takes over what was indexed before its next search; stop it to do this here"
            raise IndexOwned(f"the vector index is in use by {holder(home)}", remedy) from None
        except OSError:
            lock.release()
            raise
    return lock


def holder(home: Path) -> str:
    """Who holds the lock, in words."""
    try:
        about = json.loads((home / "owner.json").read_text(encoding="utf-8"))
        since = time.strftime("%H:%M", time.localtime(about["since"]))
        return f"process {about['pid']} ({about['command'].strip()}, since {since})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
