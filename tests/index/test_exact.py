from pathlib import Path

import numpy as np

from index import vectors
from index.exact import ExactIndex, every_vector, keep_vectors, known_vectors, stored_vectors, text_hash
from index.owner import Owner
from tests.store import WordEmbedder, add_lines, filled, line

WORDS = WordEmbedder()


def test_exact_and_chroma_answer_alike(tmp_path: Path) -> None:
    catalog = filled(tmp_path, 400, WORDS)
    owner, exact = Owner(catalog), ExactIndex(catalog)
    for number in range(0, 400, 40):
        query = WORDS.embed_queries([line(number) + "and more"])[0]
        ours, theirs = exact.search(query, 10), owner.search(query, 10)
        assert np.allclose([s for _, s in ours], [s for _, s in theirs], atol=1e-4)
        assert [i for i, _ in ours][:3] == [i for i, _ in theirs][:3]
    owner.close()
    catalog.close()


def test_what_is_allowed_and_nothing_else(tmp_path: Path) -> None:
    catalog = filled(tmp_path, 50, WORDS)
    exact, query = ExactIndex(catalog), WORDS.embed_queries(["line"])[0]
    everything = exact.search(query, 50)
    assert [s for _, s in everything] == sorted((s for _, s in everything), reverse=True)
    for step in (2, 20):  # few are copied, more are picked from the product with all
        numbers = np.arange(1, 51, step)
        some = set(catalog.ids(numbers.tolist()).values())
        assert [i for i, _ in exact.search(query, 50, numbers)] == [i for i, _ in everything if i in some]
        assert np.allclose([s for _, s in exact.search(query, 50, numbers)], [s for i, s in everything if i in some])
    assert exact.search(query, 5, np.array([], np.int64)) == []
    assert exact.search(query, 5, np.array([1_000_000])) == []
    catalog.close()


def test_a_change_is_seen_at_once(tmp_path: Path) -> None:
    catalog = filled(tmp_path, 5, WORDS)
    exact, query = ExactIndex(catalog), WORDS.embed_queries(["Fresh fish.\n"])[0]
    assert exact.search(query, 1)[0][1] < 0.99
    add_lines(catalog, WORDS, "fish.txt", ["Fresh fish.\n"])
    assert exact.search(query, 1)[0][1] > 0.999
    catalog.remove(["fish.txt"])
    assert exact.search(query, 1)[0][1] < 0.99
    catalog.close()


def test_all_vectors_are_read_as_they_stand_on_the_disk(tmp_path: Path) -> None:
    catalog = filled(tmp_path, 40, WORDS)
    asked: list[str] = []
    catalog.connection.set_trace_callback(asked.append)
    parts = list(every_vector(catalog))
    catalog.connection.set_trace_callback(None)
    stored = "SELECT number, vector.rowid FROM vector JOIN passage USING (text_hash) ORDER BY vector.rowid, number"
    assert [n for numbers, _ in parts for n in numbers] == [r[0] for r in catalog.rows(stored)]
    by_id = {i: v for ids, m in stored_vectors(catalog) for i, v in zip(ids, m, strict=True)}
    named = {i: v for ids, m in stored_vectors(catalog, list(by_id)) for i, v in zip(ids, m, strict=True)}
    assert len(named) == 40
    assert all(np.array_equal(by_id[i], v) for i, v in named.items())
    plan = [r["detail"] for r in catalog.rows(f"EXPLAIN QUERY PLAN {asked[-1]}")]
    assert plan[0].startswith("SEARCH vector USING INTEGER PRIMARY KEY")
    assert plan[1].startswith("SEARCH passage USING COVERING INDEX")
    assert len(plan) == 2, "nothing is sorted"
    catalog.close()


def test_an_empty_catalog_finds_nothing(tmp_path: Path) -> None:
    catalog = filled(tmp_path, 0, WORDS)
    assert ExactIndex(catalog).search(WORDS.embed_queries(["x"])[0], 3) == []
    assert list(stored_vectors(catalog)) == []
    catalog.close()


def test_vectors_come_back_bit_for_bit(tmp_path: Path) -> None:
    catalog = filled(tmp_path, 0, WORDS)
    texts = ["a", "\ud800", "\0", ""]
    made: vectors.Vectors = WORDS.embed_passages(texts)
    keep_vectors(catalog, "words", [text_hash(t) for t in texts], made)
    known = known_vectors(catalog, "words", [text_hash(t) for t in [*texts, "unknown"]])
    assert np.array_equal([known[text_hash(t)] for t in texts], made)
    assert len(known) == 4
    assert known_vectors(catalog, "other", [text_hash("a")]) == {}
    catalog.close()
