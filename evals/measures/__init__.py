"""The measures: pure functions of the rows of a run, each a small definition with its source in the literature.

`evals/README.md` has the table of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from evals.measures import answers, citations, judged, ranking, refusals, spans, support, times
from evals.measures.measure import Measure, Value, mean
from evals.runs import Row

__all__ = ["MEASURES", "Measure", "Value", "mean", "scores", "table", "values"]

MEASURES: tuple[Measure, ...] = tuple(
    measure
    for module in (ranking, spans, citations, answers, refusals, support, judged, times)
    for measure in module.MEASURES
)


def scores(rows: Sequence[Row]) -> dict[str, float]:
    """Every measure of a run by its name; one that applies to no case is absent."""
    scored = {measure.name: measure.score(rows) for measure in MEASURES}
    return {name: score for name, score in scored.items() if score is not None}


def values(measure: Measure, rows: Sequence[Row]) -> list[Value | None]:
    """The value of each row, in their order, for the paired comparison of two runs."""
    return [measure.value(row) for row in rows]


def table() -> str:
    """All measures as a table in Markdown."""
    lines = [f"| {m.name} | {m.group} | {m.unit} | {m.better} | {m.source} |" for m in MEASURES]
    return "\n".join(["| measure | group | unit | better | source |", "|---|---|---|---|---|", *lines])
