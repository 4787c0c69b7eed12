"""What a comparison of runs says: its figures, as a table, as JSON, and as the reasons not to let a change pass."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from difflib import get_close_matches
from typing import Any, Literal

from evals import significance
from evals.changes import Change
from evals.measures.measure import Unit
from evals.outline import MAIN, significant
from index.errors import SourcelineError

Verdict = Literal["better", "worse", "no real difference", "not tested"]
_NAMED = 20  # of the cases in a note; the JSON form has all
_FLIPPED = 5  # of the cases that turned, each way


class RunsDiffer(SourcelineError):
    """Runs that cannot be compared; `what` says why."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One measure in the baseline and in another run, over the `n` cases to which it applies in both.

    `difference` is other - baseline, between `low` and `high` at 95 %; these are None where too few drawings of cases define it.
    `p` is that of this measure alone, `corrected` for all that were tested; both None where nothing was.
    """

    measure: str
    unit: Unit
    better: Literal["higher", "lower"]
    n: int
    baseline: float
    other: float
    difference: float
    low: float | None
    high: float | None
    p: float | None = None
    corrected: float | None = None
    verdict: Verdict = "not tested"


@dataclass(frozen=True, kw_only=True)
class Slice:
    """The differences among the cases of one kind, say by "languages" "de → en"."""

    by: str
    value: str
    n: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, kw_only=True)
class Flips:
    """The ids of the cases whose yes or no turned, by one measure: for the better, and for the worse."""

    measure: str
    better: tuple[str, ...]
    worse: tuple[str, ...]

    def named(self) -> dict[str, tuple[str, ...]]:
        """The cases by what is said of them, as far as there are any."""
        both = {"turned for the better": self.better, "turned for the worse": self.worse}
        return {f"{self.measure}: {words}": ids for words, ids in both.items() if ids}


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One run beside the baseline. `changes` is what it was made with otherwise, `flips` which cases the first yes/no measure turned.

    `incomparable` are the measures that have a value in one of the runs, but none over the same cases in both. `only_baseline` and
    `only_other` are the ids of cases that one run lacks, `crashed_baseline` and `crashed_other` of those that crashed in it.
    """

    name: str
    n: int
    differences: tuple[Difference, ...]
    incomparable: tuple[str, ...]
    slices: tuple[Slice, ...]
    only_baseline: tuple[str, ...]
    only_other: tuple[str, ...]
    crashed_baseline: tuple[str, ...]
    crashed_other: tuple[str, ...]
    warnings: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    flips: Flips | None = None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Every run beside the first."""

    baseline: str
    runs: tuple[Compared, ...]


def judged(differences: Iterable[Difference]) -> list[Difference]:
    """With verdicts, and p corrected for those of `differences` that are tested."""
    differences = list(differences)
    corrected = significance.holm({d.measure: d.p for d in differences if d.p is not None})
    return [replace(d, corrected=c, verdict=_verdict(d, c)) for d in differences for c in (corrected.get(d.measure),)]


def _verdict(d: Difference, corrected: float | None) -> Verdict:
    if corrected is None:
        return "not tested"
    if corrected >= significance.LEVEL:
        return "no real difference"
    return "better" if (d.difference > 0) == (d.better == "higher") else "worse"


def worse(comparison: Comparison, thresholds: Iterable[tuple[str, float]]) -> list[str]:
    """Why a change should not pass, a line for each reason; none when it may.

    A measure fails when it is worse by more than its threshold, in its own unit, and p, corrected for the measures that have a
    threshold and no others, is below 0.05; so chance does not fail, nor does what is real but small. A measure that can no longer
    be compared fails, and so does a case of the baseline that the compared run lacks or that crashes in it alone: otherwise the
    worst changes would pass. Raises RunsDiffer for a measure that there is not, or that is not tested.
    """
    found: list[str] = []
    limits = dict(thresholds)
    for compared in comparison.runs:
        crashed = set(compared.crashed_other) - set(compared.crashed_baseline)
        lost = {"missing": compared.only_baseline, "crashed": sorted(crashed)}
        found += [f"{compared.name}: {what} ({len(some)}): {_first(some)}" for what, some in lost.items() if some]
        gated = {d.measure: d for d in judged(d for d in compared.differences if d.measure in limits)}
        found += [line for measure, limit in limits.items() if (line := _failed(compared, gated, measure, limit))]
    return found


def comparison_object(comparison: Comparison) -> dict[str, Any]:
    """The JSON form of a comparison."""
    return asdict(comparison)


def _failed(compared: Compared, gated: Mapping[str, Difference], measure: str, limit: float) -> str | None:
    if measure not in gated:
        return _incomparable(compared, measure)
    d = gated[measure]
    if d.verdict == "not tested":
        raise RunsDiffer(f"{measure} is not tested: it depends on what else the machine does", "choose another measure")
    if d.verdict != "worse" or abs(d.difference) <= limit:
        return None
    change = f"{figure(d.baseline, d.unit)} -> {figure(d.other, d.unit)}, more than {limit:g} worse"
    return f"{compared.name}: {measure} {change}, p {d.corrected:.4f} corrected for {len(gated)}"


def _incomparable(compared: Compared, measure: str) -> str:
    if measure in compared.incomparable:
        return f"{compared.name}: {measure} applies to no case of both runs"
    names = (*(d.measure for d in compared.differences), *compared.incomparable)
    nearest = get_close_matches(measure, names, n=1, cutoff=0)
    remedy = f"did you mean {nearest[0]!r}?" if nearest else "there is nothing that both runs measure"
    raise RunsDiffer(f"there is no measure {measure!r} in these runs", remedy)


def figure(value: float, unit: Unit, sign: str = "") -> str:
    """A figure of a comparison: a share with four decimals, all else with three significant digits."""
    return f"{value:{sign}.4f}" if unit == "share" else significant(value, sign)


def comparison_table(comparison: Comparison, sliced: Collection[str] = MAIN) -> str:
    """Plain text: every measure, and by slice those of `sliced` that really differ; the JSON form has every one of every slice."""
    return "\n\n".join("\n".join(_lines(comparison.baseline, compared, sliced)) for compared in comparison.runs)


def _lines(baseline: str, compared: Compared, sliced: Collection[str]) -> Iterator[str]:
    yield f"{compared.name} beside {baseline}: {compared.n} cases of both"
    yield from (f"made otherwise: {change}" for change in compared.changes)
    yield from (f"! {note}" for note in notes(compared))
    yield ""
    yield f"{'measure':<36}{'n':>6}{'baseline':>10}{'other':>10}{'difference':>12}  {'95 % interval':<20}{'p':>8}  verdict"
    for d in compared.differences:
        p = "-" if d.corrected is None else "<0.0001" if d.corrected < 0.0001 else f"{d.corrected:.4f}"
        one, other = figure(d.baseline, d.unit), figure(d.other, d.unit)
        shown = f"{one:>10}{other:>10}{figure(d.difference, d.unit, '+'):>12}  {_interval(d):<20}{p:>8}  {d.verdict}"
        yield f"{d.measure:<36}{d.n:>6}{shown}"
    yield "p is corrected for the number of measures (Holm); times are not tested"
    yield from _flip_lines(compared)
    yield from _slice_lines(compared, sliced)


def _flip_lines(compared: Compared) -> Iterator[str]:
    flipped = compared.flips.named() if compared.flips else {}
    for i, (words, ids) in enumerate(flipped.items()):
        more = f" … and {len(ids) - _FLIPPED} more; see --format markdown" if len(ids) > _FLIPPED else ""
        yield f"{'' if i else chr(10)}{words} ({len(ids)}): {', '.join(ids[:_FLIPPED])}{more}"


def _slice_lines(compared: Compared, sliced: Collection[str]) -> Iterator[str]:
    real = {d.measure for d in compared.differences if d.measure in sliced and d.verdict in ("better", "worse")}
    if real and compared.slices:
        yield "\nwhere the measures that differ do so (to look at: not tested)"
        yield f"{'slice':<28}{'measure':<36}{'n':>6}{'difference':>12}  95 % interval"
    for part in compared.slices:
        for d in part.differences:
            if d.measure in real:
                change = figure(d.difference, d.unit, "+")
                yield f"{f'{part.by}: {part.value}':<28}{d.measure:<36}{d.n:>6}{change:>12}  {_interval(d)}"


def notes(compared: Compared) -> list[str]:
    """What is not compared, and what to beware of, a sentence each."""
    named = {
        "only in the baseline": compared.only_baseline,
        f"only in {compared.name}": compared.only_other,
        "crashed in the baseline": compared.crashed_baseline,
        f"crashed in {compared.name}": compared.crashed_other,
        "measures that no case has in both": compared.incomparable,
    }
    return [*compared.warnings, *(f"{what} ({len(some)}): {_first(some)}" for what, some in named.items() if some)]


def _first(names: Sequence[str]) -> str:
    return ", ".join((*names[:_NAMED], "…") if len(names) > _NAMED else names)


def _interval(d: Difference) -> str:
    if d.low is None or d.high is None:
        return "-"
    return f"[{figure(d.low, d.unit, '+')}, {figure(d.high, d.unit, '+')}]"
