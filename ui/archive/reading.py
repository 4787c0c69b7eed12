"""A home out of one file: checked whole before anything of the home is touched, and then moved in, or nothing is."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory, mkdtemp
from zipfile import ZipFile

from index.catalog import Catalog
from index.connect import is_at_rest, looks
from index.database import space_left, translated
from index.errors import DiskFull, HomeUnusable, NotImported, SettingsWrong, StoreTooNew
from index.home import CATALOG, CHROMA, CONVERSATIONS, OWNER, OWNER_LOCK, RUNS, SETTINGS, STAMP, UPLOADS
from index.owner import take_lock
from index.roots import move_roots
from index.snapshot import as_another, faults_of
from ui.archive.manifest import UNREADABLE, Manifest, Member, read_manifest
from ui.archive.writing import pieces
from ui.web.kept_settings import forget_model

# What an import brings, or what goes with it; the catalog last, since without it there is no home.
_PLACES = (
    *(CONVERSATIONS, CONVERSATIONS + "-journal", SETTINGS, UPLOADS, RUNS, CHROMA, STAMP),
    *(CATALOG + "-wal", CATALOG + "-shm", CATALOG),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """What was taken in, and which settings were not; the folders of articles outside of the home, and those that are not on this machine;
    where the former home is.
    """

    manifest: Manifest
    dropped: list[str]
    outside: list[Path]
    missing: list[Path]
    before: Path | None


def import_home(file: Path, home: Path, moved: Mapping[Path, Path], *, replace: bool = False) -> Imported:
    """Make `home` what was exported into `file`; articles at or below a key of `moved` are at or below its value.

    With `replace`, what the home had is kept in a folder of its own in it. Raises NotImported, StoreTooNew, HomeUnusable, IndexOwned,
    DiskFull, SettingsWrong; then the home is as it was.
    """
    with _opened(file) as (archive, manifest), translated(home):
        _refuse_full(home, replace=replace)
        with _locked(home), TemporaryDirectory(prefix=".import-", dir=home) as folder:
            return _take_in(archive, manifest, Path(folder), home.resolve(), moved, replace=replace)


def _take_in(
    archive: ZipFile, manifest: Manifest, new: Path, home: Path, moved: Mapping[Path, Path], *, replace: bool
) -> Imported:
    """By way of `new`, a folder on the home's own file system."""
    _unpack(archive, manifest, new)
    folders = _settle(new, Path(manifest.home), home, moved)
    outside = [folder for folder in folders if not folder.is_relative_to(home)]
    missing = [folder for folder in folders if not (folder.is_relative_to(home / UPLOADS) or folder.exists())]
    dropped = forget_model(new) if (new / SETTINGS).exists() else []
    _refuse_full(home, replace=replace)  # others may have come since
    _refuse_open(home)
    before = _exchange(home, new)
    return Imported(manifest=manifest, dropped=dropped, outside=outside, missing=missing, before=before)


@contextmanager
def _opened(file: Path) -> Iterator[tuple[ZipFile, Manifest]]:
    try:
        archive = ZipFile(file)
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise NotImported(
            f"{file} cannot be read ({error.strerror})", "name a file that `sourceline export` made"
        ) from error
    except UNREADABLE as error:
        raise NotImported(f"{file} is damaged, or no export of Sourceline", "export it again") from error
    with archive:
        yield archive, read_manifest(archive, file.stat().st_size)


def _refuse_full(home: Path, *, replace: bool) -> None:
    if not replace and any((home / name).exists() for name in _PLACES):
        remedy = "choose another --home, or add --replace: what is there is then kept in a folder in it"
        raise HomeUnusable(f"{home} is not empty", remedy)


