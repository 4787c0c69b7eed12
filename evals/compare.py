"""Whether one run is better than another: paired by case, with an interval, a test, and a correction for testing many measures.

Every run is compared with the first. A measure is compared over the cases to which it applies in both runs, so its value here can
differ from that of a whole run (citation precision: only questions that both answered). A case that crashed in either run has no
value but that it crashed, and is named; so is a case that only one run has.

Yes/no measures are tested by McNemar's exact test, all others by randomisation; Holm's correction is over all measures of
one compared run (what must not be worse is corrected by itself, see `worse`). A difference is better or worse when the corrected
p is below 0.05. Times are shown with their interval, but not tested: they are those of a machine and its other work, and two equal
runs would differ. Slices say where a difference may come from; they are for looking, and have no verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from evals import significance
from evals.cases import Case
from evals.changes import shared
from evals.comparison import Compared, Comparison, Difference, Flips, RunsDiffer, Slice, judged
from evals.measures import MEASURES, Measure, Value
from evals.outline import KINDS, MAIN
from evals.runs import Row, Run

Pair = tuple[Value | None, Value | None]
"""The values of one measure for one case in two runs."""

_NOISY = "time"


def compare(runs: Sequence[tuple[str, Run]], measures: Sequence[Measure] = MEASURES) -> Comparison:
    """Each named run beside the first. Raises RunsDiffer for fewer than two, no case in common, or one id for different cases."""
    if len(runs) < 2:
        raise RunsDiffer("one run cannot be compared", "give two runs or more, the baseline first")
    (baseline, first), *others = runs
    return Comparison(baseline=baseline, runs=tuple(_compared(first, name, other, measures) for name, other in others))


def _compared(first: Run, name: str, second: Run, measures: Sequence[Measure]) -> Compared:
    one, other = _by_id(first), _by_id(second)
    pairs = _shared(name, one, other)
    values = {m.name: [(m.value(a), m.value(b)) for a, b in pairs] for m in measures}
    found = {m.name: _difference(m, values[m.name], tested=m.group != _NOISY) for m in measures}
    return Compared(
        name=name,
        n=len(pairs),
        differences=tuple(judged(d for d in found.values() if d)),
        incomparable=tuple(m.name for m in measures if not found[m.name] and _applies(m, first, second)),
        slices=tuple(_slices([a.case for a, _ in pairs], values, measures)),
        only_baseline=tuple(i for i in one if i not in other),
        only_other=tuple(i for i in other if i not in one),
        crashed_baseline=tuple(row.case.id for row in first.rows if row.error is not None),
        crashed_other=tuple(row.case.id for row in second.rows if row.error is not None),
        warnings=tuple(_warnings(first, second)),
        changes=shared(*(run.header.get("made_with", {}) for run in (first, second))),
        flips=_flips([a.case.id for a, _ in pairs], values, measures),
    )


def _by_id(run: Run) -> dict[str, Row]:
    twice = [i for i, n in Counter(row.case.id for row in run.rows).items() if n > 1]
    if twice:
        raise RunsDiffer(f"a run has the case {twice[0]!r} twice", "run the cases again")
    return {row.case.id: row for row in run.rows}


def _shared(name: str, one: Mapping[str, Row], other: Mapping[str, Row]) -> list[tuple[Row, Row]]:
    """The rows of the cases that both runs have."""
    pairs = [(row, other[i]) for i, row in one.items() if i in other]
    remedy = "run both over the same file of cases"
    if not pairs:
        raise RunsDiffer(f"{name} has no case of the baseline", remedy)
    for a, b in pairs:
        if a.case != b.case:
            raise RunsDiffer(f"the case {a.case.id!r} of {name} is not that of the baseline", remedy)
    return pairs


def _applies(measure: Measure, *runs: Run) -> bool:
    return any(measure.score(run.rows) is not None for run in runs)


def _difference(measure: Measure, values: Iterable[Pair], *, tested: bool) -> Difference | None:
    """The measure over the pairs to which it applies, without a verdict; None where there are none, or it is undefined."""
    both = [(a, b) for a, b in values if a is not None and b is not None]
    first, second = [a for a, _ in both], [b for _, b in both]
    baseline, other = (measure.aggregate(v) if v else None for v in (first, second))
    if baseline is None or other is None:
        return None
    low, high = significance.difference_interval(first, second, measure.aggregate) or (None, None)
    return Difference(
        measure=measure.name,
        unit=measure.unit,
        better=measure.better,
        n=len(both),
        baseline=baseline,
        other=other,
        difference=other - baseline,
        low=low,
        high=high,
        p=_p(measure, first, second) if tested else None,
    )


def _p(measure: Measure, first: Sequence[Any], second: Sequence[Any]) -> float:
    if measure.yes_no:
        return significance.mcnemar(first, second)
    return significance.randomisation(first, second, measure.aggregate)


def _slices(
    cases: Sequence[Case], values: Mapping[str, Sequence[Pair]], measures: Sequence[Measure]
) -> Iterator[Slice]:
    """The differences by each kind of case of which there is more than one; times are left out."""
    for by, kind in KINDS.items():
        among: dict[str, list[int]] = {}
        for i, case in enumerate(cases):
            among.setdefault(kind(case), []).append(i)
        for value, some in among.items() if len(among) > 1 else ():
            steady = (m for m in measures if m.group != _NOISY)
            found = (_difference(m, [values[m.name][i] for i in some], tested=False) for m in steady)
            yield Slice(by=by, value=value, n=len(some), differences=tuple(d for d in found if d))


def _flips(ids: Sequence[str], values: Mapping[str, Sequence[Pair]], measures: Sequence[Measure]) -> Flips | None:
    """Which cases turned, by the first yes/no measure of the main ones, or else of all, that has a value in both runs."""
    ordered = sorted(
        (m for m in measures if m.yes_no), key=lambda m: MAIN.index(m.name) if m.name in MAIN else len(MAIN)
    )
    for m in ordered:
        pairs: Iterator[tuple[str, Any, Any]] = ((i, a, b) for i, (a, b) in zip(ids, values[m.name], strict=True))
        both = [(i, b - a) for i, a, b in pairs if a is not None and b is not None]
        if both:
            up, down = (tuple(i for i, change in both if sign * change > 0) for sign in (1, -1))
            better, worse = (up, down) if m.better == "higher" else (down, up)
            return Flips(measure=m.name, better=better, worse=worse)
    return None


def _warnings(first: Run, second: Run) -> Iterator[str]:
    """What makes two runs less alike than one would think."""
    for key, what in (("corpus", "corpora"), ("cases", "files of cases")):
        one, other = (run.header.get("made_with", {}).get(key) for run in (first, second))
        if one and other and one != other:
            yield f"the runs are over different {what}"
