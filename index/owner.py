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
from secrets import token_hex

from filelock import BaseFileLock, FileLock, Timeout

from index import health, vectors
from index.catalog import Catalog
from index.database import translated
from index.errors import DiskFull, IndexDamaged, IndexOwned, IndexUnreachable, ModelChanged
from index.exact import SEARCHABLE, searchable, stored_vectors
from index.home import CHROMA, OWNER, OWNER_LOCK
from index.vectors import ChromaIndex, Vectors

_BATCH = 1_000
_PROBED = 0.02  # seconds; longer than `user` has the lock


def chroma_folder(home: Path) -> Path:
    """Where the Chroma files of a home are."""
    return home / CHROMA


class Owner:
    """Chroma, owned; thread-safe. Raises IndexOwned (with the holder's name) when another process has it."""

    def __init__(self, catalog: Catalog, url: str | None = None, *, lock: BaseFileLock | None = None) -> None:
        """Take the lock (or take over `lock`), make sure that the index is what the catalog says, apply the outbox.

        The index is the folder in the home, or the server at `url`. Raises IndexOwned, HomeReadOnly, DiskFull,
        IndexDamaged (and the next start looks closely and rebuilds) or IndexUnreachable.
        """
        self._catalog, self._url = catalog, url
        self._folder = chroma_folder(catalog.home)
        self._lock, self._one_at_a_time = lock or take_lock(catalog.home), threading.RLock()
        self._index: ChromaIndex | None = None
        self._in_order = False
        try:
            with translated(catalog.home):
                self.collection = catalog.collection
                self._index = self._open()
                self.refresh()
                self._reconcile()
        except BaseException:
            self._in_order = False
            self.close()
            raise

    def _open(self) -> ChromaIndex:
        if self._url:
            return vectors.open_server(self._url, self.collection)
        stamped = vectors.is_stamped(self._folder)
        vectors.unstamp(self._folder)  # a crash while it is opened must not be met again at every start
        if not stamped and self._folder.exists() and not self._is_whole():
            vectors.rebuild_folder(self._folder, self.collection, stored_vectors(self._catalog))
        return vectors.open_folder(self._folder, self.collection)

    def _is_whole(self) -> bool:
        """Whether a folder that was not left in order has everything: every passage finds itself, of many a sample."""
        few = self._catalog.counts()["passage"] <= health.FEW
        return health.check(self._catalog.home, everything=few).healthy

    @property
    def _opened(self) -> ChromaIndex:
        if self._index is None:
            raise IndexDamaged("the vector index is closed", "ask again")
        return self._index

    def search(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """See ChromaIndex; what was indexed until now is found. Raises ModelChanged, too.

        Never while Chroma is told of something or closed; it takes a few milliseconds.
        """
        with self._one_at_a_time:
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
        self._check_model()
        self._tell(ids)
        mark = token_hex(8)
        self._opened.mark(mark)
        with self._catalog.transaction() as run:
            self._check_model()  # another process may have switched since; then nothing is forgotten
            run.execute("DELETE FROM outbox WHERE sequence <= ?", (last,))
            run.execute("INSERT OR REPLACE INTO setting VALUES ('applied', ?)", (mark,))

    def _check_model(self) -> None:
        """A collection is told of the vectors of one model only."""
        if self._catalog.collection != self.collection:
            raise ModelChanged("the articles were embedded again with another model", "start again")

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
        """Put right what the outbox cannot know of: a server that lost its files, a catalog restored from a copy.

        Chroma and the catalog bear the same mark when the outbox holds every difference between them.
        """
        wanted = searchable(self._catalog)
        expected = self._catalog.rows(f"SELECT count(*) {SEARCHABLE}", wanted)[0][0]
        marks = (self._opened.marked, self._catalog.setting("applied"))
        if marks[0] and marks[0] == marks[1] and self._opened.count() == expected:
            return
        here, there = {r["id"] for r in self._catalog.rows(f"SELECT id {SEARCHABLE}", wanted)}, self._opened.ids()
        with self._catalog.transaction() as run:
            run.executemany("INSERT INTO outbox (passage_id) VALUES (?)", [(i,) for i in sorted(here ^ there)])
        self.refresh()

    def close(self) -> None:
        """Leave the folder in order and let others have it.

        A fault now loses nothing: without the stamp, the next start looks closely.
        """
        with self._one_at_a_time, suppress(IndexDamaged, IndexUnreachable, DiskFull, OSError):
            index, self._index = self._index, None
            if index:
                index.close()
            if index and self._in_order and not self._url:
                vectors.stamp(self._folder)
        self._lock.release()


def take_lock(home: Path) -> BaseFileLock:
    """The lock of a home. Raises IndexOwned, HomeReadOnly, DiskFull."""
    lock = _lock(home)
    about = {
        "pid": os.getpid(),
        "command": Path(sys.argv[0]).name + " " + " ".join(sys.argv[1:2]),
        "since": time.time(),
    }
    with translated(home):
        try:
            lock.acquire(timeout=_PROBED, poll_interval=_PROBED / 4)
            (home / OWNER).write_text(json.dumps(about), encoding="utf-8")
        except Timeout:
            remedy = "it takes over what was indexed before its next search; stop it to do this here"
            raise IndexOwned(f"the vector index is in use by {holder(home)}", remedy) from None
        except OSError:
            lock.release()
            raise
    return lock


def _lock(home: Path) -> BaseFileLock:
    return FileLock(str(home / OWNER_LOCK), thread_local=False)  # whichever thread closes gives it back


def user(home: Path) -> str | None:
    """Who owns Chroma, in words, or None; writes nothing, and where it cannot look it says None."""
    if not (home / OWNER_LOCK).exists():
        return None
    try:
        with _lock(home).acquire(timeout=0):
            return None
    except Timeout:
        return holder(home)
    except OSError:
        return None


def holder(home: Path) -> str:
    """Who holds the lock, in words."""
    try:
        about = json.loads((home / OWNER).read_text(encoding="utf-8"))
        since = time.strftime("%H:%M", time.localtime(about["since"]))
        return f"process {about['pid']} ({about['command'].strip()}, since {since})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
