"""The commands that read runs: `eval report` one, `eval compare` several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import SettingsWrong, SourcelineError
from ui.evaluation.said import RunFile, print_json, print_or_write, say
from ui.options import AsJson

if TYPE_CHECKING:
    from evals.runs import Run


class Formats(str, Enum):
    """How a run is reported; the last two are for the programs of TREC."""

    console = "console"
    markdown = "markdown"
    json = "json"
    csv = "csv"
    html = "html"
    trec = "trec"
    qrels = "qrels"


class Tables(str, Enum):
    """How a comparison is printed."""

    console = "console"
    markdown = "markdown"


def report(
    run: RunFile,
    format: Annotated[  # noqa: A002
        Formats,
        typer.Option("--format", help="How it is written; trec: its ranking of articles, qrels: the gold ones."),
    ] = Formats.console,
    out: Annotated[
        Path | None, typer.Option("--out", help="The file that it is written to, and not printed.", dir_okay=False)
    ] = None,
) -> None:
    """Scores, slices, causes and cases of a run; `--format html` is one page that works offline."""
    from evals import report as reports
    from evals.runs import read_run
    from evals.sets import trec

    written: dict[str, Callable[[Run], str]] = {
        "console": reports.console,
        "markdown": reports.markdown,
        "json": reports.as_json,
        "csv": reports.as_csv,
        "html": lambda run: reports.page(run, reports.articles_of(run)),
        "trec": lambda run: trec.ranking_text(run.rows),
        "qrels": lambda run: trec.qrels_text(row.case for row in run.rows),
    }
    read = read_run(run)
    if out is not None:
        _refuse_what_is_asked(out, run)
    print_or_write(written[format.value](read), out)


def compare(
    runs: Annotated[
        list[Path], typer.Argument(metavar="BASE RUN...", help="Files that `eval run` has written, the baseline first.")
    ],
    measure: Annotated[
        list[str] | None,
        typer.Option("--measure", help="Only this one, and those of further --measure: p is corrected for these."),
    ] = None,
    fail_if_worse: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-if-worse",
            help="MEASURE:THRESHOLD; exit status 1 if a run is worse by more than that, p corrected for these alone, or lacks a case.",
        ),
    ] = None,
    format: Annotated[Tables, typer.Option("--format", help="How the table is written.")] = Tables.console,  # noqa: A002
    as_json: AsJson = False,
) -> None:
    """Whether other runs are better or worse than the first: intervals, tests, and where the difference comes from."""
    from evals.compare import compare as compared
    from evals.comparison import comparison_object, comparison_table, worse
    from evals.measures import MEASURES, named
    from evals.outline import MAIN
    from evals.report import comparison_markdown
    from evals.runs import read_run

    thresholds = [_threshold(given) for given in fail_if_worse or ()]
    chosen = named(measure) if measure else MEASURES
    _refuse_left_out(thresholds, measure or ())
    comparison = compared([(str(path), read_run(path)) for path in runs], chosen)
    failed = worse(comparison, thresholds) if thresholds else []
    if as_json:
        print_json(comparison_object(comparison) | {"failed": failed})
    elif format is Tables.markdown:
        typer.echo(comparison_markdown(comparison))
    else:
        typer.echo(comparison_table(comparison, measure or MAIN))
    for line in failed:
        say(f"worse: {line}")
    if failed:
        raise typer.Exit(1)


def measures() -> None:
    """The measures, and where each is defined."""
    from evals.measures import table

    typer.echo(table())


def _refuse_what_is_asked(out: Path, run: Path) -> None:
    """Raise SettingsWrong where a report would take the place of a run or of cases, which nothing brings back."""
    from evals.cases import CasesWrong, load_cases
    from evals.runs import RunWrong, read_run

    if not out.is_file():
        return
    kinds: list[tuple[str, Callable[[Path], object], type[SourcelineError]]] = [
        ("a run", read_run, RunWrong),
        ("a file of cases", load_cases, CasesWrong),
    ]
    for kind, read, wrong in kinds:
        with suppress(wrong):
            read(out)
            which = "the run itself" if out.samefile(run) else kind
            raise SettingsWrong(f"{out} is {which}: a report would take its place", "give another --out")


def _threshold(given: str) -> tuple[str, float]:
    """ "nDCG@10 (passage):0.01"."""
    measure, _, number = given.rpartition(":")
    try:
        threshold = float(number)
    except ValueError:
        threshold = -1.0
    if not measure or not 0 <= threshold < float("inf"):
        remedy = 'write MEASURE:THRESHOLD, say "nDCG@10 (passage):0.01"'
        raise SettingsWrong(f"--fail-if-worse {given!r} cannot be read", remedy)
    return measure, threshold


def _refuse_left_out(thresholds: Iterable[tuple[str, float]], chosen: Sequence[str]) -> None:
    """Raise SettingsWrong where a measure must not be worse that is not compared."""
    for measure, _ in thresholds:
        if chosen and measure not in chosen:
            raise SettingsWrong(f"--measure leaves out {measure!r} of --fail-if-worse", "name it with --measure too")
