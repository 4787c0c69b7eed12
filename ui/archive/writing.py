"""A home into one file, as it is at one moment, while a page may be running."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO
from urllib.parse import quote
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from index.catalog import Catalog
from index.database import SCHEMA, translated
from index.errors import HomeUnusable
from index.home import CATALOG, CONVERSATIONS, RUNS, SETTINGS, UPLOADS
from index.readers.find import FORMATS
from index.snapshot import snapshot
from ui.archive.manifest import FORMAT, MANIFEST, Manifest, Member, belongs
from ui.web.kept_settings import without_secrets

_PIECE = 2**20  # bytes


def export_home(home: Path, file: Path, *, replace: bool = False) -> Manifest:
    """Write everything precious of a home into `file`, whole or not at all; returns what is in it.

    Chroma, prepared models and fetched language models are left out: they are made or fetched again. So is every secret.
    Raises HomeUnusable (also for a damaged home, and where `file` is there and not to be replaced), HomeReadOnly, DiskFull.
    """
    if file.exists() and not replace:
        raise HomeUnusable(f"{file} is there already", "name another file, or add --replace")
    folder = file.absolute().parent
    if not os.access(folder, os.W_OK):
        raise HomeUnusable(f"{folder} cannot be written", "name a file in another folder")
    with translated(folder), TemporaryDirectory(prefix=".export-", dir=folder) as beside:
        part = Path(beside) / "part"
        manifest = _write(home, part, Path(beside))
        os.replace(part, file)
    return manifest


def _write(home: Path, part: Path, beside: Path) -> Manifest:
    with part.open("xb") as opened:
        os.chmod(part, 0o600)  # conversations are in it
        with ZipFile(opened, "w", ZIP_STORED) as archive:
            added = [_add(archive, name, path) for name, path in _precious(home, beside)]
            made = datetime.now(timezone.utc).isoformat(timespec="seconds")
            manifest = Manifest(
                format=FORMAT,
                catalog_schema=SCHEMA,
                version=version("sourceline"),
                made=made,
                home=str(home.resolve()),
                members=[member for member in added if member],
            )
            archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))
        opened.flush()
        os.fsync(opened.fileno())
    return manifest


def _precious(home: Path, beside: Path) -> Iterator[tuple[str, Path]]:
    """Name and content of each file; conversations before the catalog, so that it has the articles that they cite."""
    if (home / CONVERSATIONS).exists():
        uri = f"file:{quote(str((home / CONVERSATIONS).absolute()))}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=60)) as connection:
            with _reading(home / CONVERSATIONS):
                connection.execute("PRAGMA schema_version")
            yield CONVERSATIONS, _copied(connection, beside)
    catalog = Catalog(home, create=False)
    try:
        yield CATALOG, _copied(catalog.connection, beside)
    finally:
        catalog.close()
    if kept := without_secrets(home):
        (beside / "settings").write_text(json.dumps(kept), encoding="utf-8")
        yield SETTINGS, beside / "settings"
    yield from _files(home)


def _copied(connection: sqlite3.Connection, beside: Path) -> Path:
    target = beside / "snapshot"
    target.unlink(missing_ok=True)
    snapshot(connection, target)
    return target


def _files(home: Path) -> Iterator[tuple[str, Path]]:
    """Runs, readers' feedback, and the articles that were given to the page."""
    with _reading(home):
        runs = [*(home / RUNS).glob("*.json"), *(home / RUNS).glob("*.jsonl")]
        uploads = [path for path in (home / UPLOADS).rglob("*") if path.suffix.lower() in FORMATS]
        found = sorted(path for path in (*runs, *uploads) if path.is_file() and not path.is_symlink())
    for path in found:
        name = path.relative_to(home).as_posix()
        if any(part.startswith(".") for part in name.split("/")):
            continue
        if not belongs(name):
            raise HomeUnusable(f"{name!r} has a name that an export cannot hold", "rename it, and index it again")
        yield name, path


def _add(archive: ZipFile, name: str, path: Path) -> Member | None:
    """None where the file has gone meanwhile, as an upload that was removed."""
    with _reading(path):
        try:
            content = path.open("rb")
        except FileNotFoundError:
            return None
    digest, size = sha256(), 0
    with content, archive.open(ZipInfo(name), "w", force_zip64=True) as written:
        for piece in _read(path, content):
            digest.update(piece)
            size += written.write(piece)
        changed = os.fstat(content.fileno()).st_mtime_ns
    return Member(name=name, size=size, mtime_ns=changed, sha256=digest.hexdigest())


def _read(path: Path, content: IO[bytes]) -> Iterator[bytes]:
    with _reading(path):
        yield from pieces(content)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """What cannot be read is a fault of the home, not of the folder that is written to. Raises HomeUnusable."""
    try:
        yield
    except (OSError, sqlite3.DatabaseError) as error:
        where, why = getattr(error, "filename", None) or path, getattr(error, "strerror", None) or error
        raise HomeUnusable(f"{where} cannot be read ({why})", "make it readable, or move it away") from error


def pieces(content: IO[bytes]) -> Iterator[bytes]:
    """The bytes of an open file, a little at a time."""
    while piece := content.read(_PIECE):
        yield piece
