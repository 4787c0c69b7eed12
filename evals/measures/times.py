"""What an answer took: seconds, tokens, money.

Seconds are `timings` "total", to the end, and "first_claim", to the first claim that a reader sees, where answers stream; they
apply to every case that did not crash. Tokens are `usage` "prompt" and "completion", those that a language model counted, and
"cost" is what they cost in the currency of the prices that were configured: absent where a system says nothing of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from evals.measures.measure import Measure, Unit, mean
from evals.runs import Row

HYNDMAN = "Hyndman and Fan (1996), Sample quantiles in statistical packages (type 7)"
COUNTED = "as the language model's server counts"


def percentile(percent: float, values: Sequence[float]) -> float | None:
    """The value that `percent` of the values do not exceed, between two of them interpolated; None of nothing."""
    return float(np.percentile(values, percent)) if values else None


def told(part: str, key: str, row: Row) -> float | None:
    """What an answer says of itself in one of its parts."""
    return (row.answer.get(part) or {}).get(key)


def _seconds(name: str, key: str, percent: int) -> Measure:
    return Measure(
        name=f"{name} p{percent}",
        value=partial(told, "timings", key),
        aggregate=partial(percentile, percent),
        better="lower",
        unit="seconds",
        source=HYNDMAN,
        group="time",
    )


def _used(name: str, key: str, unit: Unit, aggregate: Callable[[Sequence[float]], float | None] = mean) -> Measure:
    return Measure(
        name=name,
        value=partial(told, "usage", key),
        aggregate=aggregate,
        better="lower",
        unit=unit,
        source=COUNTED,
        group="cost",
    )


MEASURES = (
    *(
        _seconds(name, key, percent)
        for name, key in (("time to end", "total"), ("time to first claim", "first_claim"))
        for percent in (50, 95)
    ),
    _used("tokens in", "prompt", "tokens"),
    _used("tokens out", "completion", "tokens"),
    _used("cost", "cost", "currency"),
)
