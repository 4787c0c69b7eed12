"""What an exported home holds, and what may be in one.

The file is a ZIP of stored members, none of them compressed: it cannot unpack to more than it is. `manifest.json` has the size and the
SHA-256 of every other member.
"""

from __future__ import annotations

import json
import struct
from pathlib import PurePosixPath
from typing import Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.database import SCHEMA
from index.errors import NotImported, StoreTooNew
from index.home import CATALOG, CONVERSATIONS, RUNS, SETTINGS, UPLOADS
from index.readers.find import FORMATS

FORMAT = 1
UNREADABLE = (
    BadZipFile,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
)  # what zipfile says of a damaged file
MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 16 * 2**20  # bytes: 5,000 uploads take one of them
_REMEDY = "export it again; nothing was changed here"


class Member(BaseModel):
    """One file of a home: its path in it, its size in bytes, when it was changed (nanoseconds), and the SHA-256 of its content."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str
    size: int = Field(ge=0)
    mtime_ns: int = Field(ge=0, lt=2**63)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Manifest(BaseModel):
    """What was exported, when (ISO 8601), by which version, and from which folder."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: int
    catalog_schema: int
    version: str
    made: str
    home: str
    members: list[Member]


def belongs(name: str) -> bool:
    """Whether a home may have a file of this name in an export: no path that leads out of it, nothing that runs, and no model."""
    path = PurePosixPath(name)
    clean = str(path) == name and name.isprintable() and "\\" not in name and not path.is_absolute()
    if not clean or any(part.startswith(".") for part in path.parts):
        return False
    if path.parts[0] == RUNS:
        return len(path.parts) == 2 and path.suffix in (".json", ".jsonl")
    if path.parts[0] == UPLOADS:
        return len(path.parts) > 1 and path.suffix.lower() in FORMATS
    return name in (CATALOG, CONVERSATIONS, SETTINGS)


def read_manifest(archive: ZipFile, size: int) -> Manifest:
    """The manifest of an archive of `size` bytes, which has exactly the members that it names.

    Raises NotImported, and StoreTooNew for what a newer version made.
    """
    manifest = _manifest(archive)
    if CATALOG not in {m.name for m in manifest.members}:
        raise NotImported("the file has no catalog", _REMEDY)
    named = [MANIFEST, *(m.name for m in manifest.members)]
    found = archive.infolist()
    if sorted(named) != sorted(i.filename for i in found) or len(set(named)) != len(named):
        raise NotImported("the file does not hold what its manifest says", _REMEDY)
    for name in named[1:]:
        if not belongs(name):
            raise NotImported(f"the file has {name!r} in it, which no home has", "do not use that file")
    if any(i.compress_type != ZIP_STORED for i in found) or sum(i.file_size for i in found) > size:
        raise NotImported("the file would unpack to more than it is", "do not use that file")
    return manifest


def _manifest(archive: ZipFile) -> Manifest:
    try:
        about = archive.getinfo(MANIFEST)
        if about.file_size > _LARGEST_MANIFEST or about.compress_type != ZIP_STORED:
            raise NotImported("the file's manifest is too large", "do not use that file")
        told: Any = json.loads(archive.read(about))
        _refuse_newer(told)
        return Manifest.model_validate(told)
    except (*UNREADABLE, KeyError, TypeError, ValidationError, OverflowError) as error:
        raise NotImported("the file is damaged, or no export of Sourceline", _REMEDY) from error


def _refuse_newer(told: Any) -> None:
    """Before anything else is read: a newer version may say it otherwise."""
    for what, known in (("format", FORMAT), ("catalog_schema", SCHEMA)):
        if int(told[what]) > known:
            found = f"{what.replace('_', ' ')} {int(told[what])}"
            raise StoreTooNew(
                f"the file was made by a newer version ({found})", "upgrade Sourceline; nothing was changed here"
            )
