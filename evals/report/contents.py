"""What every form of a report says: derived once from a run, then written as a table, Markdown, JSON, CSV or a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evals import outline
from evals.attribution import EXPLANATIONS, cause, tested
from evals.measures import MEASURES, Measure, mean
from evals.runs import Row, Run
from evals.significance import interval, wilson

RIGHT, UNTESTED = "right", "not tested"
UNTESTED_MEANS = "A search alone shows nothing of a case without evidence: it can neither refuse nor answer."
SLOWEST = 5
_MEANINGS = {
    RIGHT: "nothing is wrong that a run can show: one piece of the evidence is enough",
    **EXPLANATIONS,
}
_MOST = 6  # the measures that stand first are the first of `MAIN` that apply


@dataclass(frozen=True, kw_only=True)
class Score:
    """One measure of the whole run: its figure, the number of cases to which it applies, and a 95 % interval if there is one."""

    measure: Measure
    value: float
    n: int
    interval: tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Some of the cases, such as all of the type "date": how many, how many are tested and came out right, the main measures of them."""

    by: str
    name: str
    n: int
    tested: int
    right: int
    values: tuple[float | None, ...]

    @property
    def share(self) -> float | None:
        """How many of those that are tested came out right; None where none is."""
        return self.right / self.tested if self.tested else None


@dataclass(frozen=True, kw_only=True)
class Tally:
    """The cases that came out right, or were missed for one cause: how many, and their ids in the order of the run."""

    name: str
    count: int
    meaning: str
    ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Contents:
    """All that a report says. `came_out` names what became of each row; `tallies` counts that, the most frequent cause first.

    What a search alone cannot test came out `UNTESTED`, and is in no tally.
    """

    run: Run
    scores: tuple[Score, ...]
    main: tuple[Score, ...]
    slices: tuple[Slice, ...]
    tallies: tuple[Tally, ...]
    came_out: tuple[str, ...]
    slowest: tuple[Row, ...]
    crashed: tuple[Row, ...]


def contents_of(run: Run) -> Contents:
    """Everything that is said of `run`."""
    scores = tuple(score for measure in MEASURES if (score := _score(measure, run.rows)))
    by_name = {score.measure.name: score for score in scores}
    main = tuple(by_name[name] for name in outline.MAIN if name in by_name)[:_MOST]
    came_out = tuple(cause(row) or (RIGHT if tested(row) else UNTESTED) for row in run.rows)
    return Contents(
        run=run,
        scores=scores,
        main=main,
        slices=tuple(_slices(run.rows, came_out, [s.measure for s in main])),
        tallies=tuple(_tallies(run.rows, came_out)),
        came_out=came_out,
        slowest=_slowest(run.rows),
        crashed=tuple(row for row in run.rows if row.error is not None),
    )


def seconds(row: Row) -> float | None:
    """How long a case took."""
    total = row.answer.get("timings", {}).get("total")
    return None if total is None else float(total)


def languages(row: Row) -> str:
    """The languages of the question and of the evidence: "de→en", or "de" where that of the evidence is not known."""
    return outline.languages(row.case)


def _score(measure: Measure, rows: Sequence[Row]) -> Score | None:
    values = [value for row in rows if (value := measure.value(row)) is not None]
    figure = measure.aggregate(values)
    if figure is None:
        return None
    return Score(measure=measure, value=figure, n=len(values), interval=_interval(measure, values))


def _interval(measure: Measure, values: Sequence[Any]) -> tuple[float, float] | None:
    """Wilson's of a share of yes and no, which stays uncertain at 7 of 7; else that of cases drawn with replacement."""
    if measure.yes_no and measure.aggregate is mean:
        return wilson(sum(values), len(values))
    return interval(values, measure.aggregate)


def _slices(rows: Sequence[Row], came_out: Sequence[str], measures: Sequence[Measure]) -> list[Slice]:
    found = []
    for by, key in outline.KINDS.items():
        names = [key(row.case) for row in rows]
        for name, n in Counter(names).most_common():
            some = [row for row, own in zip(rows, names, strict=True) if own == name]
            out = Counter(o for o, own in zip(came_out, names, strict=True) if own == name)
            values = tuple(measure.score(some) for measure in measures)
            found.append(Slice(by=by, name=name, n=n, tested=n - out[UNTESTED], right=out[RIGHT], values=values))
    return found


def _tallies(rows: Sequence[Row], came_out: Sequence[str]) -> list[Tally]:
    ids: dict[str, list[str]] = {}
    for row, name in zip(rows, came_out, strict=True):
        if name != UNTESTED:
            ids.setdefault(name, []).append(row.case.id)
    names = sorted(ids, key=lambda name: (name != RIGHT, -len(ids[name]), name))
    return [Tally(name=n, count=len(ids[n]), meaning=_MEANINGS[n], ids=tuple(ids[n])) for n in names]


def _slowest(rows: Sequence[Row]) -> tuple[Row, ...]:
    timed = [row for row in rows if seconds(row) is not None]
    return tuple(sorted(timed, key=lambda row: -(seconds(row) or 0))[:SLOWEST])
