"""The statistics by hand, and as scipy computes them (it comes with scikit-learn)."""

import math
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evals.measures import mean
from evals.significance import difference, difference_interval, holm, interval, mcnemar, randomisation, wilson

binary = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=60)


def precision(values: Sequence[tuple[float, float]]) -> float | None:
    """Of (right, tried): undefined where nothing was tried."""
    tried = sum(t for _, t in values)
    return sum(r for r, _ in values) / tried if tried else None


def test_mcnemar_by_hand() -> None:
    first, second = [1, 1, 1, 0, 0, 0, 0, 0], [1, 1, 0, 1, 1, 1, 1, 0]
    # 5 cases changed, 4 of them for the better: (C(5,0) + C(5,1)) * 2 / 2^5
    assert mcnemar(first, second) == mcnemar(second, first) == 12 / 32
    assert mcnemar([0, 1], [0, 1]) == mcnemar([0, 1], [1, 0]) == 1
    assert 0 <= mcnemar([0] * 5000, [1] * 5000) < 1e-300


@given(binary)
def test_mcnemar_is_the_binomial_test(pairs: list[tuple[int, int]]) -> None:
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    gained, changed = sum(b > a for a, b in pairs), sum(a != b for a, b in pairs)
    expected = stats.binomtest(gained, changed).pvalue if changed else 1
    assert mcnemar(first, second) == pytest.approx(expected)


def test_holm_by_hand() -> None:
    # 3 * 0.01; 2 * 0.02; the last may not fall below the one before it
    assert holm({"a": 0.03, "b": 0.01, "c": 0.02}) == pytest.approx({"a": 0.04, "b": 0.03, "c": 0.04})
    assert holm({"a": 0.7, "b": 0.9}) == {"a": 1, "b": 1}
    assert holm({}) == {}


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_corrects_upwards_and_keeps_the_order(values: list[float]) -> None:
    corrected = holm(dict(enumerate(values)))
    assert all(values[i] <= c <= 1 for i, c in corrected.items())
    in_order = sorted(corrected, key=lambda i: values[i])
    assert [corrected[i] for i in in_order] == sorted(corrected.values())


def test_randomisation_is_near_the_exact_one() -> None:
    draw = random.Random(3)
    first = [draw.random() for _ in range(10)]
    second = [a + draw.gauss(0.25, 0.2) for a in first]
    exact = stats.permutation_test(
        (second, first), lambda a, b, axis: (a - b).mean(axis=axis), permutation_type="samples", n_resamples=2**12
    ).pvalue  # all 2^10 swaps
    assert 0.001 < exact < 0.2
    assert randomisation(first, second, mean) == pytest.approx(exact, abs=0.01)
    as_figures = randomisation(first, second, lambda values: sum(values) / len(values))
    assert as_figures == pytest.approx(exact, abs=0.02)


def test_a_figure_that_only_a_run_has() -> None:
    first: list[tuple[float, ...]] = [(1.0, 1.0)] * 20 + [(0.0, 1.0)] * 20 + [(0.0, 0.0)] * 20
    second: list[tuple[float, ...]] = [(1.0, 1.0)] * 38 + [(0.0, 0.0)] * 22
    assert difference(first, second, precision) == 0.5
    low, high = difference_interval(first, second, precision) or (0, 0)
    assert 0.3 < low < 0.5 < high < 0.7
    assert randomisation(first, second, precision) < 0.001
    nothing: list[tuple[float, ...]] = [(0.0, 0.0)] * 60
    assert difference(first, nothing, precision) is None
    assert difference_interval(first, nothing, precision) is None
    assert randomisation(first, nothing, precision) == 1


def test_no_difference_is_none_at_all() -> None:
    values = [0.1, 0.5, 0.9]
    assert difference(values, values, mean) == 0
    assert difference_interval(values, values, mean) == (0, 0)
    assert randomisation(values, values, mean) == 1


def test_the_same_every_time() -> None:
    first, second = [0.1, 0.5, 0.9, 0.3], [0.2, 0.4, 0.9, 0.8]
    assert difference_interval(first, second, mean) == difference_interval(first, second, mean)
    assert randomisation(first, second, mean) == randomisation(first, second, mean)


def test_the_interval_is_that_of_the_normal_distribution_where_there_are_many_cases() -> None:
    draw = random.Random(5)
    first = [draw.random() for _ in range(400)]
    second = [a + draw.gauss(0.05, 0.3) for a in first]
    changed = [b - a for a, b in zip(first, second, strict=True)]
    middle, error = stats.tmean(changed), stats.sem(changed)
    low, high = difference_interval(first, second, mean) or (math.inf, -math.inf)
    assert low == pytest.approx(middle - 1.96 * error, abs=0.2 * error)
    assert high == pytest.approx(middle + 1.96 * error, abs=0.2 * error)


@pytest.mark.parametrize("size", [25, 60])
def test_the_interval_covers_the_truth_about_as_often_as_it_says(size: int) -> None:
    draw, truth, covered = random.Random(7), 0.1, 0
    for _ in range(100):
        first = [draw.random() for _ in range(size)]
        low, high = difference_interval(first, [a + draw.gauss(truth, 0.3) for a in first], mean) or (1, 0)
        covered += low <= truth <= high
    assert 86 <= covered <= 100


def test_intervals_hold_the_figure_and_shrink_with_more_cases() -> None:
    few, many = interval([0.0, 1.0] * 10, mean), interval([0.0, 1.0] * 1_000, mean)
    assert few
    assert many
    assert few[0] < many[0] < 0.5 < many[1] < few[1]
    assert 0.5 - many[0] == pytest.approx(1.96 * 0.5 / 2_000**0.5, rel=0.15), "the normal approximation agrees"
    assert interval([1.0], mean) is None
    assert difference_interval([1.0], [0.0], mean) is difference_interval([1.0], [1.0], mean) is None
    assert interval([0.0, 1.0] * 10, lambda values: sum(values) / len(values)) == pytest.approx(few, abs=0.06)


def test_chance_alone_is_seldom_called_real() -> None:
    draw = random.Random(9)
    runs = [([draw.random() for _ in range(30)], [draw.random() for _ in range(30)]) for _ in range(40)]
    assert sum(randomisation(first, second, mean) < 0.05 for first, second in runs) <= 6


@given(st.integers(1, 500), st.floats(0, 1))
def test_wilson_is_the_score_interval(n: int, share: float) -> None:
    yes = round(share * n)
    expected = stats.binomtest(yes, n).proportion_ci(0.95, method="wilson")
    assert wilson(yes, n) == pytest.approx((expected.low, expected.high))


def test_few_cases_are_not_certain() -> None:
    low, high = wilson(7, 7) or (0, 0)
    assert (round(low, 3), high) == (0.646, 1)
    assert wilson(0, 0) is None
