"""What a measure is: a number for a case, or nothing where it does not apply, and how the numbers become one for a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Literal

from evals.runs import Row

Value = float | tuple[float, ...]
Unit = Literal["share", "seconds", "tokens", "currency", "ratio"]
Group = Literal["retrieval", "evidence", "citation", "answer", "refusal", "support", "time", "cost"]


def mean(values: Sequence[float]) -> float | None:
    """The arithmetic mean; None of nothing."""
    return fmean(values) if values else None


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One measure, by the name that people write: "nDCG@10 (passage)".

    `value` is that of one case: None where the measure does not apply, which is neither 0 nor NaN; a tuple where only a run
    has a value (a refusal's precision), made by `aggregate` from the values of the cases to which it applies. `yes_no` values
    are 0 or 1. A `share` lies between 0 and 1. `source` is the literature that defines it.
    """

    name: str
    value: Callable[[Row], Value | None]
    aggregate: Callable[[Sequence[Any]], float | None] = mean
    better: Literal["higher", "lower"] = "higher"
    yes_no: bool = False
    unit: Unit = "share"
    source: str
    group: Group

    def score(self, rows: Sequence[Row]) -> float | None:
        """The value of a run; None where the measure applies to no case."""
        return self.aggregate([value for row in rows if (value := self.value(row)) is not None])
