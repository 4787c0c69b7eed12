"""What the days and outlets in questions are good for: each set with what its questions say of both, and without.

    python -m benchmarks.quality.times MULTIHOP [--weights 0,0.5,1,2 [--of MENTIONED]]

Runs the sample corpus with its own questions and with those about time, and MultiHop-RAG as `sourceline eval import` converts
it. "all in 5": every gold article is among those of the first five hits' articles; "in 3": one of them among the first three;
"cited": a quoted sentence stands in a gold article; "right": in the gold place itself. Questions that say nothing of time are
searched the same both ways: they are counted, not asked. Of questions that no article answers those are counted that are
answered. With --weights the cases that train are asked with each value of that number of `rag/retrieval/timely.py`; the table is of the
others.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.quality.parts import trains
from evals.cases import Case, load_cases
from evals.systems import filters_of, opened
from rag.assistant import Assistant
from rag.question.types import Question
from rag.retrieval import timely
from rag.settings import load_settings
from rag.types import Answer

ROOT = Path(__file__).parents[2]
MEASURES = ("all_in_5", "in_3", "cited", "right")
CORPUS, GOLD = ROOT / "corpus", ROOT / "evals" / "gold"


@dataclass(frozen=True, kw_only=True)
class Scores:
    """What one question got, each 0 or 1."""

    all_in_5: bool
    in_3: bool
    cited: bool
    right: bool


def answered(assistant: Assistant, case: Case, *, dates: bool) -> Answer:
    """The answer in quotes, with or without what the question says of days and outlets."""
    filters = filters_of(case) if dates else case.filters  # the day of asking is something that is said of time
    return assistant.ask(Question(text=case.question, filters=filters, dates=dates, outlets=dates), "quotes")


def asked(assistant: Assistant, case: Case, *, dates: bool) -> Scores:
    """Search and quote for one answerable case."""
    answer = answered(assistant, case, dates=dates)
    gold = {e.file for e in case.evidence}
    found = list(dict.fromkeys(h.passage.article_id for h in answer.hits))
    copies = {h.passage.article_id: {h.passage.article_id, *h.copies} for h in answer.hits}
    five, three = (set[str]().union(*(copies[f] for f in found[:n])) for n in (5, 3))
    return Scores(
        all_in_5=gold <= five,
        in_3=bool(gold & three),
        cited=any(c.file in gold for c in answer.citations),
        right=any(
            c.file == e.file and e.span and c.span.overlaps(e.span) for c in answer.citations for e in case.evidence
        ),
    )


def speaks_of_time(assistant: Assistant, case: Case) -> bool:
    """Whether the question names days, or the newest or the oldest."""
    query = assistant.finder.query(Question(text=case.question, filters=filters_of(case)))
    return bool(query.periods or query.order)


def rows(name: str, assistant: Assistant, cases: Sequence[Case]) -> Iterator[str]:
    """The table's rows for one set, by the type of question."""
    tests = [c for c in cases if not trains(c.id)]
    answerable = [c for c in tests if c.answerable]
    timed = [c for c in answerable if c.as_of or speaks_of_time(assistant, c)]
    yield f"{name}: {len(answerable) - len(timed)} of {len(answerable)} questions say nothing of time"
    types = sorted({c.type for c in timed})
    scored = {dates: {c.id: asked(assistant, c, dates=dates) for c in timed} for dates in (False, True)}
    for kind in [*types, "all"]:
        some = [c.id for c in timed if kind in (c.type, "all")]
        figures = [
            f"{sum(getattr(scored[dates][i], measure) for i in some) / len(some):.3f}"
            for measure in MEASURES
            for dates in (False, True)
        ]
        pairs = "    ".join(f"{a} {b}" for a, b in zip(figures[::2], figures[1::2], strict=True))
        yield f"  {kind:<20}{len(some):>4}    {pairs}"
    closed = [c for c in tests if not c.answerable and speaks_of_time(assistant, c)]
    wrongly = [sum(not answered(assistant, c, dates=dates).refusal for c in closed) for dates in (False, True)]
    yield f"  of {len(closed)} that no article answers, {wrongly[0]} are answered without and {wrongly[1]} with"


def sweep(name: str, assistant: Assistant, cases: Sequence[Case], of: str, weights: Sequence[float]) -> Iterator[str]:
    """One row for each value of one number of `rag/retrieval/timely.py`."""
    timed = [c for c in cases if c.answerable and trains(c.id) and speaks_of_time(assistant, c)]
    chosen = getattr(timely, of)
    for weight in weights:
        setattr(timely, of, weight)
        scores = [asked(assistant, c, dates=True) for c in timed]
        yield f"  {name}, {of} {weight}: {len(timed):>4}    " + "    ".join(
            f"{sum(getattr(s, measure) for s in scores) / len(scores):.3f}" for measure in MEASURES
        )
    setattr(timely, of, chosen)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("multihop", type=Path, help="a folder with cases.jsonl and corpus/")
    parser.add_argument("--weights", help="values to try on the cases that train, divided by commas")
    parser.add_argument(
        "--of", default="WEIGHT", choices=("WEIGHT", "MENTIONED", "NAMED"), help="which number they are of"
    )
    asked_for = parser.parse_args()
    sets = {
        "sample corpus": (GOLD / "sample.jsonl", CORPUS),
        "questions about time": (GOLD / "time.jsonl", CORPUS),
        "MultiHop-RAG": (asked_for.multihop / "cases.jsonl", asked_for.multihop / "corpus"),
    }
    weights = [float(w) for w in asked_for.weights.split(",")] if asked_for.weights else []
    what = (
        "cases that train" if weights else "cases that trained nothing; without | with what the question says of time"
    )
    print(f"{date.today()}  {what}\n")
    print(f"{'':<30}all in 5       in 3           cited          right")
    for name, (path, corpus) in sets.items():
        with opened(load_settings(), corpus, "quotes") as (system, _):
            cases = load_cases(path)
            table = (
                sweep(name, system.assistant, cases, asked_for.of, weights)
                if weights
                else rows(name, system.assistant, cases)
            )
            print(*table, sep="\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
