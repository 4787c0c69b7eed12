"""`sourceline eval`: how good the answers are, whether a change helped, and why a case failed.

Exit status as everywhere: 0, 2 usage, 3 a named failure. `compare --fail-if-worse` ends with 1 when a run is worse, and `run`
with 130 when it is interrupted: what is done is kept, and the same command goes on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import SettingsWrong, SourcelineError
from index.shown import one_line
from rag.settings import load_settings
from ui.bars import bars
from ui.render import counted, listed

if TYPE_CHECKING:
    from evals.runs import Run
    from index.sync import Report

app = typer.Typer(
    help="How good the answers are, whether a change helped, and why a case failed.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Cases = Annotated[Path, typer.Argument(help="A file of cases: one JSON object a line.", exists=True, dir_okay=False)]
Corpus = Annotated[Path, typer.Option("--corpus", help="The folder of articles that the cases are about.", exists=True)]
RunOut = Annotated[Path, typer.Option("--out", help="The file that the run is written to.", dir_okay=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


class Modes(str, Enum):
    """What is evaluated."""

    search = "search"
    quotes = "quotes"
    written = "written"


class Formats(str, Enum):
    """How a run is reported."""

    console = "console"
    markdown = "markdown"
    json = "json"
    csv = "csv"
    html = "html"


class Tables(str, Enum):
    """How a comparison is printed."""

    console = "console"
    markdown = "markdown"


@app.command()
def run(
    cases: Cases,
    corpus: Corpus,
    out: RunOut,
    mode: Annotated[
        Modes | None,
        typer.Option("--mode", help="Only search, quote, or let a language model write.", show_default="as `ask`"),
    ] = None,
    k: Annotated[
        int | None, typer.Option("-k", min=1, max=100, help="How many passages are found.", show_default="10")
    ] = None,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="How many cases at the same time.")] = 1,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only so many cases, from the first.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what an interrupted run has done.")] = False,
    allow_stale: Annotated[
        bool, typer.Option("--allow-stale", help="Run though evidence is not where the cases say it is.")
    ] = False,
    as_json: AsJson = False,
    home: Annotated[
        Path | None, typer.Option("--home", help="The folder that holds everything a run creates.", show_default="var")
    ] = None,
) -> None:
    """Ask every case, write the run, print its scores. Goes on where an interrupted run with the same --out stopped."""
    from evals.evaluate import Evaluation, evaluate
    from evals.measures import scores
    from evals.run import count_kept, journal_of

    given = Evaluation(
        settings=load_settings(home=home, hits=k),
        cases=cases,
        corpus=corpus,
        out=out,
        mode=mode.value if mode else None,
        limit=limit,
        workers=workers,
        fresh=fresh,
        allow_stale=allow_stale,
    )
    try:
        with _each_on_a_line(), bars() as tell:
            done = evaluate(given, tell, _note)
    except KeyboardInterrupt:
        kept = counted(count_kept(journal_of(out)), "case")
        _say(f"sourceline: stopped; {kept} kept in {journal_of(out)}: the same command goes on from there")
        raise typer.Exit(130) from None
    if as_json:
        crashed = [row.case.id for row in done.rows if row.error]
        _print_json({"out": str(out), "cases": len(done.rows), "crashed": crashed, "scores": scores(done.rows)})
    else:
        from evals.report import console

        typer.echo(console(done))
        typer.echo(f"sourceline eval report {out} --format html --out {out.with_suffix('.html')}")


@app.command()
def report(
    run: Annotated[Path, typer.Argument(help="A file that `eval run` has written.")],
    format: Annotated[Formats, typer.Option("--format", help="How it is written.")] = Formats.console,  # noqa: A002
    out: Annotated[
        Path | None, typer.Option("--out", help="The file that it is written to, and not printed.", dir_okay=False)
    ] = None,
) -> None:
    """Scores, slices, causes and cases of a run; `--format html` is one page that works offline."""
    from evals import report as reports
    from evals.runs import read_run

    written: dict[str, Callable[[Run], str]] = {
        "console": reports.console,
        "markdown": reports.markdown,
        "json": reports.as_json,
        "csv": reports.as_csv,
        "html": lambda run: reports.page(run, reports.articles_of(run)),
    }
    text = written[format.value](read_run(run))
    if out is None:
        typer.echo(text, nl=not text.endswith("\n"))
        return
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise SourcelineError(f"{out} cannot be written ({error.strerror})", "give another --out") from error
    typer.echo(str(out))


@app.command()
def compare(
    runs: Annotated[list[Path], typer.Argument(help="Files that `eval run` has written, the baseline first.")],
    fail_if_worse: Annotated[
        list[str] | None,
        typer.Option("--fail-if-worse", help="MEASURE:THRESHOLD; exit status 1 if a run is worse by more than that."),
    ] = None,
    format: Annotated[Tables, typer.Option("--format", help="How the table is written.")] = Tables.console,  # noqa: A002
    as_json: AsJson = False,
) -> None:
    """Whether other runs are better or worse than the first: intervals, tests, and where the difference comes from."""
    from evals.compare import compare as compared
    from evals.comparison import comparison_object, comparison_table, worse
    from evals.report import comparison_markdown
    from evals.runs import read_run

    thresholds = [_threshold(given) for given in fail_if_worse or ()]
    comparison = compared([(str(path), read_run(path)) for path in runs])
    failed = worse(comparison, thresholds) if thresholds else []
    if as_json:
        _print_json(comparison_object(comparison) | {"failed": failed})
    else:
        typer.echo((comparison_markdown if format is Tables.markdown else comparison_table)(comparison))
    for line in failed:
        _say(f"worse: {line}")
    if failed:
        raise typer.Exit(1)


@app.command()
def check(cases: Cases, corpus: Corpus) -> None:
    """Whether every case is well-formed and its evidence is where it says. Exit status 3 if not."""
    from evals.cases import check_cases, load_cases

    with _each_on_a_line():
        loaded = load_cases(cases)
    for line in (wrong := check_cases(loaded, corpus)):
        typer.echo(one_line(line))
    if wrong:
        raise SourcelineError(f"{counted(len(wrong), 'place')} of evidence not found as given", "mend the cases")
    typer.echo(f"{counted(len(loaded), 'case')}, all evidence is where it says")


@app.command()
def measures() -> None:
    """The measures, and where each is defined."""
    from evals.measures import table

    typer.echo(table())


@app.command()
def sets(as_json: AsJson = False) -> None:
    """The public sets of questions that `eval convert` reads."""
    from evals.sets import SETS

    if as_json:
        _print_json({"sets": [{"name": s.name, "about": s.about, "holds": s.holds} for s in SETS.values()]})
        return
    for one in SETS.values():
        typer.echo(f"{one.name:<12} {one.about}\n{'':<12} from {one.holds}")


@app.command()
def convert(
    name: Annotated[str, typer.Argument(metavar="SET", help="One of `eval sets`.")],
    source: Annotated[Path, typer.Argument(help="The file or folder that holds it.")],
    folder: Annotated[Path, typer.Argument(help="The folder to make: cases.jsonl and the articles in corpus/.")],
) -> None:
    """Turn a public set of questions into cases and articles."""
    from evals import sets as known

    with _each_on_a_line():
        made = known.convert(name, source, folder)
    typer.echo(
        f"{counted(made.case_count, 'case')} ({made.answerable_count} answerable), {counted(made.article_count, 'article')}"
    )
    for line in listed(made.left_out):
        typer.echo(f"  left out: {line}")
    typer.echo(f"sourceline eval run {made.cases} --corpus {made.corpus} --out {folder / 'run.json'}")


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


def _note(report: Report) -> None:
    """What of the corpus was not indexed."""
    for line in listed(f"{s.name}: {s.reason}" for s in report.skipped):
        _say(f"skipped: {line}")


@contextmanager
def _each_on_a_line() -> Iterator[None]:
    """A failure that names several faults: each on a line of its own before the one that says what to do."""
    try:
        yield
    except SourcelineError as error:
        faults = error.what.splitlines()
        if len(faults) < 2:
            raise
        for fault in faults:
            _say(one_line(fault))
        raise type(error)(f"{counted(len(faults), 'fault')}, named above", error.remedy or "mend them") from error


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))
