"""A home of every form that the store has had is upgraded, and nothing of it is lost."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from index import connect, doctor, upgrade
from index.catalog import Catalog
from index.database import SCHEMA
from index.errors import HomeReadOnly, StoreTooNew
from index.exact import ExactIndex, stored_vectors
from index.lexical import LexicalIndex
from index.roots import move_roots
from index.sync import sync
from tests.index.homes.make import ARTICLES, Digests, write
from tests.store import lexical_faults

HOMES = sorted((Path(__file__).parent / "homes").glob("*.sqlite.gz"))
TABLES = ("setting", "root", "article", "passage", "sentence", "vector", "former", "outbox")


@pytest.fixture(params=HOMES, ids=lambda home: home.name.partition(".sqlite")[0])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    (home / "catalog.sqlite").write_bytes(gzip.decompress(request.param.read_bytes()))
    return home


def rows(home: Path) -> dict[str, list[Any]]:
    """Everything in the catalog by table, read without the program."""
    with closing(sqlite3.connect(home / "catalog.sqlite")) as connection:
        connection.row_factory = sqlite3.Row
        names = [r[0] for r in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {t: [dict(r) for r in connection.execute(f"SELECT * FROM {t}")] for t in TABLES if t in names}


def unversioned(found: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Without what older forms lack: the rules that articles were read by, and the days that passages name."""
    lacking = {"article": "reading", "passage": "days"}
    return found | {t: [{k: v for k, v in row.items() if k != name} for row in found[t]] for t, name in lacking.items()}


def test_each_form_is_upgraded_and_loses_nothing(old: Path, tmp_path: Path) -> None:
    before = rows(old)
    catalog = Catalog(old)
    after = rows(old)
    assert unversioned(after) == {"former": []} | unversioned(before)
    assert upgrade.steps(catalog.connection) == []
    assert lexical_faults(catalog) == []

    assert LexicalIndex(catalog).search("Brücke Neudorf", "de", 5)
    exact = ExactIndex(catalog)
    own = [(i, v) for ids, matrix in stored_vectors(catalog) for i, v in zip(ids, matrix, strict=True)]
    assert [exact.search(v, 1)[0][0] for _, v in own] == [i for i, _ in own]

    move_roots(catalog, {Path("/articles"): write(tmp_path / "articles", ARTICLES)})
    report = sync(catalog, Digests(), tmp_path / "articles")
    assert report.embedded <= 1  # passages that are cut otherwise by now
    assert all(r["days"] for r in rows(old)["passage"]), "they were read with the articles"
    assert len(report.changed) + len(report.unchanged) == 3
    assert rows(old)["former"] == before.get("former", [])
    assert {r["text"] for r in rows(old)["article"]} == {r["text"] for r in before["article"]}
    assert [f.what for f in doctor.diagnose(catalog) if not f.ok and f.what != "Chroma"] == []
    catalog.close()


def test_no_two_of_the_kept_homes_are_alike(tmp_path: Path) -> None:
    forms = set()
    for home in HOMES:
        (tmp_path / home.stem).write_bytes(gzip.decompress(home.read_bytes()))
        with closing(sqlite3.connect(tmp_path / home.stem)) as connection:
            forms.add(tuple(upgrade.steps(connection)))
            assert home.stat().st_size < 100_000
    assert len(forms) == len(HOMES) == 7
    assert () in forms, "the form that homes have now"


def test_every_schema_that_there_was_has_a_kept_home() -> None:
    assert {int(home.name.partition(".")[0]) for home in HOMES} == set(range(1, SCHEMA + 1))


def test_an_old_home_that_cannot_be_written_says_what_to_do(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (old / "catalog.sqlite").read_bytes()
    with closing(connect.readonly(old / "catalog.sqlite")) as connection:
        is_old = bool(upgrade.steps(connection))
    monkeypatch.setattr(connect.os, "access", lambda *_: False)
    if not is_old:
        Catalog(old).close()
    else:
        with pytest.raises(HomeReadOnly, match="older version and has to be upgraded: search it once where it can be"):
            Catalog(old)
    assert (old / "catalog.sqlite").read_bytes() == before


def test_a_cut_upgrade_is_done_by_the_next_start(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows(old)
    steps = upgrade.steps
    with monkeypatch.context() as patched:
        patched.setattr(upgrade, "steps", lambda run: [*steps(run), "SELECT * FROM nowhere"] if steps(run) else [])
        if steps(sqlite3.connect(old / "catalog.sqlite")):
            with pytest.raises(Exception, match="nowhere"):
                Catalog(old)
    assert rows(old) == before
    catalog = Catalog(old)
    assert upgrade.steps(catalog.connection) == []
    catalog.close()


def test_a_newer_home_is_refused_untouched(old: Path) -> None:
    with closing(sqlite3.connect(old / "catalog.sqlite")) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    before = (old / "catalog.sqlite").read_bytes()
    with pytest.raises(StoreTooNew, match="upgrade Sourceline"):
        Catalog(old)
    assert (old / "catalog.sqlite").read_bytes() == before
