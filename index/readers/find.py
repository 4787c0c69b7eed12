"""Which files of a folder are articles, and why the others are not."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.errors import UnreadableArticle
from index.home import CATALOG, OWNER_LOCK
from index.types import Format

FORMATS: dict[str, Format] = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".epub": "epub",
}
_IGNORED_FOLDERS = frozenset({"__pycache__", "__MACOSX"})
_HOME = frozenset({CATALOG, OWNER_LOCK})
"""What every home folder of ours holds."""
_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFBLK: "a device",
    stat.S_IFCHR: "a device",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A file of `size` bytes to read; `article_id` is its path below the folder, `/`-separated, in the very characters of its name."""

    path: Path
    article_id: str
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Skipped:
    """A file or folder that is left out, and why, in words for its owner."""

    path: Path
    reason: str

    @property
    def name(self) -> str:
        """The path made safe to print: control and direction characters and undecodable bytes are escaped."""
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(self.path))


def find_files(folder: Path) -> tuple[list[Found], list[Skipped]]:
    """All articles below `folder`, sorted by id, and everything that was left out, sorted by path.

    `folder` may also be one single file. Hidden files and folders, and homes of Sourceline below the folder, are passed
    over in silence. No link below the folder is followed, so nothing outside it is read and no loop can form; nothing is
    opened, so a pipe cannot block. A name that is not valid Unicode is left out with its reason: any escape of it could
    collide with another file's real name.

    Raises `UnreadableArticle` where there is no such file or folder.
    """
    try:
        root = folder.resolve(strict=True)
        mode = root.stat().st_mode
    except (OSError, RuntimeError) as error:
        raise UnreadableArticle(f"no such file or folder: {folder}", "check the path") from error
    entries = _walk(root) if stat.S_ISDIR(mode) else iter([_look(root, root.parent)])
    found, skipped = [], []
    for entry in entries:
        if isinstance(entry, Found):
            found.append(entry)
        else:
            skipped.append(entry)
    return sorted(found, key=lambda f: f.article_id), sorted(skipped, key=lambda s: str(s.path))


def _walk(root: Path) -> Iterator[Found | Skipped]:
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            names = os.listdir(folder)
        except OSError as error:
            yield Skipped(path=folder, reason=f"a folder that cannot be opened: {error.strerror}")
            continue
        if folder != root and _HOME.issubset(names):
            continue
        for name in names:
            if name.startswith(".") or name in _IGNORED_FOLDERS:
                continue
            path = folder / name
            if os.path.isdir(path) and not os.path.islink(path):
                waiting.append(path)
            else:
                yield _look(path, root)


def _look(path: Path, root: Path) -> Found | Skipped:
    try:
        status = path.lstat()
    except OSError as error:
        return Skipped(path=path, reason=f"cannot be looked at: {error.strerror}")
    if reason := _reason_against(path, root, status):
        return Skipped(path=path, reason=reason)
    return Found(path=path, article_id=path.relative_to(root).as_posix(), size=status.st_size)


def _reason_against(path: Path, root: Path, status: os.stat_result) -> str | None:
    """Why this file cannot be an article, as far as its directory entry tells; None if it may be one."""
    if stat.S_ISLNK(status.st_mode):
        return _reason_against_link(path, root)
    if not stat.S_ISREG(status.st_mode):
        return _KINDS.get(stat.S_IFMT(status.st_mode), "not a plain file")
    if path.suffix.lower() not in FORMATS:
        return f"no reader for {path.suffix}" if path.suffix else "no reader for files without an ending such as .txt"
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return "its name is not valid Unicode; rename it"
    return None if status.st_size else "empty"


def _reason_against_link(path: Path, root: Path) -> str:
    try:
        inside = path.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        return "a link to nothing"
    return "a link to another place in the folder" if inside else "a link out of the folder"
