"""Follow-ups: the last turn only, beside the question made to stand alone (`rag/question/followup.py`), and what that does to others.

    python -m benchmarks.quality.followups DATA/mtrag_un

Two sets: MTRAG-UN, whose cases with an even SHA-256 of their id chose the rules ("train"), and the follow-ups of the sample corpus.
"fused" is both searches, the rewritten one counting twice; "all turns" is every question of the conversation in one. The harm is
measured on the sample corpus' questions that stand alone, asked after another of them, on another matter or on the same.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from benchmarks.quality.parts import trains
from evals.cases import Case, Turn, load_cases
from evals.compare import compare
from evals.comparison import Difference
from evals.measures import named
from evals.runs import Row, Run
from evals.sets import convert
from evals.systems import opened, turns
from rag.assistant import Assistant
from rag.question.followup import standing_alone
from rag.question.query import MOST_CHARACTERS
from rag.question.types import Query, Question
from rag.settings import load_settings

WORK = Path("var/benchmarks/followups")
SAMPLE_CASES, SAMPLE = Path("evals/gold/sample.jsonl"), Path("corpus")
MEASURES = named(["Recall@5 (article)", "nDCG@10 (article)"])
_FIRST = 10  # of reciprocal rank fusion, Cormack et al. (2009), who took 60 for lists of a thousand

Files = list[str]
Part = Callable[[Case], bool]


@dataclass(frozen=True, kw_only=True)
class Ways:
    """The ways to search for a case, over one folder of articles: each gives the files that are found, best first."""

    assistant: Assistant
    known: dict[Query, Files] = field(default_factory=dict)

    def last_turn(self, case: Case) -> Files:
        """As if nothing had been asked before."""
        return self._found(self.assistant.finder.query(Question(text=case.question, filters=case.filters)))

    def rewritten(self, case: Case) -> Files:
        """As the assistant does."""
        return self._found(
            self.assistant.finder.query(Question(text=case.question, filters=case.filters, history=turns(case)))
        )

    def _found(self, query: Query) -> Files:
        if query not in self.known:  # most questions are the same in several ways
            self.known[query] = [hit.passage.article_id for hit in self.assistant.finder.search(query)]
        return self.known[query]

    def fused(self, case: Case) -> Files:
        """Both of them."""
        scores: dict[str, float] = {}
        for files, weight in ((self.last_turn(case), 1), (self.rewritten(case), 2)):
            for rank, file in enumerate(dict.fromkeys(files), start=1):
                scores[file] = scores.get(file, 0.0) + weight / (_FIRST + rank)
        return sorted(scores, key=lambda file: -scores[file])

    def all_turns(self, case: Case) -> Files:
        """Every question of the conversation, as much of the last ones as may be asked."""
        text = " ".join([*(turn.question for turn in case.history), case.question])
        return self.last_turn(replace(case, question=text[-MOST_CHARACTERS:]))


def run(way: Callable[[Case], Files], cases: Sequence[Case]) -> Run:
    """A run of one way of searching; whole articles are found, because articles are what is measured."""
    found = ([{"file": file, "start": 0, "end": 1} for file in way(case)] for case in cases)
    return Run(header={}, rows=tuple(Row(case=c, answer={"hits": hits}) for c, hits in zip(cases, found, strict=True)))


def only(of: Run, part: Part) -> Run:
    """The rows of one part."""
    return Run(header={}, rows=tuple(row for row in of.rows if part(row.case)))


def table(ways: Ways, cases: Sequence[Case], parts: dict[str, Part]) -> list[str]:
    """A line for each part and way: both measures, and by how much they are above those of the last turn."""
    runs = [(w.__name__, run(w, cases)) for w in (ways.last_turn, ways.rewritten, ways.fused, ways.all_turns)]
    lines = []
    for name, part in parts.items():
        (_, first), *others = some = [(way, only(r, part)) for way, r in runs]
        scores = [m.score(first.rows) for m in MEASURES]
        changed = sum(_is_changed(row.case) for row in first.rows)
        lines.append(f"{name}: {len(first.rows)} questions, {changed} of them rewritten")
        lines.append(f"  {'last_turn':<10}" + "".join(f"  {score:.3f}{'':<32}" for score in scores).rstrip())
        compared = compare(some, MEASURES).runs if others else ()
        lines += [f"  {c.name:<10}" + "".join(map(_shown, c.differences)).rstrip() for c in compared]
    return lines


def _shown(d: Difference) -> str:
    known = f"{d.difference:+.3f} [{d.low:+.3f}, {d.high:+.3f}] p {d.corrected:.4f}"
    return f"  {d.other:.3f} {known:<31}"


def _is_changed(case: Case) -> bool:
    return bool(standing_alone(case.question, turns(case), case.q_lang).added)


def after_another(cases: Sequence[Case], *, same_matter: bool) -> list[Case]:
    """Questions that stand alone, each after another one, in the same language where there is one; the same every time."""
    rng, found = random.Random(7), []
    for case in cases:
        others = [c for c in cases if c.id != case.id and (_matter(c) == _matter(case)) == same_matter]
        other = rng.choice([c for c in others if c.q_lang == case.q_lang] or others)
        found.append(replace(case, history=(Turn(question=other.question, answer=" ".join(other.answers[:1])),)))
    return found


def _matter(case: Case) -> str:
    return case.evidence[0].file.partition("/")[0]


def main(source: Path) -> None:
    """Index, search, print."""
    settings, made = load_settings(home=WORK), convert("mtrag", source, WORK / "mtrag")
    everything: Part = lambda case: True  # noqa: E731
    print(
        f"{date.today().isoformat()}  by article, over the last turn only: difference [95 % interval] p, corrected for both measures"
    )
    print(f"{'':<14}{MEASURES[0].name:<38}{MEASURES[1].name}")
    with opened(settings, made.corpus, "search") as (system, _):
        cases = [c for c in load_cases(made.cases) if c.evidence]
        parts: dict[str, Part] = {
            "mtrag, train": lambda case: trains(case.id),
            "mtrag, test": lambda case: not trains(case.id),
            "mtrag, all": everything,
        }
        print("\n".join(table(Ways(assistant=system.assistant), cases, parts)))
    with opened(settings, SAMPLE, "search") as (system, _):
        ways, sample = Ways(assistant=system.assistant), [c for c in load_cases(SAMPLE_CASES) if c.evidence]
        print("\n".join(table(ways, [c for c in sample if c.history], {"sample, follow-ups": everything})))
        alone = [c for c in sample if not c.history]
        for name, same in (("another matter", False), ("the same matter", True)):
            title = f"sample, standing alone, after a question on {name}"
            print("\n".join(table(ways, after_another(alone, same_matter=same), {title: everything})))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
