"""What the runs of `written.py` say, as a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean

from benchmarks.quality.labels import Labels, kept_labels, shown_false
from benchmarks.quality.peers.systems import QUOTES, WITH_MODEL, WRITTEN
from evals.measures import named
from evals.report.text import in_words
from evals.runs import Row, Run
from evals.significance import interval, wilson

NAMES = {WRITTEN: "Sourceline, written", QUOTES: "Sourceline, quotes", WITH_MODEL: "CitationQueryEngine"}
MEASURES = named(
    [
        "answer in text",
        "token F1",
        *(f"citation {what} ({level})" for level in ("sentence", "article") for what in ("precision", "recall")),
        "invented citations",
        "wrongly refused",
        "wrongly answered",
        *(f"claims {support}" for support in ("supported", "partial", "unsupported")),
        "time to first claim p50",
        "time to end p50",
        "tokens in",
        "tokens out",
    ]
)


def document(command: str, runs: Mapping[str, Mapping[str, Run]]) -> str:
    """Markdown; `runs` are those of each set, by their system."""
    labels = kept_labels()
    lines = ["# Written answers", "", "Made by a command, not by hand:", "", "```sh", command, "```", *_about(runs)]
    for title, found in runs.items():
        lines += ["", f"## {title}", "", *_table(found), *_checked(found, labels)]
    every = [row for found in runs.values() if (run := found.get(WRITTEN)) for row in run.rows]
    if len(runs) > 1:
        lines += ["", "## All sets together", "", *_false(every, labels), *_overhead(every)]
    return "\n".join([*lines, ""])


def _about(runs: Mapping[str, Mapping[str, Run]]) -> Iterator[str]:
    headers = [run.header for found in runs.values() for name, run in found.items() if name != QUOTES]
    models = sorted({str(header["made_with"]["language_model"]) for header in headers})
    days = sorted({header["started"][:10] for header in headers})
    cores = sorted({str(header["machine"]["cores"]) for header in headers})
    yield ""
    yield f"{', '.join(days)}; model {', '.join(models)}; {', '.join(cores)} cores, which do other work too: so much for seconds."
    yield "Figures have the number of cases to which they apply, and a 95 % interval drawn from them. A citation of ours is a sentence;"
    yield "one of CitationQueryEngine is a piece of up to 512 tokens, which meets the evidence more easily. It checks nothing: its claims"
    yield "have no support."


def _table(runs: Mapping[str, Run]) -> Iterator[str]:
    yield f"| | {' | '.join(NAMES[name] for name in runs)} |"
    yield f"|---|{'---|' * len(runs)}"
    yield f"| cases (crashed) | {' | '.join(_size(run.rows) for run in runs.values())} |"
    for measure in MEASURES:
        cells = []
        for run in runs.values():
            values = [value for row in run.rows if (value := measure.value(row)) is not None]
            score = measure.aggregate(values) if values else None
            around = interval(values, measure.aggregate) if measure.unit == "share" and values else None
            shown = "-" if score is None else f"{in_words(score, measure.unit)} ({len(values)})"
            cells.append(shown + (f" [{around[0]:.2f}, {around[1]:.2f}]" if around else ""))
        if any(cell != "-" for cell in cells):
            yield f"| {measure.name} | {' | '.join(cells)} |"


def _size(rows: Sequence[Row]) -> str:
    return f"{len(rows)} ({sum(row.error is not None for row in rows)})"


def _checked(runs: Mapping[str, Run], labels: Labels) -> Iterator[str]:
    if run := runs.get(WRITTEN):
        yield from _false(run.rows, labels)
        yield from _overhead(run.rows)


def _false(rows: Sequence[Row], labels: Labels) -> Iterator[str]:
    """How many of the sentences that were read and are false are shown as if they were true, unchecked and checked."""
    found = shown_false(rows, labels)
    yield ""
    yield f"{found.claims} written sentences, {found.labelled} of them read and judged, {found.false} of these false."
    if found.claims and not found.checked:
        yield "None of them is verified yet; --check-only does that."
        return
    if found.false:
        yield (
            f"Of the false ones, shown as supported: {_share(found.before, found.false)} before verification (whatever cites a number that"
            f" exists), {_share(found.after, found.false)} after it."
        )
    if found.true:
        yield f"Of the {found.true} true ones, shown as supported after it: {_share(found.true_after, found.true)}."


def _share(some: int, of: int) -> str:
    low, high = wilson(some, of) or (0.0, 1.0)
    return f"{some} of {of} ({some / of:.0%}, 95 % interval {low:.0%} to {high:.0%})"


def _overhead(rows: Sequence[Row]) -> Iterator[str]:
    """What verification takes of the time of writing, and of each sentence."""
    told = [(t["verify"], t["write"], len(row.answer["claims"])) for row in rows if "verify" in (t := _timings(row))]
    if told and (sentences := sum(n for *_, n in told)):
        spent, written = sum(v for v, *_ in told), sum(w for _, w, _ in told)
        yield (
            f"Verification: {1000 * spent / sentences:.0f} ms a sentence, {spent / (written - spent):.1%} of the time of writing"
            f" ({fmean(w for _, w, _ in told):.0f} s an answer)."
        )


def _timings(row: Row) -> Mapping[str, float]:
    return row.answer.get("timings") or {} if row.error is None else {}
