"""What a comparison of runs says: its figures, as a table, as JSON, and as the reasons not to let a change pass."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any, Literal

from index.errors import SourcelineError

Verdict = Literal["better", "worse", "no real difference", "not tested"]
MAIN = (
    "Success@10 (passage)",
    "nDCG@10 (passage)",
    "answered right",
    "citation precision (sentence)",
    "answer in quote",
    "wrongly answered",
)
"""The measures that are shown by slice unless others are asked for."""
_NAMED = 20  # of the cases in a note; the JSON form has all


class RunsDiffer(SourcelineError):
    """Runs that cannot be compared; `what` says why."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One measure in the baseline and in another run, over the `n` cases to which it applies in both.

    `difference` is other - baseline, between `low` and `high` at 95 %; these are None where too few drawings of cases define it.
    `p` is that of this measure alone, `corrected` for all that were tested; both None where nothing was.
    """

    measure: str
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
class Compared:
    """One run beside the baseline.

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


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Every run beside the first."""

    baseline: str
    runs: tuple[Compared, ...]


def worse(comparison: Comparison, thresholds: Iterable[tuple[str, float]]) -> list[str]:
    """Why a change should not pass, a line for each reason; none when it may.

    A measure fails when its verdict is "worse" and it changed by more than its threshold, in its own unit; so chance does not
    fail, nor does what is real but small. A measure that can no longer be compared fails, and so does a case that crashes
    in the compared run alone: otherwise the worst changes would pass. Raises RunsDiffer for a measure that there is not, or
    that is not tested.
    """
    found: list[str] = []
    thresholds = list(thresholds)
    for compared in comparison.runs:
        crashed = set(compared.crashed_other) - set(compared.crashed_baseline)
        found += [f"{compared.name}: {', '.join(sorted(crashed))} crashed"] if crashed else []
        found += [line for measure, threshold in thresholds if (line := _failed(compared, measure, threshold))]
    return found


def comparison_object(comparison: Comparison) -> dict[str, Any]:
    """The JSON form of a comparison."""
    return asdict(comparison)


def _failed(compared: Compared, measure: str, threshold: float) -> str | None:
    found = {d.measure: d for d in compared.differences}
    if measure not in found:
        if measure in compared.incomparable:
            return f"{compared.name}: {measure} applies to no case of both runs"
        nearest = get_close_matches(measure, (*found, *compared.incomparable), n=1, cutoff=0)
        remedy = f"did you mean {nearest[0]!r}?" if nearest else "there is nothing that both runs measure"
        raise RunsDiffer(f"there is no measure {measure!r} in these runs", remedy)
    d = found[measure]
    if d.verdict == "not tested":
        raise RunsDiffer(f"{measure} is not tested: it depends on what else the machine does", "choose another measure")
    if d.verdict != "worse" or abs(d.difference) <= threshold:
        return None
    return f"{compared.name}: {measure} {d.baseline:.3f} -> {d.other:.3f}, more than {threshold:g} worse, corrected p {d.corrected:.4f}"


def comparison_table(comparison: Comparison, sliced: Collection[str] = MAIN) -> str:
    """Plain text: every measure, and by slice those of `sliced` that really differ; the JSON form has every one of every slice."""
    return "\n\n".join("\n".join(_lines(comparison.baseline, compared, sliced)) for compared in comparison.runs)


def _lines(baseline: str, compared: Compared, sliced: Collection[str]) -> Iterator[str]:
    yield f"{compared.name} beside {baseline}: {compared.n} cases of both"
    yield from (f"! {note}" for note in notes(compared))
    yield ""
    yield f"{'measure':<36}{'n':>6}{'baseline':>10}{'other':>10}{'difference':>12}  {'95 % interval':<20}{'p':>8}  verdict"
    for d in compared.differences:
        p = "-" if d.corrected is None else "<0.0001" if d.corrected < 0.0001 else f"{d.corrected:.4f}"
        shown = f"{d.baseline:>10.4f}{d.other:>10.4f}{d.difference:>+12.4f}  {_interval(d):<20}{p:>8}  {d.verdict}"
        yield f"{d.measure:<36}{d.n:>6}{shown}"
    yield "p is corrected for the number of measures (Holm); times are not tested"
    yield from _slice_lines(compared, sliced)


def _slice_lines(compared: Compared, sliced: Collection[str]) -> Iterator[str]:
    real = {d.measure for d in compared.differences if d.measure in sliced and d.verdict in ("better", "worse")}
    if real and compared.slices:
        yield "\nwhere the measures that differ do so (to look at: not tested)"
        yield f"{'slice':<28}{'measure':<36}{'n':>6}{'difference':>12}  95 % interval"
    for part in compared.slices:
        for d in part.differences:
            if d.measure in real:
                yield f"{f'{part.by}: {part.value}':<28}{d.measure:<36}{d.n:>6}{d.difference:>+12.4f}  {_interval(d)}"


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
    return "-" if d.low is None or d.high is None else f"[{d.low:+.4f}, {d.high:+.4f}]"
