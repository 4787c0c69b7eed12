from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index import vectors
from index.errors import DiskFull, IndexDamaged, IndexUnreachable
from tests.store import WordEmbedder, line

WORDS = WordEmbedder()


def test_more_rows_than_chroma_takes_at_once(tmp_path: Path) -> None:
    index, count = vectors.open_folder(tmp_path / "chroma", "sourceline-a-b"), 6000
    ids = [f"{n}" for n in range(count)]
    matrix = np.random.default_rng(1).standard_normal((count, 4)).astype(np.float32)
    index.upsert(ids, matrix)
    index.upsert(ids[:10], matrix[:10])
    assert (index.count(), index.ids()) == (count, set(ids))
    index.delete([*ids[1:], "unknown"])
    assert index.ids() == {"0"}
    assert index.search(matrix[0] / np.linalg.norm(matrix[0]), 5)[0][1] == pytest.approx(1, abs=1e-5)
    index.close()


def test_collections_of_other_models_are_dropped_and_of_other_stores_kept(tmp_path: Path) -> None:
    for name in ("sourceline-one-a", "sourceline-two-a", "sourceline-one-b"):
        index = vectors.open_folder(tmp_path, name)
        there = {c.name for c in index._client.list_collections()}
        index.close()
    assert there == {"sourceline-two-a", "sourceline-one-b"}


def test_the_stamp_sees_every_change(tmp_path: Path) -> None:
    folder = tmp_path / "chroma"
    (folder / "sub").mkdir(parents=True)
    file = folder / "sub" / "a.bin"
    file.write_bytes(b"abc")
    assert not vectors.is_stamped(folder)
    vectors.stamp(folder)
    assert vectors.is_stamped(folder)
    file.write_bytes(b"abd")
    assert not vectors.is_stamped(folder)
    vectors.stamp(folder)
    (folder / "b.bin").touch()
    assert not vectors.is_stamped(folder)
    vectors.stamp(folder)
    file.unlink()
    assert not vectors.is_stamped(folder)
    vectors.stamp(folder)
    vectors.unstamp(folder)
    vectors.unstamp(folder)
    assert not vectors.is_stamped(folder)
    folder.with_name("chroma.stamp").write_text('{"half')
    assert not vectors.is_stamped(folder)


@pytest.mark.parametrize(
    ("said", "where", "named"),
    [
        ("No space left on device", "/home", DiskFull),
        ("database or disk is full", "/home", DiskFull),
        ("hnsw: something", "/home", IndexDamaged),
        ("connection refused", "http://127.0.0.1:1", IndexUnreachable),
    ],
)
def test_complaints_are_named(said: str, where: str, named: type[Exception]) -> None:
    class PanicException(BaseException):  # as pyo3 raises it: no Exception
        pass

    with pytest.raises(named), vectors.translated(where):
        raise PanicException(said)
    with pytest.raises(KeyboardInterrupt), vectors.translated(where):
        raise KeyboardInterrupt


def test_no_server_is_said() -> None:
    with pytest.raises(IndexUnreachable, match=r"http://127.0.0.1:9 does not answer.*chroma run"):
        vectors.open_server("http://127.0.0.1:9", "sourceline-a-b")


def test_a_rebuild_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "chroma"
    vectors.rebuild_folder(folder, "sourceline-a-b", [(["1"], WORDS.embed_passages(["one"]))])

    def broken():  # type: ignore[no-untyped-def]
        yield ["2"], WORDS.embed_passages(["two"])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        vectors.rebuild_folder(folder, "sourceline-a-b", broken())
    assert vectors.is_stamped(folder)
    vectors.rebuild_folder(folder, "sourceline-a-b", [(["3"], WORDS.embed_passages(["three"]))])
    index = vectors.open_folder(folder, "sourceline-a-b")
    assert index.ids() == {"3"}
    index.close()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["chroma", "chroma.stamp"]


@pytest.mark.slow
def test_every_vector_is_found_however_often_a_folder_is_opened(tmp_path: Path) -> None:
    ids, matrix = [str(n) for n in range(60)], WORDS.embed_passages([line(n) for n in range(60)])
    with closing(vectors.open_folder(tmp_path, "words")) as index:
        index.upsert(ids, matrix)
    for _ in range(300):
        with closing(vectors.open_folder(tmp_path, "words")) as index:
            assert [found[0][0] for found in index.search_many(matrix, 1)] == ids
