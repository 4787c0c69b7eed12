"""One evaluation from end to end: index the articles, check the cases, ask them, write the run."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path

from evals.cases import Case, CasesWrong, numbered_cases, several
from evals.header import made_with, provenance
from evals.places import lines_of, misplaced
from evals.run import count_kept, finish_run, journal_of, refuse_foreign, refuse_other, run_cases
from evals.runs import Row, Run
from evals.systems import Mode, Sourceline, mode_of, opened, workers_for
from index.catalog import Catalog
from index.sync import Progress, Report
from rag.settings import Settings

Tell = Callable[[str, int, int], None]
"""Told how far it is: of "articles" or "cases", those done and all."""


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What is evaluated, and how. `mode` None: as `ask` would answer. `limit` is the number of cases, see `drawn`.

    `workers` is how many cases are asked at the same time; see `at_once`.
    `fresh` forgets what an interrupted run has done, `protect` refuses, without `fresh`, to write over a finished run that was made
    otherwise, `allow_stale` runs though evidence is not where the cases say it is.
    """

    settings: Settings
    cases: Path
    corpus: Path
    out: Path
    mode: Mode | None = None
    limit: int | None = None
    workers: int | None = None
    fresh: bool = False
    protect: bool = False
    allow_stale: bool = False

    @property
    def answers_in(self) -> Mode:
        """The mode that is evaluated."""
        return self.mode or mode_of(self.settings)

    @property
    def at_once(self) -> int:
        """How many cases are asked at the same time, as the language model allows."""
        return workers_for(self.settings, self.answers_in, self.workers)


def evaluate(
    given: Evaluation, tell: Tell = lambda what, done, total: None, indexed: Callable[[Report], None] = lambda _: None
) -> Run:
    """The run, which is then in `given.out`; `indexed` is told what became of each article.

    What an interrupted run with the same `out` has done is not done again. Raises CasesWrong, RunWrong, and the
    SourcelineError of whatever keeps every case from being answered.
    """
    every = numbered_cases(given.cases)
    numbered = drawn(every, given.limit)
    refuse_foreign(given.out)
    if given.fresh:
        journal_of(given.out).unlink(missing_ok=True)

    def on_articles(progress: Progress) -> None:
        tell("articles", progress.done, progress.total)

    with opened(given.settings, given.corpus, given.answers_in, on_articles) as (system, report):
        indexed(report)
        if not given.allow_stale:
            _refuse_stale(given.cases, numbered, system.assistant.catalog)
        return _asked(given, list(numbered.values()), len(every), system, tell)


def drawn(numbered: Mapping[int, Case], limit: int | None) -> dict[int, Case]:
    """The `limit` cases whose ids have the least sha256, in the order of their file: spread over it, the same ones every time."""
    ids = sorted(
        (case.id for case in numbered.values()), key=lambda i: sha256(i.encode("utf-8", "surrogatepass")).digest()
    )
    kept = set(ids[:limit])
    return {number: case for number, case in numbered.items() if case.id in kept}


def _asked(given: Evaluation, cases: Sequence[Case], of: int, system: Sourceline, tell: Tell) -> Run:
    catalog, journal = system.assistant.catalog, journal_of(given.out)
    made = made_with(given.settings, system.assistant, cases, system.mode)
    if given.protect and not given.fresh:
        refuse_other(given.out, made)
    system.warm()
    started, clock, kept = datetime.now(timezone.utc), time.perf_counter(), count_kept(journal)
    rows: tuple[Row, ...] = run_cases(
        cases,
        system,
        journal,
        made_with=made,
        workers=given.at_once,
        progress=lambda done, total: tell("cases", done, total),
    )
    where = provenance(
        cases_file=str(given.cases),
        cases_in_file=of,
        corpus_folder=str(given.corpus),
        articles=catalog.counts()["article"],
        passages=catalog.counts()["passage"],
        workers=given.at_once,
        resumed=kept,
        asked_without_as_of=sum(case.as_of is not None for case in cases),
        started=started,
        seconds=time.perf_counter() - clock,
    )
    run = Run(header={**where, "made_with": made}, rows=rows)
    finish_run(given.out, run)
    return run


def _refuse_stale(path: Path, numbered: Mapping[int, Case], catalog: Catalog) -> None:
    """Raise CasesWrong when evidence is not where the cases say: every figure over it would be wrong."""

    def read(file: str) -> str:
        article = catalog.article(file)
        return article.text if article else ""

    if wrong := misplaced(numbered.values(), catalog.files().keys(), read, lines_of(path, numbered)):
        remedy = "give the --corpus that the cases are about, mend them, or run them all the same with --allow-stale"
        raise CasesWrong(several(wrong), remedy)