def _refuse_open(home: Path) -> None:
    """Raises NotImported where somebody has the catalog open and would go on writing into the one that was put aside.

    The last one who closes it clears its log away. A damaged one is put aside as it is.
    """
    try:
        Catalog(home, create=False).close()
    except StoreTooNew:  # was looked at and is as it was
        pass
    except HomeUnusable:
        return
    if not is_at_rest(looks(home / CATALOG)):
        raise NotImported(f"{home} is in use by another process", "end it, or let it end, and try again")


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    """Nobody else owns the home meanwhile; after a failure one that was not there before is gone."""
    fresh = not home.exists()
    home.mkdir(parents=True, exist_ok=not fresh)
    lock = take_lock(home)
    try:
        yield
    except BaseException:
        if fresh:
            with suppress(OSError):  # somebody else has put something there
                for name in (OWNER, OWNER_LOCK):
                    (home / name).unlink()
                home.rmdir()
        raise
    finally:
        lock.release()


def _unpack(archive: ZipFile, manifest: Manifest, new: Path) -> None:
    """Raises NotImported for a member that is not what the manifest says."""
    needed = sum(member.size for member in manifest.members)
    if space_left(new) < needed:
        raise DiskFull(
            f"{new.parent} has no space for {needed / 1e6:.0f} MB", "free some and run the same command again"
        )
    for member in manifest.members:
        path = new / member.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as written:
            os.chmod(path, 0o600)
            for piece in _content(archive, member):
                written.write(piece)
            written.flush()
            os.fsync(written.fileno())
        os.utime(path, ns=(member.mtime_ns, member.mtime_ns))  # or an upload would seem to have changed


def _content(archive: ZipFile, member: Member) -> Iterator[bytes]:
    digest, size = sha256(), 0
    try:
        with archive.open(member.name) as content:
            for piece in pieces(content):
                digest.update(piece)
                size += len(piece)
                yield piece
    except UNREADABLE as error:
        raise NotImported(
            f"{member.name} in the file is damaged", "export it again; nothing was changed here"
        ) from error
    if (size, digest.hexdigest()) != (member.size, member.sha256):
        raise NotImported(
            f"{member.name} in the file is not what was exported", "export it again; nothing was changed here"
        )


def _settle(new: Path, before: Path, home: Path, moved: Mapping[Path, Path]) -> list[Path]:
    """Make the unpacked catalog that of `home`; returns its folders of articles."""
    for name in (CONVERSATIONS, CATALOG):
        if (new / name).exists() and (faults := faults_of(new / name)):
            raise NotImported(f"{name} in the file cannot be used ({faults[0]})", "nothing was changed here")
    catalog = Catalog(new, create=False)
    try:
        _refuse_wandering(catalog)
        folders = [root.path for root in catalog.roots()]
        for old in moved:
            if not any(folder.is_relative_to(old) for folder in folders):
                known = ", ".join(map(str, folders))
                raise SettingsWrong(
                    f"no articles were indexed in {old}", f"they were in {known}" if known else "leave it out"
                )
        move_roots(catalog, {before: home, **moved})
        as_another(catalog)
        return [root.path for root in catalog.roots()]
    finally:
        catalog.close()


def _refuse_wandering(catalog: Catalog) -> None:
    """Raises NotImported where an article is not below its folder, or a folder of articles is not one place."""
    for path, is_folder in catalog.rows("SELECT path, 0 FROM article UNION ALL SELECT path, 1 FROM root"):
        told = PurePosixPath(str(path))
        if not isinstance(path, str) or "\0" in path or ".." in told.parts or told.is_absolute() != bool(is_folder):
            raise NotImported(f"the catalog in the file has {path!r} in it, which no home has", "do not use that file")


def _exchange(home: Path, new: Path) -> Path | None:
    """Put what the home has aside, and what is new in its place: all of it or nothing."""
    there = [name for name in _PLACES if (home / name).exists()]
    with ExitStack() as undo:
        before = Path(mkdtemp(prefix=time.strftime("before-import-%Y-%m-%d-"), dir=home)) if there else None
        if before:
            undo.callback(before.rmdir)
            for name in there:
                _move(home / name, before / name, undo)
        for name in _PLACES:
            _move(new / name, home / name, undo)
        undo.pop_all()
    return before


def _move(source: Path, target: Path, undo: ExitStack) -> None:
    if source.exists():
        source.rename(target)
        undo.callback(target.rename, source)
