"""The commands that ask a model: `eval run` the system, `eval judge` a judge."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import ModelNotAllowed, ModelUnavailable, RerankerFailed
from rag.settings import load_settings
from ui.bars import bars
from ui.evaluation.said import (
    AllowStale,
    AnswersIn,
    Cases,
    Corpus,
    Fresh,
    Hits,
    Limit,
    RunFile,
    RunOut,
    Workers,
    each_on_a_line,
    print_json,
    refuse_far,
    say,
)
from ui.options import AsJson, Home
from ui.render import counted, listed

if TYPE_CHECKING:
    from evals.evaluate import Evaluation
    from evals.runs import Run
    from index.sync import Report


def run(
    cases: Cases,
    corpus: Corpus,
    out: RunOut,
    mode: AnswersIn = None,
    k: Hits = None,
    workers: Workers = None,
    limit: Limit = None,
    fresh: Fresh = False,
    allow_stale: AllowStale = False,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Ask every case, write the run, print its scores. Goes on where an interrupted run with the same --out stopped."""
    refuse_far(out)
    from evals.evaluate import Evaluation

    given = Evaluation(
        settings=load_settings(home=home, hits=k),
        cases=cases,
        corpus=corpus,
        out=out,
        mode=mode.value if mode else None,
        limit=limit,
        workers=workers,
        fresh=fresh,
        protect=True,
        allow_stale=allow_stale,
    )
    if workers and given.at_once < workers:
        say(f"{counted(given.at_once, 'case')} at a time: the language model runs in this process")
    done = _evaluated(given)
    _say_unasked(done)
    say(f"written to {out.resolve()}")
    _print_scores(done, out, as_json=as_json)


def _evaluated(given: Evaluation) -> Run:
    """The run; of one that stops in the middle it is said how to go on."""
    from evals.evaluate import evaluate
    from evals.run import count_kept, journal_of

    try:
        with each_on_a_line(), bars() as tell:
            return evaluate(given, tell, _say_skipped)
    except (KeyboardInterrupt, ModelUnavailable, ModelNotAllowed, RerankerFailed) as error:
        journal = journal_of(given.out)
        kept = counted(count_kept(journal), "case")
        say(f"sourceline: stopped; {kept} kept in {journal}: the same command goes on from there")
        if isinstance(error, KeyboardInterrupt):
            raise typer.Exit(130) from None
        raise


def _print_scores(done: Run, out: Path, *, as_json: bool) -> None:
    """One object; or a table, and the command that shows each case."""
    if as_json:
        from evals.measures import scores

        crashed = [row.case.id for row in done.rows if row.error]
        print_json({"out": str(out), "cases": len(done.rows), "crashed": crashed, "scores": scores(done.rows)})
    else:
        from evals.report import console

        typer.echo(console(done))
        typer.echo(f"sourceline eval report {out} --format html --out {out.with_suffix('.html')}")


def judge(
    run: RunFile,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="The file that the judged run is written to.", dir_okay=False, show_default="RUN.judged.json"
        ),
    ] = None,
    repeats: Annotated[
        int,
        typer.Option("--repeats", min=1, max=99, help="How often each is asked: an odd number, the majority counts."),
    ] = 3,
    tokens: Annotated[
        int, typer.Option("--tokens", min=1, help="The longest reply: yes or no; more for a model that thinks first.")
    ] = 8,
    as_json: AsJson = False,
) -> None:
    """Let the language model of the settings say which answers of a run are right and supported, and how far it agrees with itself."""
    from evals.judge import Judge
    from evals.judging import judge_model, judge_run, judged_table, judgement_object
    from evals.runs import read_run

    finished, out = read_run(run), out or run.with_suffix(".judged.json")
    refuse_far(out)
    asked = Judge(model=judge_model(load_settings()), repeats=repeats, tokens=tokens)
    try:
        with bars() as tell:
            judged = judge_run(finished, asked, out, lambda done, total: tell("answers", done, total))
    except KeyboardInterrupt:
        say(f"sourceline: stopped; what was judged, if anything, is in {out}")
        raise typer.Exit(130) from None
    if as_json:
        print_json({"out": str(out), **judgement_object(judged)})
    else:
        typer.echo(judged_table(judged))
        typer.echo(f"sourceline eval report {out}")


def _say_unasked(run: Run) -> None:
    """What of the cases did not reach the system."""
    if (of := run.header["cases_in_file"]) > len(run.rows):
        say(f"{len(run.rows):,} of {counted(of, 'case')}, drawn by the sha256 of their ids")
    if days := run.header["asked_without_as_of"]:
        say(f"{counted(days, 'case')} asked without the day of the question")


def _say_skipped(report: Report) -> None:
    """What of the corpus was not indexed."""
    for line in listed(f"{s.name}: {s.reason}" for s in report.skipped):
        say(f"skipped: {line}")
