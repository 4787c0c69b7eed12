import os
import threading
from pathlib import Path

import pytest

from index import doctor, health, vectors
from index.catalog import Catalog
from index.errors import IndexDamaged, IndexOwned, ModelChanged
from index.owner import Owner, chroma_folder, holder, take_lock, user
from tests.children import finished, start
from tests.store import WordEmbedder, add_lines, filled, in_chroma, line

WORDS = WordEmbedder()


def test_the_lock_names_its_holder_and_ends_with_it(tmp_path: Path) -> None:
    filled(tmp_path, 3, WORDS).close()
    child = start("own", tmp_path)
    assert child.stdout
    assert child.stdout.readline() == "owning\n"
    with pytest.raises(IndexOwned, match=rf"in use by process {child.pid} \(.*since \d\d:\d\d\)"):
        take_lock(tmp_path)
    child.kill()
    child.communicate()
    take_lock(tmp_path).release()


def test_the_lock_can_be_given_back_by_another_thread(tmp_path: Path) -> None:
    catalog, owners = filled(tmp_path, 3, WORDS), []
    thread = threading.Thread(target=lambda: owners.append(Owner(catalog)))
    thread.start()
    thread.join()
    with pytest.raises(IndexOwned):
        Owner(catalog)
    owners[0].close()
    Owner(catalog).close()
    catalog.close()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 3}', '{"pid": 1, "command": "x", "since": "never"}'])
def test_a_holder_that_cannot_be_named_is_another_process(tmp_path: Path, content: str) -> None:
    (tmp_path / "owner.json").write_text(content)
    assert holder(tmp_path) == "another process"


def test_the_outbox_is_applied_in_batches_and_repeating_it_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.owner._BATCH", 7)
    catalog = filled(tmp_path, 50, WORDS)
    owner = Owner(catalog)
    assert owner.refresh() == 0
    add_lines(catalog, WORDS, "0.txt", [line(n) for n in range(20)])  # 50 passages become 20: 70 rows
    assert owner.refresh() == 70
    with catalog.transaction() as run:
        run.execute("INSERT INTO outbox (passage_id) SELECT id FROM passage UNION ALL SELECT 'gone long ago'")
    assert owner.refresh() == 21
    owner.close()
    catalog.close()
    assert len(in_chroma(tmp_path)["ids"]) == 20


def test_what_the_outbox_cannot_know_is_put_right(tmp_path: Path) -> None:
    catalog = filled(tmp_path, 30, WORDS)
    Owner(catalog).close()
    with catalog.transaction() as run:  # as a catalog restored from a copy would be: changed, and no outbox row
        run.execute("DELETE FROM passage WHERE number <= 3")
        run.execute("DELETE FROM outbox")
    Owner(catalog).close()
    assert len(in_chroma(tmp_path)["ids"]) == 27
    catalog.close()


def test_an_older_catalog_of_as_many_passages_is_put_right(tmp_path: Path) -> None:
    catalog = filled(tmp_path, 30, WORDS)
    Owner(catalog).close()
    catalog.close()
    copy = (tmp_path / "catalog.sqlite").read_bytes()
    add_lines(catalog, WORDS, "0.txt", [f"Other words of {n}.\n" for n in range(30)])
    Owner(catalog).close()
    catalog.close()
    (tmp_path / "catalog.sqlite").write_bytes(copy)
    Owner(catalog).close()
    expected = sorted(r["id"] for r in catalog.rows("SELECT id FROM passage"))
    catalog.close()
    assert in_chroma(tmp_path) == {"ids": expected, "lost": [], "altered": []}


def test_the_collection_of_one_model_is_not_told_of_another(tmp_path: Path) -> None:
    catalog = filled(tmp_path, 30, WORDS)
    owner = Owner(catalog)
    doctor.re_embed(catalog, WordEmbedder(model="other"))
    with pytest.raises(ModelChanged):
        owner.refresh()
    owner.close()
    Owner(catalog).close()
    assert len(in_chroma(tmp_path)["ids"]) == 30
    assert in_chroma(tmp_path)["altered"] == []
    catalog.close()


def test_asking_who_owns_the_index_changes_nothing(tmp_path: Path) -> None:
    assert user(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
    lock = take_lock(tmp_path)
    assert f"process {os.getpid()}" in str(user(tmp_path))
    lock.release()
    (tmp_path / "owner.json").write_text("as it was")
    assert user(tmp_path) is None
    assert (tmp_path / "owner.json").read_text() == "as it was"
    take_lock(tmp_path).release()


def test_an_index_in_order_is_not_looked_at_closely(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = filled(tmp_path, 30, WORDS)
    Owner(catalog).close()
    assert vectors.is_stamped(chroma_folder(tmp_path))
    monkeypatch.setattr(health, "check", None)
    monkeypatch.setattr(vectors, "rebuild_folder", None)
    owner = Owner(catalog)
    assert not vectors.is_stamped(chroma_folder(tmp_path))  # while it is open, a crash must be seen
    owner.close()
    catalog.close()


def test_a_fault_leaves_no_stamp_and_the_next_start_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = filled(tmp_path, 30, WORDS)
    owner = Owner(catalog)
    with monkeypatch.context() as patched:

        def broken(*_: object) -> None:
            raise IndexDamaged("it broke")

        patched.setattr(vectors.ChromaIndex, "search", broken)
        with pytest.raises(IndexDamaged):
            owner.search(WORDS.embed_queries(["x"])[0], 3)
        owner.close()
    assert not vectors.is_stamped(chroma_folder(tmp_path))
    assert health.check(tmp_path).healthy
    Owner(catalog).close()
    assert vectors.is_stamped(chroma_folder(tmp_path))
    catalog.close()


def test_many_threads_search_while_another_writes(tmp_path: Path) -> None:
    catalog = filled(tmp_path, 200, WORDS)
    owner, faults = Owner(catalog), []
    query, done = WORDS.embed_queries([line(5)])[0], threading.Event()

    def ask() -> None:
        try:
            while not done.is_set():
                missed = owner.search(query, 1)[0][1] < 0.999
                assert not missed, f"the nearest was missed, and then {owner.search(query, 3)}"
        except BaseException as error:  # noqa: BLE001
            faults.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(15):
        add_lines(catalog, WORDS, f"{n % 4}-more.txt", [f"{n} more of {k}\n" for k in range(10)])
        catalog.remove([f"{(n + 2) % 4}-more.txt"])
    done.set()
    for thread in threads:
        thread.join()
    owner.refresh()
    owner.close()
    assert faults == []
    expected = sorted(r["id"] for r in catalog.rows("SELECT id FROM passage"))
    catalog.close()
    assert in_chroma(tmp_path) == {"ids": expected, "lost": [], "altered": []}


def test_a_busy_catalog_is_waited_for(tmp_path: Path) -> None:
    filled(tmp_path, 3, WORDS).close()
    child = start("hold", tmp_path, 1)
    assert child.stdout
    assert child.stdout.readline() == "holding\n"
    catalog = Catalog(tmp_path)
    catalog.remove(["0.txt"])
    assert finished(child) is None
    catalog.close()
