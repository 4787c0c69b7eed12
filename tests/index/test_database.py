import sqlite3
import threading
import time
from pathlib import Path

import pytest

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
    database = Database(tmp_path)
    with pytest.raises(KeyboardInterrupt), database.transaction() as run:  # noqa: PT012
        run.execute("INSERT INTO setting VALUES ('a', 'b')")
        raise KeyboardInterrupt
    assert database.rows("SELECT * FROM setting WHERE key = 'a'") == []
    database.close()


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


def test_connections_of_ended_threads_are_closed(tmp_path: Path) -> None:
    database = Database(tmp_path)
    for _ in range(30):
        thread = threading.Thread(target=database.rows, args=("SELECT * FROM setting",))
        thread.start()
        thread.join()
    assert len(database._connections) <= 3
    database.close()


def test_many_threads_write_and_read(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    faults: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for n in range(10):
                catalog.store(f"{number}-{n}", "x")
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
