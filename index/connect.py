"""How the SQLite file of a catalog is opened: for writing, or for reading where it cannot be written."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from index.outlets import goes_by

BUSY_SECONDS = 60  # how long a statement waits for another process that writes
_CACHE = (
    16_384  # KiB of pages that a connection keeps at most; SQLite's 2,000 are read again and again at 100,000 passages
)


def _open(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA cache_size = -{_CACHE}")
    connection.execute(
        "CREATE VIRTUAL TABLE temp.occurrence USING fts5vocab (main, lexical, 'instance')"
    )  # see bm25.py
    connection.create_function("casefold", 1, _casefold, deterministic=True)
    connection.create_function("goes_by", 2, goes_by, deterministic=True)
    connection.create_function("characters", 1, len, deterministic=True)  # SQLite's own length() stops at a NUL
    return connection


def writable(path: Path) -> sqlite3.Connection:
    """Raises PermissionError, or OperationalError where a full disk has no room for the log."""
    if path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise PermissionError(errno.EACCES, "cannot be written")
    connection = _open(f"file:{_quoted(path)}")
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
    except sqlite3.OperationalError:
        connection.close()
        raise
    return connection


def readonly(path: Path) -> sqlite3.Connection:
    """Open a catalog in a folder without write permission.

    Without a log beside it nobody is writing, which `immutable` promises; with one, SQLite must read it.
    """
    mode = "ro&immutable=1" if is_at_rest(looks(path)) else "ro"
    return _open(f"file:{_quoted(path)}?mode={mode}")


def is_at_rest(looks: tuple[int, bool, int]) -> bool:
    """Whether nobody has the catalog open, so that it is as its file says."""
    return looks[1:] == (False, 0)


def looks(path: Path) -> tuple[int, bool, int]:
    """When a catalog was last written to, whether somebody has it open, and the size of its log."""
    log = path.with_name(path.name + "-wal")
    shared = path.with_name(path.name + "-shm")
    return path.stat().st_mtime_ns, shared.exists(), log.stat().st_size if log.exists() else 0


def _quoted(path: Path) -> str:
    return quote(str(path.absolute()))


def _casefold(text: str | None) -> str | None:
    """SQLite's own lower() knows only ASCII."""
    return text.casefold() if text is not None else None
