"""The measures: pure functions of the rows of a run, each a small definition with its source in the literature."""

from __future__ import annotations

from collections.abc import Sequence

from evals.measures import ranking
from evals.measures.measure import Measure, Value, mean
from evals.runs import Row

__all__ = ["MEASURES", "Measure", "Value", "mean", "scores", "values"]

MEASURES: tuple[Measure, ...] = (*ranking.MEASURES,)


def scores(rows: Sequence[Row]) -> dict[str, float]:
    """Every measure of a run by its name; one that applies to no case is absent."""
    scored = {measure.name: measure.score(rows) for measure in MEASURES}
    return {name: score for name, score in scored.items() if score is not None}


def values(measure: Measure, rows: Sequence[Row]) -> list[Value | None]:
    """The value of each row, in their order, for the paired comparison of two runs."""
    return measure.values(rows)
