"""The bytes of one file, read once and whole."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

from index.errors import UnfinishedArticle, UnreadableArticle

_TRIES = 40
_SETTLED_NS = 20_000_000
"""A file changed less than this ago may be changing still: the kernel's file clock ticks every 4 to 10 ms only."""
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read_bytes(path: Path, limit: int) -> bytes:
    """The file as it stood at one moment, at most `limit` bytes.

    A file that is written to while it is read is read again, up to about a second. The last part of the path is never
    followed if it is a link, and a pipe put in the file's place does not block.

    Raises `UnreadableArticle`: cannot be opened, not a plain file, too large, still being written.
    """
    for _ in range(_TRIES):
        raw = _read_once(path, limit)
        if raw is not None:
            return raw
        time.sleep(_SETTLED_NS / 1e9)
    raise UnfinishedArticle("still being written", "index again when the file is complete")


def _read_once(path: Path, limit: int) -> bytes | None:
    """The bytes, or None if the file changed meanwhile or a moment ago."""
    try:
        with open(os.open(path, _FLAGS), "rb") as file:
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise UnreadableArticle("not a plain file")
            if before.st_size > limit:
                raise _too_large(before.st_size, limit)
            raw = file.read(limit + 1)
            after = os.fstat(file.fileno())
    except OSError as error:
        raise UnreadableArticle(f"cannot be opened: {error.strerror}", "check the file's rights") from error
    recent = 0 <= time.time_ns() - after.st_ctime_ns < _SETTLED_NS
    same = (before.st_ctime_ns, before.st_mtime_ns) == (after.st_ctime_ns, after.st_mtime_ns)
    return raw if same and not recent and len(raw) == after.st_size else None


def _too_large(size: int, limit: int) -> UnreadableArticle:
    return UnreadableArticle(
        f"too large: {size / 1e6:,.0f} MB, the limit for this format is {limit / 1e6:,.0f} MB",
        "cut it into several files",
    )
