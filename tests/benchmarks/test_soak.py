"""What the soak makes of what it saw: what grew, what was told, and a model that fails as often as it should."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import httpx

from benchmarks.soak.__main__ import MOST_MEGABYTES, Lived, broken_bounds, document, open_files, size
from benchmarks.soak.load import FAILS, Counts, in_words, language_model


def lived(grown: int = 0, disk: float = 10) -> Lived:
    return Lived(memory=(500, 500 + grown), files=(40, 41), answered=50, disk=disk, killed=False)


def test_what_is_beyond_a_bound_is_named() -> None:
    counts = Counts()
    assert broken_bounds([lived(), lived()], counts, []) == []
    counts.add("answered", unexplained="question: ''")
    found = broken_bounds([lived(), lived(MOST_MEGABYTES + 1, disk=500)], counts, ["Chroma: 3 missing"])
    assert found == [
        "without a message: question: ''",
        "memory grew by 151 MB",
        "the home grew by 490 MB",
        "Chroma: 3 missing",
    ]
    told = document("soak", 3600, [lived()], counts, [])
    assert "1 answered; 1 errors without a message" in told
    assert "All kept." not in told
    assert "Memory: +14.0 MB in 100 questions" in document("soak", 3600, [lived(7)], counts, [])
    assert "All kept." in document("soak", 3600, [lived()], Counts(), [])


def test_counts_are_told_the_most_frequent_first() -> None:
    assert in_words({"a": 1, "b": 2_000}) == "2,000 b, 1 a"


def test_the_model_fails_one_time_in_ten() -> None:
    counts = Counts()
    with language_model(counts) as url, httpx.Client(trust_env=False) as client:

        def replies() -> bool:
            with suppress(httpx.HTTPError):
                return "[DONE]" in client.post(f"{url}/chat/completions", json={}).text
            return False

        assert [replies() for _ in range(2 * FAILS)].count(False) == 2
    assert counts.happened["faults of the model"] == 2


def test_files_and_sizes_are_read(tmp_path: Path) -> None:
    before = open_files(os.getpid())
    with (tmp_path / "a").open("wb") as file:
        file.write(bytes(2_000_000))
        assert open_files(os.getpid()) == before + 1
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "m").write_bytes(bytes(9_000_000))
    assert 1.9 < size(tmp_path) < 3
