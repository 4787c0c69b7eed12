"""Two questions in one: is the one that has an answer answered, and the one that has none named?

    python -m benchmarks.quality.joined

Of the sample corpus, cases that trained nothing are joined by "and" with the next one of their language, where both stand alone and
are told apart. "refused": nothing is answered; "named": a question is said to have no answer; "right": a quote stands in its
gold place.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import cycle, pairwise
from pathlib import Path

from benchmarks.quality.parts import trains
from evals.cases import Case, load_cases
from evals.significance import wilson
from evals.systems import opened
from rag.assistant import Assistant
from rag.question.parts import questions
from rag.settings import load_settings
from rag.types import Answer

ROOT = Path(__file__).parents[2]
AND = {"en": "and", "de": "und", "fr": "et", "es": "y", "ru": "и"}


@dataclass(frozen=True, kw_only=True)
class Joined:
    """Two cases as one question, and the answer to it."""

    cases: tuple[Case, Case]
    answer: Answer

    def named(self, case: Case) -> bool:
        """Whether this one is said to have no answer."""
        return _bare(case) in self.answer.unanswered

    def right(self, case: Case) -> bool:
        """Whether a quote stands where this one is answered."""
        return any(
            e.file in (c.file, *c.also_in) and (e.span is None or e.span.overlaps(c.span))
            for e in case.evidence
            for c in self.answer.citations
        )


def _bare(case: Case) -> str:
    return case.question.strip().rstrip(" ?!.,")


def pairs(cases: Sequence[Case]) -> Iterator[tuple[str, tuple[Case, Case]]]:
    """Each case with the next one, and those with an answer with one that has none, in turns before and behind."""
    for language, word in AND.items():
        some = [c for c in cases if c.q_lang == language and not c.history]
        known, unknown = ([c for c in some if c.answerable == which] for which in (True, False))
        mixed = (
            [pair[:: (-1) ** n] for n, pair in enumerate(zip(known, cycle(unknown), strict=False))] if unknown else []
        )
        for one, two in (*pairwise(known), *pairwise(unknown), *mixed):
            text = f"{_bare(one)} {word} {two.question}"
            if questions(text, language) == (_bare(one), _bare(two)):
                yield text, (one, two)


def asked(assistant: Assistant, cases: Sequence[Case]) -> list[Joined]:
    """Ask every pair."""
    return [Joined(cases=pair, answer=assistant.ask(text, "quotes")) for text, pair in pairs(cases)]


def rows(found: Sequence[Joined]) -> Iterator[str]:
    """One row for each number of questions that have an answer."""
    yield f"{'of the two have an answer':<28}{'n':>4}   {'refused':<22}{'named, with an answer':<24}{'named, without':<22}right"
    for answerable in (2, 1, 0):
        some = [j for j in found if sum(c.answerable for c in j.cases) == answerable]
        with_answer, without = (
            [(j, c) for j in some for c in j.cases if c.answerable == which] for which in (True, False)
        )
        yield (
            f"{answerable:<28}{len(some):>4}   {_share([j.answer.refusal is not None for j in some]):<22}"
            f"{_share([j.named(c) for j, c in with_answer]):<24}{_share([j.named(c) for j, c in without]):<22}"
            f"{_share([j.right(c) for j, c in with_answer])}"
        )


def _share(values: Sequence[bool]) -> str:
    low, high = wilson(sum(values), len(values)) or (0.0, 0.0)
    return f"{sum(values) / len(values):.3f} [{low:.3f}, {high:.3f}]" if values else "-"


def main() -> int:
    """Print the table."""
    cases = [c for c in load_cases(ROOT / "evals/gold/sample.jsonl") if not trains(c.id)]
    with opened(load_settings(), ROOT / "corpus", "quotes") as (system, _):
        found = asked(system.assistant, cases)
    print(f"{date.today()}  questions of the sample corpus that trained nothing, two joined", *rows(found), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
