"""What is remembered is made once, and the oldest is forgotten."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from index.remembered import Remembered


def test_each_key_is_made_once_and_the_new_ones_together() -> None:
    made: list[list[str]] = []

    def make(keys: Sequence[str]) -> list[str]:
        made.append(list(keys))
        return [key.upper() for key in keys]

    kept = Remembered(make, 3)
    assert kept.of(["a", "b", "a"]) == ["A", "B", "A"]
    assert kept.of(["b", "c"]) == ["B", "C"]
    assert made == [["a", "b"], ["c"]]
    assert kept.of([]) == []
    kept.of(["d", "a"])  # b is the oldest now, and there is room for three
    assert made == [["a", "b"], ["c"], ["d"]]
    kept.of(["b"])
    assert made[-1] == ["b"]


def test_more_than_it_keeps_can_be_asked_for_and_a_failure_is_not_kept() -> None:
    fails = [True]

    def make(keys: Sequence[int]) -> list[int]:
        if fails.pop() if fails else False:
            raise ValueError("gone")
        return [2 * key for key in keys]

    kept = Remembered(make, 2)
    with pytest.raises(ValueError, match="gone"):
        kept.of([1])
    assert kept.of(list(range(5))) == [0, 2, 4, 6, 8]


def test_results_can_be_of_different_sizes() -> None:
    made: list[str] = []

    def make(keys: Sequence[str]) -> list[str]:
        made.extend(keys)
        return list(keys)

    kept = Remembered(make, 10, size=len)
    kept.of(["four", "three"])
    kept.of(["four"])
    kept.of(["ab"])  # eleven together: "three" was asked for longest ago
    assert made == ["four", "three", "ab"]
    kept.of(["four", "ab"])
    assert made == ["four", "three", "ab"]
    kept.of(["three", "more than all of it"])
    assert kept.of(["ab"]) == ["ab"]
    assert made == ["four", "three", "ab", "three", "more than all of it", "ab"]
