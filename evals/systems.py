"""Sourceline as it is evaluated: over a folder of articles, in one of its modes, and where each piece of evidence stood.

The articles are indexed into a home of their own, below the home of the settings, which is kept: the next run only looks
whether something changed. Its vectors are of one embedder; another one has another home.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from evals.cases import Case, Evidence
from evals.runs import Outcome, Traced
from index.catalog import Catalog
from index.database import groups, marks
from index.errors import SourcelineError
from index.home import RUNS
from index.sync import Progress, Report, sync
from index.types import Filters, Span
from rag import build
from rag.assistant import Assistant
from rag.contract import answer_object, hit_object
from rag.question.query import MOST_CHARACTERS
from rag.question.types import Query, Question, Turn
from rag.retrieval.retrieve import Search
from rag.settings import Settings

Mode = Literal["search", "quotes", "written"]
_HERE = ("localhost", "127.0.0.1", "::1")
_ELSEWHERE = 4  # cases: most of the time is spent waiting, and small accounts allow few requests at once
MODES: tuple[Mode, ...] = ("search", "quotes", "written")


@dataclass(frozen=True, kw_only=True)
class Sourceline:
    """A System (see `evals/runs.py`) that asks an assistant, or only searches."""

    assistant: Assistant
    mode: Mode

    def __call__(self, case: Case) -> Outcome:
        """Raises SourcelineError, and ValueError for a question that is too long.

        A language model that fails is a failure here, and is not covered by quotes: each mode is measured alone. So is a reranker
        that fails: a run has one order.
        """
        if len(case.question) > MOST_CHARACTERS:
            raise ValueError(f"the question has {len(case.question)} characters, and {MOST_CHARACTERS} are allowed")
        answer = self._searched(case) if self.mode == "search" else self._asked(case)
        return Outcome(answer=answer, trace=self._trace(case, answer.get("rewritten")))

    def warm(self) -> None:
        """Load the models that the first question would wait for, so that no timing holds it; what fails here the cases tell."""
        with suppress(SourcelineError):
            self.assistant.finder.search(self.assistant.finder.query("What does a bridge cost?"))

    def _searched(self, case: Case) -> dict[str, Any]:
        start = time.perf_counter()
        ranked = self.assistant.finder.ranked(self._query(case))
        if ranked.fault:
            raise ranked.fault
        timings = {"total": round(time.perf_counter() - start, 4)}
        return {"question": case.question, "hits": [hit_object(h) for h in ranked.hits], "timings": timings}

    def _asked(self, case: Case) -> dict[str, Any]:
        written: Literal["written", "quotes"] = "written" if self.mode == "written" else "quotes"
        return answer_object(self.assistant.ask(question_of(case), written, or_quotes=False))

    def _query(self, case: Case) -> Query:
        return self.assistant.finder.query(question_of(case))

    def _trace(self, case: Case, searched: str | None) -> tuple[Traced, ...]:
        """A second search, outside of the timings, tells what the first one, for `searched`, saw on its way."""
        if not case.evidence:
            return ()
        query = self._query(case)
        search = self.assistant.finder.legs(replace(query, text=searched or query.text))
        return trace(self.assistant.catalog, case.evidence, search)


def question_of(case: Case) -> Question:
    """The question of a case, after its turns and with its filters."""
    return Question(text=case.question, filters=filters_of(case), history=turns(case))


def filters_of(case: Case) -> Filters:
    """The filters of a case, with the day on which it is asked."""
    return replace(case.filters, as_of=case.as_of) if case.as_of else case.filters


@contextmanager
def opened(
    settings: Settings, corpus: Path, mode: Mode, on_progress: Callable[[Progress], None] = lambda _: None
) -> Iterator[tuple[Sourceline, Report]]:
    """Sourceline over the articles of `corpus` as they are now, and what became of each of them.

    Raises SettingsWrong for written mode without a language model, and whatever indexing raises.
    """
    model, writes = build.embedder(settings), "written" if mode == "written" else "quotes"
    own = settings.model_copy(update={"home": home_of(settings.home, corpus, model.model), "mode": writes})
    build.writer(own)  # what cannot be made says so before articles are embedded
    build.reranker(own)
    with build.catalog(own, create=True) as catalog:
        report = sync(catalog, model, corpus, prune=True, on_progress=on_progress)
    with build.assistant(own, model) as assistant:
        yield Sourceline(assistant=assistant, mode=mode), report


def turns(case: Case) -> tuple[Turn, ...]:
    """The turns before a case's question."""
    return tuple(Turn(question=turn.question, answer=turn.answer) for turn in case.history)


def mode_of(settings: Settings) -> Mode:
    """The mode in which a question is answered that does not ask for one."""
    writes = settings.mode == "written" or (settings.mode == "auto" and build.language_model(settings))
    return "written" if writes else "quotes"


def workers_for(settings: Settings, mode: Mode, wanted: int | None) -> int:
    """How many cases are asked at the same time: `wanted` or, where that is None, as many as make a run shorter.

    A model that runs in this process takes one at a time, whatever is wanted; one that is served on this machine gets one; an
    endpoint elsewhere several. Without a language model the work is this machine's own, and one case uses it well.
    """
    if mode == "written" and settings.llm.lower().endswith(".gguf"):
        return 1
    elsewhere = settings.llm in ("", "openai") and urlsplit(settings.llm_url).hostname not in _HERE
    return wanted or (_ELSEWHERE if mode == "written" and elsewhere else 1)


def home_of(home: Path, corpus: Path, embedder: str) -> Path:
    """Where the articles of `corpus` are indexed for evaluations with an embedder."""
    return home / RUNS / sha256(f"{corpus.resolve()}\0{embedder}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def trace(catalog: Catalog, evidence: Sequence[Evidence], search: Search) -> tuple[Traced, ...]:
    """Where each piece of evidence stood on its way to the hits."""
    legs = {"dense": search.dense, "lexical": search.lexical, "fused": search.fused}
    places = _passages(catalog, [e.file for e in evidence])
    found = [{i for i, span in places.get(e.file, {}).items() if not e.span or e.span.overlaps(span)} for e in evidence]
    return tuple(Traced(indexed=bool(ids), **{leg: _rank(order, ids) for leg, order in legs.items()}) for ids in found)


def _rank(order: Sequence[str], ids: set[str]) -> int | None:
    return next((rank for rank, i in enumerate(order, start=1) if i in ids), None)


def _passages(catalog: Catalog, files: Sequence[str]) -> Mapping[str, Mapping[str, Span]]:
    """The passages of some articles: their spans by id, by article."""
    found: dict[str, dict[str, Span]] = {}
    for some in groups(dict.fromkeys(files)):
        sql = (
            "SELECT article.id AS file, passage.id, start, end FROM article"
            f" JOIN passage ON passage.article = article.number WHERE article.id IN ({marks(some)})"
        )
        for r in catalog.rows(sql, some):
            found.setdefault(r["file"], {})[r["id"]] = Span(start=r["start"], end=r["end"])
    return found
