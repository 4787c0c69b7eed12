"""A copy of a SQLite file as it is at one moment, whoever writes to it meanwhile, and whether such a copy is whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from index import upgrade
from index.catalog import Catalog
from index.errors import HomeUnusable


def snapshot(source: sqlite3.Connection, target: Path) -> None:
    """Copy everything into a new file that needs no log beside it. Raises HomeUnusable where the source is damaged."""
    with closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    if faults := faults_of(target):
        raise HomeUnusable(
            f"there is something wrong in the home ({faults[0]})", "`sourceline doctor` looks at all of it"
        )


def faults_of(path: Path) -> list[str]:
    """Why a copy cannot be used: it is damaged, or has triggers or views that Sourceline did not make and that would act by themselves."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            strange = [f"{name!r} is not ours" for name in upgrade.strangers(connection)]
            return strange or [r[0] for r in connection.execute("PRAGMA quick_check(1)") if r[0] != "ok"]
    except sqlite3.DatabaseError as error:
        return [str(error)]


def as_another(catalog: Catalog) -> None:
    """Give a copied catalog an identity of its own, so that it never shares a collection on a Chroma server with its original.

    Its Chroma has been told nothing yet.
    """
    with catalog.transaction() as run:
        run.execute("DELETE FROM outbox")
        run.execute("INSERT INTO outbox (passage_id) SELECT id FROM passage ORDER BY id")
        run.execute("UPDATE setting SET value = lower(hex(randomblob(6))) WHERE key = 'store'")
        run.execute("DELETE FROM setting WHERE key = 'applied'")
