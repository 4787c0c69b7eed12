"""The SQLite file of one home folder: how it is opened, written all or nothing, and what its complaints mean."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from index import connect, upgrade
from index.errors import DiskFull, HomeReadOnly, HomeUnusable, StoreTooNew
from index.home import CATALOG

SCHEMA = 1
_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_MOST_VARIABLES = 900  # old builds of SQLite take 999 question marks in one statement
_LITTLE = 2**20  # bytes; with less than this SQLite may say "disk I/O error" where it means a full disk

Numbers = NDArray[np.int64]
_T = TypeVar("_T")


@contextmanager
def translated(home: Path) -> Iterator[None]:
    """Turn SQLite's and the file system's complaints about the home folder into named errors with a remedy.

    What only a mistake in the program can cause (IntegrityError, ProgrammingError, ...) is left as it is.
    """
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        raise _named(error, home) from error
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:  # as which SQLITE_CORRUPT and SQLITE_NOTADB come, and no other
            raise
        remedy = "move the folder away and index the articles again, or `sourceline import FILE --replace` what you have exported"
        raise HomeUnusable(f"{home / CATALOG} is damaged ({error})", remedy) from error


def _named(error: sqlite3.OperationalError | OSError, home: Path) -> HomeUnusable:
    number, said = (error.errno, "") if isinstance(error, OSError) else (None, str(error).lower())
    if number in _FULL or "is full" in said or ("disk i/o" in said and space_left(home) < _LITTLE):
        return DiskFull(f"no space is left for {home}", "free some and run the same command again")
    closed = "unable to open" in said and not os.access(home, os.R_OK | os.W_OK | os.X_OK)
    if number in _FORBIDDEN or "readonly" in said or closed:
        return HomeReadOnly(f"{home} cannot be written", "choose another folder with --home")
    if "locked" in said:
        return HomeUnusable(f"{home} has been written by another process for {connect.BUSY_SECONDS} s", "try again")
    remedy = "look at that folder, or choose another one with --home" if number else "see `sourceline doctor`"
    return HomeUnusable(f"{home} cannot be used ({error})", remedy)


def _make(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno in _FULL:
            raise
        why = f"{error.strerror}: {error.filename}" if error.filename else str(error)
        remedy = "choose another one with --home or SOURCELINE_HOME"
        raise HomeUnusable(f"the folder {home}, in which everything is kept, cannot be made ({why})", remedy) from error


def is_made(home: Path) -> bool:
    """Whether there is a catalog in this home. Raises HomeUnusable."""
    with translated(home):
        return (home / CATALOG).exists()


def space_left(folder: Path) -> int:
    """Free bytes where the folder is, or would be."""
    there = next(f for f in (folder.absolute(), *folder.absolute().parents) if f.exists())
    return shutil.disk_usage(there).free


class _Opened(NamedTuple):
    """A connection, whether it can write and, if it is to a file that should not change, what the file looked like."""

    connection: sqlite3.Connection
    writable: bool
    looks: tuple[int, bool, int] | None


class Database:
    """The open `catalog.sqlite` of one home folder. Every thread gets a connection of its own."""

    def __init__(self, home: Path, *, create: bool = True) -> None:
        """Open `home/catalog.sqlite`; with `create`, make it when it is not there.

        A home that cannot be written is opened for reading.

        Raises StoreTooNew (the file is left as it was), HomeReadOnly, HomeUnusable.
        """
        self.home, self.path = home, home / CATALOG
        self._lock = threading.Lock()
        self._connections: dict[threading.Thread, _Opened] = {}
        with translated(home):
            if create and not self.path.exists():
                _make(home)
            elif not self.path.exists():
                remedy = "it is a file, name a folder" if home.is_file() else "run `sourceline index PATH` first"
                raise HomeUnusable(f"there is no index in {home}", remedy)
            self._refuse_newer()
            if self.rows("PRAGMA user_version")[0][0] == 0:
                self._create()
            elif upgrade.steps(self.connection):
                self._upgrade()

    def _refuse_newer(self) -> None:
        """Look at the version before anything is opened for writing: a newer store stays as it is to the last byte."""
        if not self.path.exists():
            return
        with closing(connect.readonly(self.path)) as connection:
            found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA:
            remedy = f"this version reads up to {SCHEMA}; upgrade Sourceline, or use another --home"
            raise StoreTooNew(f"{self.path} was written by a newer version (schema {found})", remedy)

    def _create(self) -> None:
        with self.transaction() as run:
            if run.execute("PRAGMA user_version").fetchone()[0] == 0:  # another process may have been quicker
                for statement in upgrade.schema():
                    run.execute(statement)
                run.execute("INSERT INTO setting VALUES ('store', lower(hex(randomblob(6))))")
                run.execute(f"PRAGMA user_version = {SCHEMA}")

    def _upgrade(self) -> None:
        """Raises HomeReadOnly where it cannot be done."""
        if not self.writable:
            remedy = "search it once where it can be written: nothing of it is lost"
            raise HomeReadOnly(f"{self.path} was written by an older version and has to be upgraded", remedy)
        with self.transaction() as run:
            for statement in upgrade.steps(run):
                run.execute(statement)

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        return self._own().connection

    @property
    def writable(self) -> bool:
        """Whether this thread can write now: where it could not, it tries again, for a full disk may have space since."""
        mine = self._own()
        if not mine.writable and not mine.connection.in_transaction:
            self._close_own()
            mine = self._connect()
        return mine.writable

    def _own(self) -> _Opened:
        mine = self._connections.get(threading.current_thread())
        if mine and mine.looks and not mine.connection.in_transaction and mine.looks != connect.looks(self.path):
            self._close_own()  # somebody else has written to a file that was opened as unchanging
            mine = None
        return mine or self._connect()

    def _connect(self) -> _Opened:
        try:
            opened = _Opened(connect.writable(self.path), writable=True, looks=None)
        except (sqlite3.OperationalError, PermissionError) as error:
            if not self.path.exists() or "locked" in str(error):
                raise
            looks = connect.looks(self.path)
            opened = _Opened(
                connect.readonly(self.path), writable=False, looks=looks if connect.is_at_rest(looks) else None
            )
        with self._lock:
            self._close_ended()
            self._connections[threading.current_thread()] = opened
        return opened

    def _close_own(self) -> None:
        mine = self._connections.pop(threading.current_thread(), None)
        if mine:
            mine.connection.close()

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[sqlite3.Row]:
        """All rows of one reading statement."""
        with translated(self.home):
            return self.connection.execute(sql, parameters).fetchall()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything that is read meanwhile is of one moment, whatever others write; one within another is of the same."""
        connection = self.connection
        if connection.in_transaction:
            yield
            return
        with translated(self.home):
            connection.execute("BEGIN")
            try:
                yield
            finally:
                connection.execute("COMMIT")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing. Raises HomeReadOnly, DiskFull, HomeUnusable."""
        if not self.writable:
            raise _named(OSError(errno.ENOSPC if space_left(self.home) < _LITTLE else errno.EROFS, ""), self.home)
        connection = self.connection
        with translated(self.home):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close this thread's connection, and those of threads that have ended.

        A thread that lives may be reading: closing under it would end the process. Its connection goes when it does.
        """
        with self._lock:
            self._close_own()
            self._close_ended()

    def _close_ended(self) -> None:
        for ended in [t for t in self._connections if not t.is_alive()]:
            self._connections.pop(ended).connection.close()


def groups(values: Iterable[_T]) -> Iterator[list[_T]]:
    """The different values, in order, as many at a time as one statement takes."""
    everything = list(dict.fromkeys(values))
    for start in range(0, len(everything), _MOST_VARIABLES):
        yield everything[start : start + _MOST_VARIABLES]


def marks(values: Sequence[object]) -> str:
    """A question mark for each value of `groups`."""
    return ", ".join("?" * len(values))


def numbers(written: str | None) -> Numbers:
    """The whole numbers that SQL's group_concat wrote, int64: a tenth of the time that a row for each would take."""
    return np.fromstring(written or "", np.int64, sep=",")
