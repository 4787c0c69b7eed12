"""What an answer took: seconds, tokens, money.

Seconds are `timings` "total", to the end, and "first_claim", to the first claim that a reader sees, where answers stream; they
apply to every case that did not crash. Tokens are `usage` "prompt" and "completion", those that a language model counted, and
"cost" is what they cost in the currency of the prices that were configured: absent where a system says nothing of them. A
question that is refused before the model is asked takes none, and counts as 0.
"""

from __future__ import annotations

from collections.abc import Sequence
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


def used(key: str, row: Row) -> float | None:
    """What the language model took for an answer; 0 where one that writes refused without asking it."""
    unasked = row.answer.get("mode") == "written" and row.answered is False and told("timings", "write", row) is None
    return 0.0 if unasked and not row.answer.get("usage") else told("usage", key, row)


def mean_used(values: Sequence[float]) -> float | None:
    """The mean; None where the model was never asked, or never said what it took."""
    return mean(values) if any(values) else None


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


def _used(name: str, key: str, unit: Unit) -> Measure:
    return Measure(
        name=name,
        value=partial(used, key),
        aggregate=mean_used,
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
