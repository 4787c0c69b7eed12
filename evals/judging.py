"""A finished run judged afterwards: with which model, and what it says in all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import prompts
from evals.judge import PROMPTS, Judge
from evals.measures import judged as measured
from evals.report.text import in_words
from evals.run import refuse_foreign, save_run
from evals.runs import Row, Run, RunWrong
from index.errors import ModelFailed, SettingsWrong
from rag import build
from rag.llm import LanguageModel
from rag.settings import Settings


def judge_model(settings: Settings) -> LanguageModel:
    """The language model that the settings name. Raises SettingsWrong where they name none."""
    if model := build.language_model(settings):
        return model
    raise SettingsWrong("no language model is configured that could judge", build.NO_MODEL)


def judge_run(
    run: Run, judge: Judge, out: Path, progress: Callable[[int, int], None] = lambda done, total: None
) -> Run:
    """The run with the votes of `judge` alone, which is then in `out`.

    What was judged before something ended the judging is in `out` all the same; the other rows have no votes. Raises RunWrong
    for a run without answers and for an `out` that is something else, and ModelFailed when the model no longer answers.
    """
    refuse_foreign(out)
    rows = [_without_votes(row) for row in run.rows]
    todo = [at for at, row in enumerate(rows) if row.answered]
    if not todo:
        raise RunWrong("the run has no answer to judge", "give one of quotes or written mode that answered something")
    header = {**run.header, "judge": _made_with(judge)}
    done = 0
    try:
        progress(done, len(todo))
        for at, row in zip(todo, judge.judged([rows[at] for at in todo]), strict=True):
            rows[at], done = row, done + 1
            progress(done, len(todo))
    except ModelFailed as error:
        kept = f"{done} of {len(todo)} answers were judged and are in {out}" if done else "nothing was judged"
        raise type(error)(f"{error.what}; {kept}", error.remedy) from error
    finally:
        if done:
            save_run(out, replace(run, header=header, rows=tuple(rows)))
    return Run(header=header, rows=tuple(rows))


def judgement_object(run: Run) -> dict[str, Any]:
    """The JSON form of what the judge says."""
    scored = {m.name: m.score(run.rows) for m in measured.MEASURES}
    told = {name: score for name, score in scored.items() if score is not None}
    return {"judge": run.header["judge"], "judged": _count(run), "scores": told}


def judged_table(run: Run) -> str:
    """Plain text: the judged measures, agreement among them, each with the number of cases to which it applies."""
    judge = run.header["judge"]
    unheard = measured.NO_VERDICT.score(run.rows)
    lines = [f"answers judged by {judge['model']}: {_count(run)}, each question asked {judge['repeats']} times", ""]
    for m in measured.MEASURES:
        n = sum(m.value(row) is not None for row in run.rows)
        lines.append(f"{m.name:<24}{in_words(m.score(run.rows), m.unit):>8}{n:>7} {'case' if n == 1 else 'cases'}")
    if unheard:
        lines.append(
            f"! {unheard:.0%} of the replies on a case are no verdict and count for nothing; a model that thinks first needs more --tokens"
        )
    return "\n".join(lines)


def _count(run: Run) -> int:
    return sum("judge" in row.answer for row in run.rows)


def _without_votes(row: Row) -> Row:
    """The row as it was before another judge saw it."""
    return replace(row, answer={key: value for key, value in row.answer.items() if key != "judge"})


def _made_with(judge: Judge) -> dict[str, Any]:
    """What verdicts depend on, for the run's header."""
    texts = {name: sha256(prompts.load(name).text.encode()).hexdigest() for name in PROMPTS}
    return {"model": judge.model.name, "repeats": judge.repeats, "tokens": judge.tokens, "prompts": texts}
