"""The commands that ask a model: `eval run` the system, `eval judge` a judge."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import ModelNotAllowed, ModelUnavailable
from rag.settings import load_settings
from ui.bars import bars
from ui.evaluation.said import AsJson, Cases, Corpus, Home, RunFile, RunOut, each_on_a_line, print_json, refuse_far, say
from ui.render import counted, listed

if TYPE_CHECKING:
    from evals.runs import Run
    from index.sync import Report


class Modes(str, Enum):
    """What is evaluated."""

    search = "search"
    quotes = "quotes"
    written = "written"


def run(
    cases: Cases,
    corpus: Corpus,
    out: RunOut,
    mode: Annotated[
        Modes | None,
        typer.Option(
            "--mode",
            help="search: retrieval alone; quotes: the articles' own words; written: by the language model.",
            show_default="as `ask` answers: written where a language model is set, else quotes",
        ),
    ] = None,
    k: Annotated[
        int | None, typer.Option("-k", min=1, max=100, help="How many passages are found.", show_default="10")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            min=1,
            max=64,
            help="How many cases at the same time.",
            show_default="1; 4 where a language model elsewhere writes",
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", min=1, help="Only so many cases, drawn by the sha256 of their ids: always the same ones."
        ),
    ] = None,
    fresh: Annotated[
        bool,
        typer.Option(
            "--fresh", help="Write over what is in --out, finished or interrupted, though it was made otherwise."
        ),
    ] = False,
    allow_stale: Annotated[
        bool, typer.Option("--allow-stale", help="Run though evidence is not where the cases say it is.")
    ] = False,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Ask every case, write the run, print its scores. Goes on where an interrupted run with the same --out stopped."""
    refuse_far(out)
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
        protect=True,
        allow_stale=allow_stale,
    )
    if workers and given.at_once < workers:
        say(f"{counted(given.at_once, 'case')} at a time: the language model runs in this process")
    try:
        with each_on_a_line(), bars() as tell:
            done = evaluate(given, tell, _say_skipped)
    except (KeyboardInterrupt, ModelUnavailable, ModelNotAllowed) as error:
        kept = counted(count_kept(journal_of(out)), "case")
        say(f"sourceline: stopped; {kept} kept in {journal_of(out)}: the same command goes on from there")
        if isinstance(error, KeyboardInterrupt):
            raise typer.Exit(130) from None
        raise
    _say_unasked(done)
    say(f"written to {out.resolve()}")
    if as_json:
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
