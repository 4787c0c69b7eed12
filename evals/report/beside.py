"""A comparison of runs as Markdown: for a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from evals.comparison import Compared, Comparison, Difference, figure, notes
from evals.report.text import Section, escaped, folded, github

_COLUMNS = ("measure", "n", "baseline", "other", "difference", "95 % interval", "p (Holm)", "verdict")


def comparison_markdown(comparison: Comparison) -> str:
    """Every measure of every run beside the first, and what to beware of."""
    return "\n\n".join(_beside(comparison.baseline, compared) for compared in comparison.runs) + "\n"


def _beside(baseline: str, compared: Compared) -> str:
    title = f"{compared.name} beside {baseline}"
    made = [f"made otherwise: {change}" for change in compared.changes]
    said = [f"{compared.n} cases of both.", *map(escaped, (*made, *notes(compared)))]
    rows = tuple(map(_row, compared.differences))
    title_line, *table = github(Section(title=title, columns=_COLUMNS, rows=rows))
    return "\n".join([title_line, "", "  \n".join(said), *table, *_flipped(compared)])


def _flipped(compared: Compared) -> Iterator[str]:
    """Every case that turned, folded."""
    for words, ids in (compared.flips.named() if compared.flips else {}).items():
        yield f"\n{folded(f'{words} ({len(ids):,})', ids)}"


def _row(d: Difference) -> tuple[str, ...]:
    one, other = figure(d.baseline, d.unit), figure(d.other, d.unit)
    change, *ends = ("" if v is None else figure(v, d.unit, "+") for v in (d.difference, d.low, d.high))
    p = "" if d.corrected is None else f"{d.corrected:.4f}"
    return d.measure, str(d.n), one, other, change, " to ".join(filter(None, ends)), p, d.verdict
