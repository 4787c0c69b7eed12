"""What the runs say, in one table: every system beside ours, with an interval and a test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.quality.peers.charged import MEASURES as CHARGED
from benchmarks.quality.peers.charged import characters, cited_characters
from evals.compare import compare
from evals.comparison import Comparison, Difference, Slice
from evals.measures import MEASURES
from evals.runs import Run

RETRIEVAL = (
    *(f"{name} ({level})" for level in ("passage", "article") for name in ("nDCG@10", "Recall@10", "Success@1")),
    *(measure.name for measure in CHARGED),
)
"""What every system that searches can be measured by, and what the correction of its tests is for."""
ANSWERS = (
    *(f"citation {what} ({level})" for level in ("span", "sentence", "article") for what in ("precision", "recall")),
    *("invented citations", "answered right", "answer in quote", "answer in text", "wrong answer given"),
    *("refusal precision", "refusal recall", "refusal F1", "wrongly answered", "wrongly refused"),
)
"""Those that answer by these too. By span first: long pieces that are cited meet the evidence more easily by all the others."""
SLICED = "nDCG@10 (passage)"
_KNOWN = {measure.name: measure for measure in (*MEASURES, *CHARGED)}


def searching(runs: Mapping[str, Run]) -> dict[str, Run]:
    """The runs whose system only searches."""
    return {name: run for name, run in runs.items() if name not in answering(runs)}


def answering(runs: Mapping[str, Run]) -> dict[str, Run]:
    """The runs whose system answers."""
    return {name: run for name, run in runs.items() if any(row.answered is not None for row in run.rows)}


def compared(runs: Mapping[str, Run], names: Sequence[str]) -> Comparison | None:
    """Each run beside the first, by the measures with these names; None where there are fewer than two."""
    return compare(list(runs.items()), [_KNOWN[name] for name in names]) if len(runs) > 1 else None


def table(runs: Mapping[str, Run], found: Comparison | None = None) -> str:
    """All of it as plain text; the first run is the baseline. `found` is the comparison by `RETRIEVAL`, where there is one."""
    search, answer = searching(runs), answering(runs)
    lines = [*_sizes(runs), *_part(search, RETRIEVAL, found or compared(search, RETRIEVAL))]
    if answer:
        lines += ["\n\nAnswers and citations", *_part(answer, ANSWERS, compared(answer, ANSWERS))]
    return "\n".join(lines)


def _part(runs: Mapping[str, Run], names: Sequence[str], found: Comparison | None) -> Iterator[str]:
    return _compared(found, names) if found else _alone(runs, names)


def _sizes(runs: Mapping[str, Run]) -> Iterator[str]:
    yield (
        f"{'system':<24}{'cases':>7}{'crashed':>9}{'characters in the hits':>24}{'of a citation':>15}{'ms a question (p50)':>21}"
    )
    for name, run in runs.items():
        rows = [row for row in run.rows if row.error is None]
        if rows:
            cited, seconds = cited_characters(rows), _KNOWN["time to end p50"].score(rows)
            shown = f"{characters(rows):>24,.0f}" + ("-" if cited is None else f"{cited:,.0f}").rjust(15)
            shown += ("-" if seconds is None else f"{1000 * seconds:.0f}").rjust(21)
            yield f"{name:<24}{len(run.rows):>7}{len(run.rows) - len(rows):>9}{shown}"
        else:
            yield f"{name:<24}{len(run.rows):>7}{len(run.rows):>9}"


def _alone(runs: Mapping[str, Run], names: Sequence[str]) -> Iterator[str]:
    for measure in names:
        for name, run in runs.items():
            score = _KNOWN[measure].score(run.rows)
            yield f"{measure:<32}{name:<24}" + ("-" if score is None else f"{score:.4f}")


def _compared(comparison: Comparison, names: Sequence[str]) -> Iterator[str]:
    found = {(d.measure, run.name): d for run in comparison.runs for d in run.differences}
    for measure in names:
        some = {run.name: d for run in comparison.runs if (d := found.get((measure, run.name)))}
        if some:
            first = next(iter(some.values()))
            yield f"\n{measure}, {first.n} cases"
            yield f"  {comparison.baseline:<24}{first.baseline:.4f}"
            yield from (f"  {name:<24}{_shown(d)}{_others(d, first, comparison)}" for name, d in some.items())
    yield "\nintervals of 95 %; p by McNemar (yes or no) or randomisation, corrected for the measures of this table (Holm)"
    yield from _sliced(comparison.baseline, {run.name: run.slices for run in comparison.runs})


def _shown(d: Difference) -> str:
    bounds = "-" if d.low is None or d.high is None else f"[{d.low:+.4f}, {d.high:+.4f}]"
    p = "-" if d.corrected is None else f"{d.corrected:.4f}"
    return f"{d.other:.4f}  {d.difference:+.4f} {bounds:<20} p {p}  {d.verdict}"


def _others(d: Difference, first: Difference, comparison: Comparison) -> str:
    """Which cases it is over, where they are others than those of the first: only those that both systems answered, say."""
    if (d.n, d.baseline) == (first.n, first.baseline):
        return ""
    return f"  ({d.n} cases, {comparison.baseline} {d.baseline:.4f})"


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
