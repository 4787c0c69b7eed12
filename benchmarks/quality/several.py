"""Questions that need several articles: are all of them among the first five hits or the cited articles?

    python -m benchmarks.quality.several MULTIHOP --llama-index RUN.json [--weights 0,1,2,3] [--new 0.1,0.2]

MULTIHOP is MultiHop-RAG as `sourceline eval convert` makes it; RUN.json is plain llama-index over it, as `python -m
benchmarks.quality.peers MULTIHOP/cases.jsonl --corpus MULTIHOP/corpus --out FOLDER --peers llama_index` writes it. "whole" is
Sourceline without looking at the parts of a question or at the outlets that it names, "parts" with both. "found": all gold articles are
among those of the first five hits or of the citations; "cited": among those of the citations; "right": the share of citations that
overlap a gold span. The table is of cases that chose nothing. With --weights and --new the cases that train are asked
with each weight of a named outlet, and with each least share of a part that a further sentence adds.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.quality.parts import trains
from evals.cases import Case, load_cases
from evals.measures import mean
from evals.runs import read_run
from evals.significance import difference_interval, mcnemar, wilson
from evals.systems import opened, question_of
from rag.assistant import Assistant
from rag.question import outlets, parts
from rag.retrieval import cover
from rag.settings import load_settings

ROOT = Path(__file__).parents[2]
FIVE = 5


@dataclass(frozen=True, kw_only=True)
class Scores:
    """What one question got: two yes or no, and how many of its citations are right, of how many."""

    found: bool
    cited: bool
    right: int = 0
    citations: int = 0


def asked(assistant: Assistant, case: Case) -> Scores:
    """Search and quote for one answerable case; a copy of an article stands for it."""
    answer = assistant.ask(question_of(case), "quotes")
    gold = {e.file for e in case.evidence}
    five = {f for h in answer.hits[:FIVE] for f in (h.passage.article_id, *h.copies)}
    cited = {f for c in answer.citations for f in (c.file, *c.also_in)}
    spans = [(e.file, e.span) for e in case.evidence if e.span]
    right = sum(any(f in (c.file, *c.also_in) and s.overlaps(c.span) for f, s in spans) for c in answer.citations)
    return Scores(found=gold <= five | cited, cited=gold <= cited, right=right, citations=len(answer.citations))


def as_whole(assistant: Assistant, cases: Sequence[Case]) -> dict[str, Scores]:
    """Every case as if no question had parts or named an outlet."""
    most, weight = parts.MOST, outlets.WEIGHT
    parts.MOST, outlets.WEIGHT = 0, 0.0
    try:
        return {case.id: asked(assistant, case) for case in cases}
    finally:
        parts.MOST, outlets.WEIGHT = most, weight


def of_run(path: Path, cases: Sequence[Case]) -> dict[str, Scores]:
    """What a run of another system found; it cites nothing."""
    hits = {row.case.id: row.hits for row in read_run(path).rows}
    five = {case.id: {hit.file for hit in hits[case.id][:FIVE]} for case in cases}
    return {c.id: Scores(found={e.file for e in c.evidence} <= five[c.id], cited=False) for c in cases}


def rows(cases: Sequence[Case], systems: Mapping[str, Mapping[str, Scores]]) -> Iterator[str]:
    """The table's rows, by the type of question."""
    for kind in [*sorted({c.type or "" for c in cases}), "all"]:
        some = [c.id for c in cases if kind in (c.type, "all")]
        for name, scored in systems.items():
            yield f"  {kind:<18}{len(some):>4}  {name:<12} {_figures([scored[i] for i in some])}"


def _figures(scores: Sequence[Scores]) -> str:
    found, n = sum(s.found for s in scores), len(scores)
    low, high = wilson(found, n) or (0.0, 0.0)
    citations = sum(s.citations for s in scores)
    right = f"{sum(s.right for s in scores) / citations:.3f} of {citations}" if citations else "-"
    return f"{found / n:.3f} [{low:.3f}, {high:.3f}]  {sum(s.cited for s in scores) / n:.3f}  {right}"


def compared(first: Mapping[str, Scores], second: Mapping[str, Scores]) -> str:
    """How many misses fewer the second has, and whether that is real."""
    one, other = ([float(scored[i].found) for i in first] for scored in (first, second))
    missed, misses = len(one) - sum(one), len(other) - sum(other)
    low, high = difference_interval(one, other, mean) or (0.0, 0.0)
    return (
        f"misses {missed:.0f} -> {misses:.0f} ({misses / missed - 1:+.0%}), found {(missed - misses) / len(one):+.3f}"
        f" [{low:+.3f}, {high:+.3f}], McNemar p {mcnemar(one, other):.5f}"
    )


def sweep(assistant: Assistant, cases: Sequence[Case], weights: Sequence[float], news: Sequence[float]) -> None:
    """One row for each pair of the two numbers that are chosen."""
    for outlets.WEIGHT in weights:
        for cover.NEW in news:
            figures = _figures([asked(assistant, case) for case in cases])
            print(f"  outlet {outlets.WEIGHT}, new {cover.NEW}: {figures}", flush=True)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("multihop", type=Path, help="a folder with cases.jsonl and corpus/")
    parser.add_argument("--llama-index", type=Path, help="a run of plain llama-index over the same cases")
    parser.add_argument("--weights", help="weights of a named outlet to try on the cases that train, divided by commas")
    parser.add_argument("--new", help="least shares of a part that a further sentence adds, in the same way")
    given = parser.parse_args()
    choosing = bool(given.weights or given.new)
    print(f"{date.today()}  cases that {'train' if choosing else 'chose nothing'}\n")
    sets = {"MultiHop-RAG": (given.multihop / "cases.jsonl", given.multihop / "corpus")}
    sets["sample corpus"] = (ROOT / "evals" / "gold" / "sample.jsonl", ROOT / "corpus")
    print(f"{'':<37}found [95 % interval]  cited  right")
    for name, (path, corpus) in sets.items():
        cases = [c for c in load_cases(path) if c.answerable and trains(c.id) == choosing]
        with opened(load_settings(), corpus, "quotes") as (system, _):
            print(f"{name}: {len(cases)} questions")
            if choosing:
                sweep(system.assistant, cases, _numbers(given.weights, outlets.WEIGHT), _numbers(given.new, cover.NEW))
                continue
            systems = {"whole": as_whole(system.assistant, cases)}
            systems["parts"] = {case.id: asked(system.assistant, case) for case in cases}
        if given.llama_index and name == "MultiHop-RAG":
            systems = {"llama_index": of_run(given.llama_index, cases)} | systems
        print(*rows(cases, systems), sep="\n")
        for before in list(systems)[:-1]:
            print(f"  {before} -> parts: {compared(systems[before], systems['parts'])}", flush=True)
    return 0


def _numbers(written: str | None, chosen: float) -> list[float]:
    return [float(n) for n in written.split(",")] if written else [chosen]


if __name__ == "__main__":
    sys.exit(main())
