import threading
from pathlib import Path

import pytest

from index.dense import DenseSearch
from index.errors import DiskFull, IndexDamaged, IndexUnreachable
from index.exact import ExactIndex
from index.owner import Owner, take_lock
from tests.store import WordEmbedder, add_lines, filled, line

WORDS = WordEmbedder()
QUERY = WORDS.embed_queries([line(7)])[0]


def test_an_owner_elsewhere_is_no_fault(tmp_path: Path) -> None:
    catalog = filled(tmp_path, 50, WORDS)
    lock = take_lock(tmp_path)
    dense = DenseSearch(catalog)
    assert dense.search(QUERY, 3) == ExactIndex(catalog).search(QUERY, 3)
    assert dense.warnings == ()
    assert catalog.counts()["outbox"] == 50
    lock.release()
    assert dense.search(QUERY, 1)[0][1] > 0.999
    assert catalog.counts()["outbox"] == 0
    dense.close()
    catalog.close()


@pytest.mark.parametrize("fault", [IndexDamaged, IndexUnreachable, DiskFull])
def test_a_fault_is_a_warning_until_it_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    catalog = filled(tmp_path, 50, WORDS)
    dense, wanted = DenseSearch(catalog), ExactIndex(catalog).search(QUERY, 3)
    opened = []

    def broken(*_: object) -> None:
        opened.append(1)
        raise fault("it broke")

    with monkeypatch.context() as patched:
        patched.setattr(Owner, "_open", broken)
        for _ in range(3):
            assert dense.search(QUERY, 3) == wanted
            assert dense.warnings == ("it broke; the question was answered by exact search",)
        assert len(opened) == 1  # no question waits for what failed a moment ago
    monkeypatch.setattr(dense, "_not_before", 0.0)
    assert [i for i, _ in dense.search(QUERY, 3)] == [i for i, _ in wanted]
    assert dense.warnings == ()
    dense.close()
    catalog.close()


def test_a_filter_is_searched_exactly(tmp_path: Path) -> None:
    catalog = filled(tmp_path, 50, WORDS)
    dense, allowed = DenseSearch(catalog), {r["id"] for r in catalog.rows("SELECT id FROM passage LIMIT 5")}
    assert {i for i, _ in dense.search(QUERY, 10, allowed)} == allowed
    dense.close()
    catalog.close()


def test_many_threads_start_at_once(tmp_path: Path) -> None:
    catalog = filled(tmp_path, 100, WORDS)
    dense, found, barrier = DenseSearch(catalog), [], threading.Barrier(6)

    def ask() -> None:
        barrier.wait()
        found.append(dense.search(QUERY, 1)[0][1])

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    add_lines(catalog, WORDS, "more.txt", ["More.\n"])
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert min(found) > 0.999
    assert dense.warnings == ()
    dense.close()
    Owner(catalog).close()  # the lock was given back
    catalog.close()
