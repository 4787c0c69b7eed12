import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import doctor
from index.catalog import Catalog
from index.dense import DenseSearch
from index.errors import DiskFull, HomeUnusable, IndexDamaged, IndexUnreachable, ModelChanged
from index.exact import ExactIndex
from index.owner import Owner, take_lock
from index.types import Filters
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


def test_few_passages_are_searched_without_opening_chroma_where_that_is_asked_for(tmp_path: Path) -> None:
    catalog = filled(tmp_path, 50, WORDS)
    wanted = ExactIndex(catalog).search(QUERY, 3)
    for limit, opens in ((50, False), (49, True)):
        dense = DenseSearch(catalog, exact_up_to=limit)
        dense.prepare()
        assert [i for i, _ in dense.search(QUERY, 3)] == [i for i, _ in wanted]
        assert (catalog.counts()["outbox"] == 0) == opens
        dense.close()
    catalog.close()


@pytest.mark.parametrize("fault", [IndexDamaged, IndexUnreachable, DiskFull, HomeUnusable])
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


@pytest.mark.parametrize("new", [{"model": "other"}, {"model": "other", "dimension": 24}, {"dimension": 24}])
@pytest.mark.parametrize("filtered", [False, True])
def test_another_model_is_named_while_the_page_runs(tmp_path: Path, new: dict[str, Any], filtered: bool) -> None:
    catalog = filled(tmp_path, 50, WORDS)
    dense, allowed = DenseSearch(catalog), catalog.allowed(Filters()) if filtered else None
    assert len(dense.search(QUERY, 3, allowed)) == 3
    doctor.re_embed(Catalog(tmp_path), WordEmbedder(**new))
    for _ in range(2):
        with pytest.raises(ModelChanged):
            dense.search(QUERY, 3, allowed)
    take_lock(tmp_path).release()
    dense.close()
    catalog.close()


def test_passages_that_vanish_do_not_take_the_place_of_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = filled(tmp_path, 50, WORDS)
    dense, search = DenseSearch(catalog), Owner.search
    best = [i for i, _ in dense.search(QUERY, 30)]

    def then_some_vanish(*arguments: Any) -> Any:
        found = search(*arguments)
        with catalog.transaction() as run:
            run.executemany("DELETE FROM passage WHERE id = ?", [(i,) for i, _ in found[:vanishing]])
        return found

    monkeypatch.setattr(Owner, "search", then_some_vanish)
    vanishing = 3
    assert [i for i, _ in dense.search(QUERY, 5)] == best[3:8]
    vanishing = 14  # more than are asked for in reserve
    assert [i for i, _ in dense.search(QUERY, 5)] == best[17:22]
    dense.close()
    catalog.close()


def test_what_is_said_is_said_to_the_thread_that_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = filled(tmp_path, 50, WORDS)
    dense, said = DenseSearch(catalog), []

    def broken(*_: object) -> None:
        raise IndexDamaged("it broke")

    def ask() -> None:
        dense.search(QUERY, 3)
        said.append(dense.warnings)

    monkeypatch.setattr(Owner, "_open", broken)
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert "it broke" in said[0][0]
    assert dense.warnings == ()
    dense.close()
    catalog.close()


def test_after_close_nothing_is_opened(tmp_path: Path) -> None:
    catalog = filled(tmp_path, 50, WORDS)
    dense = DenseSearch(catalog)
    dense.close()
    dense.prepare()
    take_lock(tmp_path).release()
    assert dense.search(QUERY, 1)[0][1] > 0.999
    take_lock(tmp_path).release()
    catalog.close()


def test_a_filter_is_searched_exactly(tmp_path: Path) -> None:
    catalog = filled(tmp_path, 50, WORDS)
    dense, allowed = DenseSearch(catalog), np.arange(1, 6)
    assert {i for i, _ in dense.search(QUERY, 10, allowed)} == set(catalog.ids(range(1, 6)).values())
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
