"""How many times as long one takes as another, from what both took in turns."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from evals.significance import interval


def ratio(theirs: Sequence[float], ours: Sequence[float]) -> str:
    """`1.85 [1.72, 1.97]`: the median of the pairs, one after the other in the same turn, and its 95 % interval."""
    pairs = [one / other for one, other in zip(theirs, ours, strict=True)]
    around = interval(pairs, median)
    return f"{median(pairs):.2f}" + (f" [{around[0]:.2f}, {around[1]:.2f}]" if around else "")
