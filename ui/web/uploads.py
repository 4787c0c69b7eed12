"""Files that a reader gives to the page: named safely, counted, and kept in the home."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from index.database import space_left
from index.errors import DiskFull, SourcelineError
from index.home import UPLOADS
from index.readers.find import FORMATS

LARGEST = 50 * 1024 * 1024  # bytes of one file
MOST_BYTES = 1024 * 1024 * 1024  # of all
MOST_FILES = 5_000
_SPARE = 200 * 1024 * 1024  # bytes that stay free on the disk
_DEEPEST = 6  # folders in folders
_LONGEST = 150  # bytes of a name


class FileRefused(SourcelineError):
    """A file that is not taken; `what` names it and the reason."""


def folder(home: Path) -> Path:
    """Where uploaded articles are; it is an indexed folder like any other."""
    return home / UPLOADS


def safe_path(name: str) -> Path:
    """A path below the folder made of what a browser calls a file. Raises FileRefused."""
    parts = [_safe(part) for part in name.replace("\\", "/").split("/")]
    kept = [part for part in parts if part][-_DEEPEST:]
    if not kept:
        raise FileRefused("this file has no name", "give it one")
    if Path(kept[-1]).suffix.lower() not in FORMATS:
        raise FileRefused(f"{kept[-1]} is not an article", f"articles end in {' '.join(sorted(FORMATS))}")
    return Path(*kept)


def _safe(part: str) -> str:
    """A name without what steers a terminal, hides a file or leaves the folder; too long a one keeps its end."""
    printable = "".join(c if unicodedata.category(c)[0] not in "CZ" or c == " " else "_" for c in part).strip(" .")
    encoded = printable.encode()
    return printable if len(encoded) <= _LONGEST else encoded[-_LONGEST:].decode("utf-8", "ignore")


async def keep(home: Path, name: str, chunks: AsyncIterator[bytes]) -> str:
    """Write a file into the uploads, whole or not at all; returns its path there.

    Raises FileRefused for one that is too large, too many or of the wrong kind, DiskFull.
    """
    below = safe_path(name)
    room = _room(home, below.name)
    target = folder(home) / below
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{token_hex(8)}.part")
    try:
        with part.open("xb") as written:
            async for chunk in chunks:
                room -= len(chunk)
                if room < 0:
                    raise FileRefused(f"{below.name} is too large", f"a file has at most {LARGEST // 2**20} MB")
                written.write(chunk)
        os.replace(part, target)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    return below.as_posix()


def discard(home: Path, paths: Iterable[Path]) -> None:
    """Delete those of the files that are uploads; others are their owner's."""
    given = folder(home).resolve()
    for path in paths:
        if path.resolve().is_relative_to(given):
            path.unlink(missing_ok=True)


def _room(home: Path, name: str) -> int:
    """Bytes that one more file may have. Raises FileRefused, DiskFull."""
    there = [entry.stat().st_size for entry in folder(home).rglob("*") if entry.is_file()]
    if len(there) >= MOST_FILES or sum(there) >= MOST_BYTES:
        raise FileRefused(
            f"{name} is one too many",
            f"at most {MOST_FILES} files and {MOST_BYTES // 2**20} MB are taken; index a folder",
        )
    if space_left(home) < _SPARE:
        raise DiskFull(f"no space is left for {name}", "free some and try again")
    return min(LARGEST, MOST_BYTES - sum(there))
