"""Indexed folders: which one a path belongs to, and how the articles of each are named."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from itertools import permutations
from pathlib import Path

from index.catalog import Catalog
from index.errors import SettingsWrong
from index.stored import Root
from index.types import Passage, Span


def root_of(catalog: Catalog, path: Path) -> Root:
    """The indexed folder that `path` (resolved) belongs to, registered if it is new.

    A folder inside an indexed one is part of it. A folder around indexed ones takes their articles over, under the ids
    that they have there: nothing is read or embedded again, and nothing is missing meanwhile.
    """
    folder = path if path.is_dir() else path.parent
    return _around(catalog, folder) or _registered(catalog, folder)


def move_roots(catalog: Catalog, moved: Mapping[Path, Path]) -> None:
    """Note that folders are elsewhere now: what lies at or below a key lies at or below its value. Ids stay as they are.

    Raises SettingsWrong where that would put one indexed folder into another.
    """
    roots = {r.number: _moved(r.path, moved) for r in catalog.roots()}
    for one, other in permutations(roots.values(), 2):
        if one.is_relative_to(other):
            raise SettingsWrong(
                f"{one} would be in the indexed folder {other}", "move each folder to a place of its own"
            )
    with catalog.transaction() as run:
        run.executemany(
            "UPDATE root SET path = '/' || number WHERE number = ?", [(n,) for n in roots]
        )  # may change places
        run.executemany("UPDATE root SET path = ? WHERE number = ?", [(str(path), n) for n, path in roots.items()])


def _moved(path: Path, moved: Mapping[Path, Path]) -> Path:
    """The longest folder that is named wins."""
    around = [old for old in moved if path.is_relative_to(old)]
    old = max(around, key=lambda o: len(o.parts), default=None)
    return path if old is None else moved[old] / path.relative_to(old)


def _around(catalog: Catalog, folder: Path) -> Root | None:
    return next((r for r in catalog.roots() if folder.is_relative_to(r.path)), None)


def _registered(catalog: Catalog, folder: Path) -> Root:
    with catalog.transaction() as run:  # what is looked at and what is written are of one moment
        if not _around(catalog, folder):  # another process may have been quicker
            roots = catalog.roots()
            inside = [r for r in roots if r.path.is_relative_to(folder)]
            elsewhere = {r.number: r.prefix for r in roots if r not in inside}
            named = {i for i, state in catalog.files().items() if state.root in elsewhere}
            prefix = _free_prefix(folder.name, list(elsewhere.values()), named)
            if inside:
                _widen(run, inside, folder, prefix)
            else:
                run.execute("INSERT INTO root (path, prefix) VALUES (?, ?)", (str(folder), prefix))
        return next(r for r in catalog.roots() if folder.is_relative_to(r.path))


def _free_prefix(name: str, taken: Sequence[str], ids: Collection[str]) -> str:
    """Articles of the only folder are named by their path in it, those of a further folder begin with its name.

    A prefix that ids of another folder begin with would make two articles one; the empty one is such a prefix.
    """
    if not taken:
        return ""
    folders = {i.partition("/")[0] + "/" for i in ids}
    names = (f"{name}{'' if n == 1 else f'-{n}'}/" for n in range(1, len(taken) + len(folders) + 2))
    return next(n for n in names if n not in taken and n not in folders)


def _widen(run: sqlite3.Connection, inside: Sequence[Root], folder: Path, prefix: str) -> None:
    """Make the roots `inside` the folder one root."""
    kept = inside[0].number
    for root in inside:  # out of the way first: a new id may be the old id of another article
        run.execute(
            "UPDATE former SET article_id = '/' || article_id WHERE article_id IN"
            " (SELECT id FROM article WHERE root = ?)",
            (root.number,),
        )
        run.execute("UPDATE article SET id = '/' || id WHERE root = ?", (root.number,))
    for root in inside:
        below = root.path.relative_to(folder)
        for number, path in run.execute("SELECT number, path FROM article WHERE root = ?", (root.number,)).fetchall():
            _rename(run, number, prefix, kept, (below / path).as_posix())
        if root.number != kept:
            run.execute("DELETE FROM root WHERE number = ?", (root.number,))
    run.execute("UPDATE root SET path = ?, prefix = ? WHERE number = ?", (str(folder), prefix, kept))
    run.execute("UPDATE setting SET value = value + 1 WHERE key = 'generation'")


def _rename(run: sqlite3.Connection, number: int, prefix: str, root: int, path: str) -> None:
    article_id = prefix + path
    before, text = run.execute("SELECT id, text FROM article WHERE number = ?", (number,)).fetchone()
    run.execute("UPDATE former SET article_id = ? WHERE article_id = ?", (article_id, before))
    values = (article_id, root, path, number)
    run.execute("UPDATE article SET id = ?, root = ?, path = ? WHERE number = ?", values)
    for r in run.execute("SELECT number, start, end, language FROM passage WHERE article = ?", (number,)).fetchall():
        span = Span(start=r["start"], end=r["end"])
        renamed = Passage(article_id=article_id, span=span, text=span.of(text), language=r["language"], sentences=())
        run.execute("UPDATE passage SET id = ? WHERE number = ?", (renamed.id, r["number"]))
