"""The measures: pure functions of the rows of a run, each a small definition with its source in the literature.

`evals/README.md` has the table of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from evals.measures import answers, citations, judged, ranking, refusals, spans, support, times
from evals.measures.measure import Measure, Value, mean
from evals.runs import Row
from index.errors import SettingsWrong

__all__ = ["MEASURES", "Measure", "Value", "mean", "named", "scores", "table", "values"]

MEASURES: tuple[Measure, ...] = tuple(
    measure
    for module in (ranking, spans, citations, answers, refusals, support, judged, times)
    for measure in module.MEASURES
)


def named(names: Iterable[str]) -> tuple[Measure, ...]:
    """The measures with these names, each once. Raises SettingsWrong, with the nearest name, for one that there is not."""
    known = {measure.name: measure for measure in MEASURES}
    for name in (names := tuple(dict.fromkeys(names))):
        if name not in known:
            nearest = get_close_matches(name, known, n=1, cutoff=0)[0]
            raise SettingsWrong(
                f"there is no measure {name!r}", f"did you mean {nearest!r}? `sourceline eval measures` has all"
            )
    return tuple(known[name] for name in names)


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
