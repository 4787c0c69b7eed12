"""Is a difference real, and how sure is a figure? Statistics over values by case; no model, no I/O, the same result every time.

`first` and `second` hold the values of one measure over the same cases in two runs, `aggregate` makes one figure of the values.
A figure that some drawing of cases leaves undefined (a precision of nothing) is None. Means are the common case, and are fast.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from statistics import NormalDist
from typing import Any, TypeVar

import numpy as np

from evals.measures import Value, mean

Aggregate = Callable[[Sequence[Any]], float | None]
Name = TypeVar("Name", bound=Hashable)

MEANS, MEAN_WORK = 4_000, 10_000_000  # drawings of a mean at most, and values drawn in all where there are many
FIGURES, FIGURE_WORK = 1_000, 500_000  # of a figure that each drawing computes anew
SWAPS = 10_000
AGGREGATE_SWAPS = 2_000  # the least p, 1 / 2001, survives a family of 100 measures
LEVEL = 0.05
_SEED = 20_250
_TIE = 1e-12  # sums of the same numbers in another order are equal


def difference(first: Sequence[Value], second: Sequence[Value], aggregate: Aggregate) -> float | None:
    """How much the figure of `second` is above that of `first`; None where either is undefined."""
    one, other = aggregate(first), aggregate(second)
    return None if one is None or other is None else other - one


def interval(values: Sequence[Any], aggregate: Aggregate) -> tuple[float, float] | None:
    """The 95 % percentile interval of a figure, from cases drawn with replacement (Efron and Tibshirani, 1993, ch. 13).

    None of fewer than two cases, which say nothing of how cases differ, and where most drawings leave the figure undefined.
    """
    if len(values) < 2:
        return None
    drawn = _drawn_means(values) if aggregate is mean else _drawn_figures(values, aggregate)
    known = [figure for figure in drawn if figure is not None]
    if 2 * len(known) < len(drawn):
        return None
    low, high = np.percentile(known, [50 * LEVEL, 100 - 50 * LEVEL])
    return float(low), float(high)


def wilson(yes: float, n: int) -> tuple[float, float] | None:
    """The 95 % score interval of a share (Wilson, 1927), good for few cases too (Brown, Cai and DasGupta, 2001); None of none."""
    if not n:
        return None
    z = NormalDist().inv_cdf(1 - LEVEL / 2)
    middle = (yes + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(yes * (n - yes) / n + z * z / 4)
    return max(0.0, middle - half), min(1.0, middle + half)


def difference_interval(
    first: Sequence[Value], second: Sequence[Value], aggregate: Aggregate
) -> tuple[float, float] | None:
    """The `interval` of the difference, both values of a case drawn together."""
    if len(first) > 1 and list(first) == list(second):
        return (0.0, 0.0)
    if aggregate is mean:
        return interval(np.subtract(second, first).tolist(), mean)
    pairs = list(zip(first, second, strict=True))
    return interval(pairs, lambda drawn: difference([a for a, _ in drawn], [b for _, b in drawn], aggregate))


def _drawn_means(values: Sequence[Any]) -> list[float]:
    known, n, rng = np.asarray(values, dtype=float), len(values), np.random.default_rng(_SEED)
    times = _times(MEANS, MEAN_WORK, n) // 20
    batches = (known[rng.integers(0, n, (times, n))] for _ in range(20))  # all at once is much memory
    return [float(figure) for batch in batches for figure in batch.mean(axis=1)]


def _drawn_figures(values: Sequence[Any], aggregate: Aggregate) -> list[float | None]:
    rng, n = np.random.default_rng(_SEED), len(values)
    draws = (rng.integers(0, n, n).tolist() for _ in range(_times(FIGURES, FIGURE_WORK, n)))
    return [aggregate([values[i] for i in draw]) for draw in draws]


def _times(most: int, work: int, n: int) -> int:
    """How often `n` cases are drawn: `most` times, or fewer for `work`, but not below a fifth."""
    return max(most // 5, min(most, work // n))


def mcnemar(first: Sequence[float], second: Sequence[float]) -> float:
    """The exact two-sided p of values that are 0 or 1: only the cases that changed count (McNemar, 1947; binomial with 1/2)."""
    gained = sum(b > a for a, b in zip(first, second, strict=True))
    lost = sum(b < a for a, b in zip(first, second, strict=True))
    changed = gained + lost
    tail = sum(math.comb(changed, i) for i in range(min(gained, lost) + 1))
    return min(1.0, float(2 * tail / 2**changed))


def randomisation(first: Sequence[Value], second: Sequence[Value], aggregate: Aggregate) -> float:
    """The two-sided p of a difference: how often one as large comes about when each case's two values are swapped at random.

    Fisher's randomisation test, as Smucker, Allan and Carterette (2007) advise for information retrieval. What was seen counts
    as one of the swaps, so that p is never 0.
    """
    seen = difference(first, second, aggregate)
    if seen is None or list(first) == list(second):
        return 1.0
    swapped = _swapped_means(first, second) if aggregate is mean else _swapped_figures(first, second, aggregate)
    as_large = sum(abs(d) >= abs(seen) - _TIE for d in swapped)
    return (1 + as_large) / (1 + len(swapped))


def _swapped_means(first: Sequence[Value], second: Sequence[Value]) -> list[float]:
    above = np.subtract(second, first)
    changed = above[above != 0]
    rng = np.random.default_rng(_SEED)
    batches = [rng.integers(0, 2, (SWAPS // 10, len(changed))) * 2 - 1 for _ in range(10)]
    return [float(d) / len(above) for signs in batches for d in signs @ changed]


def _swapped_figures(first: Sequence[Value], second: Sequence[Value], aggregate: Aggregate) -> list[float]:
    """An undefined difference speaks against nothing: it counts as the largest."""
    rng, pairs, found = np.random.default_rng(_SEED), list(zip(first, second, strict=True)), []
    for _ in range(AGGREGATE_SWAPS):
        swap = rng.integers(0, 2, len(pairs)).tolist()
        one = [pair[s] for pair, s in zip(pairs, swap, strict=True)]
        other = [pair[1 - s] for pair, s in zip(pairs, swap, strict=True)]
        d = difference(one, other, aggregate)
        found.append(math.inf if d is None else d)
    return found


def holm(p_values: Mapping[Name, float]) -> dict[Name, float]:
    """The p-values corrected for their number, step down (Holm, 1979): the chance of one false alarm in all stays at the level."""
    ordered = sorted(p_values, key=lambda name: p_values[name])
    corrected, least = {}, 0.0
    for rank, name in enumerate(ordered):
        least = max(least, min(1.0, (len(ordered) - rank) * p_values[name]))
        corrected[name] = least
    return {name: corrected[name] for name in p_values}
