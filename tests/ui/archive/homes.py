"""What the tests of export and import share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from tests.store import WordEmbedder

WORDS = WordEmbedder()
SECRETS = ("sk-the-very-key", "the-very-password", "the-very-token")
ANSWER = {"question": "Where?", "answer": "In Altstadt. [1]"}


def tree(folder: Path) -> dict[str, str]:
    files = [p for p in folder.rglob("*") if p.is_file()] if folder.exists() else []
    return {p.relative_to(folder).as_posix(): sha256(p.read_bytes()).hexdigest() for p in files}


def again(
    whole: Path, target: Path, change: Callable[[dict[str, bytes]], Iterable[str] | None], method: int = ZIP_STORED
) -> None:
    """The same members, changed; a manifest that was not changed itself fits what there is now."""
    with ZipFile(whole) as archive:
        members = {i.filename: archive.read(i) for i in archive.infolist()}
    manifest = members.pop("manifest.json")
    twice = change(members) or ()
    told = json.loads(members.pop("manifest.json", manifest))
    if "members" in told:
        told["members"] = [
            {"name": n, "size": len(c), "mtime_ns": 0, "sha256": sha256(c).hexdigest()} for n, c in members.items()
        ]
    with ZipFile(target, "w", method) as archive:
        for name in (*members, *twice):
            archive.writestr(ZipInfo(name) if method == ZIP_STORED else name, members[name])
        archive.writestr(ZipInfo("manifest.json"), json.dumps(told))
