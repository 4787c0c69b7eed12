import os
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from index import connect
from index.catalog import Catalog
from index.database import Database, translated
from index.errors import DiskFull, HomeReadOnly, HomeUnusable
from tests.store import WordEmbedder, filled

STRANGE = ["with space", 'it\'s "quoted"', "a#b?c=d", "100%25 %41", "Ünïcødé 漢字", "semi;colon&amp"]


@pytest.mark.parametrize("name", STRANGE)
def test_a_home_may_have_any_name(tmp_path: Path, name: str) -> None:
    filled(tmp_path / name, 3, WordEmbedder()).close()
    opened = Catalog(tmp_path / name, create=False)
    assert opened.counts()["passage"] == 3
    opened.close()
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    opened = Database(tmp_path)
    with pytest.raises(KeyboardInterrupt), opened.transaction() as run:  # noqa: PT012
        run.execute("INSERT INTO setting VALUES ('a', 'b')")
        raise KeyboardInterrupt
    assert opened.rows("SELECT * FROM setting WHERE key = 'a'") == []
    opened.close()


def test_no_index_is_said(tmp_path: Path) -> None:
    with pytest.raises(HomeUnusable, match=r"there is no index in .*run `sourceline index PATH`"):
        Catalog(tmp_path / "nothing", create=False)
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize(
    "content", [b"this is no database, and long enough to be looked at" * 20, b"SQLite format 3\0" * 50]
)
def test_a_damaged_file_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "catalog.sqlite").write_bytes(content)
    with pytest.raises(HomeUnusable, match="damaged"):
        Catalog(tmp_path)


@pytest.mark.parametrize(
    ("error", "named"),
    [
        (OSError(28, "No space left on device", "/a"), DiskFull),
        (sqlite3.OperationalError("database or disk is full"), DiskFull),
        (PermissionError(13, "Permission denied", "/srv/full/no space/x"), HomeReadOnly),  # words of a path say nothing
        (sqlite3.OperationalError("attempt to write a readonly database"), HomeReadOnly),
        (OSError(30, "Read-only file system"), HomeReadOnly),
        (sqlite3.OperationalError("database is locked"), HomeUnusable),
        (sqlite3.DatabaseError("file is not a database"), HomeUnusable),
        (FileNotFoundError(2, "No such file", "/full"), HomeUnusable),
    ],
)
def test_complaints_are_named(tmp_path: Path, error: Exception, named: type[Exception]) -> None:
    with pytest.raises(HomeUnusable) as caught, translated(tmp_path):
        raise error
    assert type(caught.value) is named


def test_a_folder_that_is_closed_to_us_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may do everything
    with pytest.raises(HomeReadOnly, match="cannot be written"), translated(tmp_path):
        raise sqlite3.OperationalError("unable to open database file")


@pytest.mark.parametrize("sql", ["INSERT INTO root VALUES (2, '/nowhere', '')", "SELECT ?"])
def test_a_mistake_of_the_program_is_not_called_damage(tmp_path: Path, sql: str) -> None:
    catalog = filled(tmp_path, 3, WordEmbedder())
    with pytest.raises((sqlite3.IntegrityError, sqlite3.ProgrammingError)), catalog.transaction() as run:
        run.execute(sql)
    assert catalog.counts()["passage"] == 3
    catalog.close()


def test_a_home_that_can_be_written_again_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path, 3, WordEmbedder()).close()

    def full(_: Path) -> sqlite3.Connection:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(connect, "writable", full)
        catalog = Catalog(tmp_path)
        assert not catalog.writable
        with pytest.raises(HomeUnusable):
            catalog.remove(["0.txt"])
    catalog.remove(["0.txt"])
    assert catalog.counts()["passage"] == 0
    catalog.close()


def test_a_snapshot_keeps_its_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path, 3, WordEmbedder()).close()
    monkeypatch.setattr(connect.os, "access", lambda *_: False)
    reading = Catalog(tmp_path)
    with reading.snapshot():
        monkeypatch.undo()
        Catalog(tmp_path).remove(["0.txt"])
        assert reading.counts()["article"] == 1
    assert reading.counts()["article"] == 0
    reading.close()


def test_connections_of_ended_threads_are_closed(tmp_path: Path) -> None:
    opened = Database(tmp_path)
    for _ in range(30):
        thread = threading.Thread(target=opened.rows, args=("SELECT * FROM setting",))
        thread.start()
        thread.join()
    assert len(opened._connections) <= 3
    opened.close()


def test_many_threads_write_and_read(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    faults: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for n in range(10):
                with catalog.transaction() as run:
                    run.execute("INSERT INTO setting VALUES (?, 'x')", (f"{number}-{n}",))
                assert catalog.setting(f"{number}-{n}") == "x"
        except BaseException as error:  # noqa: BLE001
            faults.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert catalog.rows("SELECT count(*) FROM setting WHERE value = 'x'")[0][0] == 80
    catalog.close()


def test_close_while_other_threads_read_ends_no_process(tmp_path: Path) -> None:
    catalog = filled(tmp_path, 300, WordEmbedder())
    done, counts = threading.Event(), set()

    def read() -> None:
        while not done.is_set():
            rows = catalog.rows("SELECT count(*) FROM passage JOIN article ON article.number = passage.article")
            counts.add(rows[0][0])

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(30):
        catalog.close()
        time.sleep(0.01)
    done.set()
    for thread in threads:
        thread.join()
    assert counts == {300}
    assert not [t for t in catalog._connections if t.is_alive() and t is not threading.main_thread()]
    catalog.close()


def test_a_home_that_cannot_be_made_is_said_to_be_and_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(
        HomeUnusable, match=r"file/home, in which .* cannot be made \(Not a directory.*--home"
    ) as caught:
        Catalog(tmp_path / "file" / "home")
    assert "doctor" not in str(caught.value)
