"""What the runs say, in one table: every system beside ours, with an interval and a test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.quality.peers.charged import MEASURES as CHARGED
from benchmarks.quality.peers.charged import characters
from evals.compare import compare
from evals.comparison import Difference, Slice
from evals.measures import MEASURES, Measure
from evals.runs import Run

RETRIEVAL = (
    *(f"{name} ({level})" for level in ("passage", "article") for name in ("nDCG@10", "Recall@10", "Success@1")),
    *(measure.name for measure in CHARGED),
)
"""What every system can be measured by, and what the correction of the tests is for."""
SLICED = "nDCG@10 (passage)"


def table(runs: Mapping[str, Run]) -> str:
    """All of it as plain text; the first run is the baseline."""
    return "\n".join((*_sizes(runs), *(_compared(runs) if len(runs) > 1 else _alone(runs))))


def measures() -> list[Measure]:
    """The measures of the table, in its order."""
    known = {measure.name: measure for measure in (*MEASURES, *CHARGED)}
    return [known[name] for name in RETRIEVAL]


def _sizes(runs: Mapping[str, Run]) -> Iterator[str]:
    yield f"{'system':<24}{'cases':>7}{'crashed':>9}{'characters in the hits':>24}{'ms a question (p50)':>21}"
    for name, run in runs.items():
        rows = [row for row in run.rows if row.error is None]
        if rows:
            shown = f"{len(run.rows) - len(rows):>9}{characters(rows):>24,.0f}{_median_ms(run):>21.0f}"
            yield f"{name:<24}{len(run.rows):>7}{shown}"
        else:
            yield f"{name:<24}{len(run.rows):>7}{len(run.rows):>9}"


def _median_ms(run: Run) -> float:
    seconds = sorted(float(row.answer["timings"]["total"]) for row in run.rows if row.error is None)
    return 1000 * seconds[len(seconds) // 2]


def _alone(runs: Mapping[str, Run]) -> Iterator[str]:
    for measure in measures():
        for name, run in runs.items():
            score = measure.score(run.rows)
            yield f"{measure.name:<28}{name:<24}" + ("-" if score is None else f"{score:.4f}")


def _compared(runs: Mapping[str, Run]) -> Iterator[str]:
    comparison = compare(list(runs.items()), measures())
    found = {(d.measure, run.name): d for run in comparison.runs for d in run.differences}
    for measure in RETRIEVAL:
        some = {run.name: d for run in comparison.runs if (d := found.get((measure, run.name)))}
        if some:
            first = next(iter(some.values()))
            yield f"\n{measure}, {first.n} cases"
            yield f"  {comparison.baseline:<24}{first.baseline:.4f}"
            yield from (f"  {name:<24}{_shown(d)}" for name, d in some.items())
    yield "\nintervals of 95 %; p by McNemar (Success) or randomisation, corrected for the measures of this table (Holm)"
    yield from _sliced(comparison.baseline, {run.name: run.slices for run in comparison.runs})


def _shown(d: Difference) -> str:
    bounds = "-" if d.low is None or d.high is None else f"[{d.low:+.4f}, {d.high:+.4f}]"
    p = "-" if d.corrected is None else f"{d.corrected:.4f}"
    return f"{d.other:.4f}  {d.difference:+.4f} {bounds:<20} p {p}  {d.verdict}"


def _sliced(baseline: str, slices: Mapping[str, Sequence[Slice]]) -> Iterator[str]:
    """One measure by the languages of question and evidence, where there are several."""
    cells: dict[str, dict[str, float]] = {}
    for name, parts in slices.items():
        for part in parts:
            for d in part.differences:
                if (part.by, d.measure) == ("languages", SLICED):
                    row = cells.setdefault(f"{part.value} ({d.n})", {})
                    row |= {baseline: d.baseline, name: d.other}
    if cells:
        names = [baseline, *slices]
        yield f"\n{SLICED} by languages (cases)\n{'':<16}" + "".join(f"{name:>22}" for name in names)
        for value, row in cells.items():
            yield f"{value:<16}" + "".join(f"{row[name]:>22.4f}" if name in row else f"{'-':>22}" for name in names)
