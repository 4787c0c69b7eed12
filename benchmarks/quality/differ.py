"""Where articles disagree: how often it is said, and how often rightly.

    python -m benchmarks.quality.differ RAMDOCS NTREX

Both folders as `sourceline eval convert` makes them. RAMDocs has sources that differ, by right answers for several things of one name
and by misinformation: a disagreement is right when two of its values are answers of the case, right or wrong ones, and is due
where the case has two answers in numbers or days. Cases whose id has an even SHA-256 were looked at while the rules were written.
NTREX has the same sentences in several languages: each pair is asked "How many?" and "When?", and any disagreement is false.
The sample corpus' questions are asked as they are; what is said is listed, to be read.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from benchmarks.quality.parts import trains
from evals.cases import Case, load_cases
from evals.significance import wilson
from evals.systems import opened, question_of
from index.types import Article, Passage, Sentence, Span
from rag.assistant import Assistant
from rag.differ import differing
from rag.expect import expected
from rag.settings import load_settings
from rag.types import Candidate, Hit, Query

ROOT = Path(__file__).parents[2]


def told(assistant: Assistant, case: Case) -> list[str]:
    """The values in which articles are said to differ."""
    found = assistant.finder.found(question_of(case))
    return [s.span.of(s.candidate.article.text) for s in differing(found.query, found.best)]


def figures(text: str) -> set[str]:
    """The numbers of a value, by which it is known again: of a day, its year."""
    plain = re.sub(r"(?<=\d)[,.](?=\d{3})", "", text)
    return set(re.findall(r"\d{4}", plain) or re.findall(r"\d+", plain))


def due(case: Case) -> list[set[str]]:
    """The different answers of a case in figures, right and wrong ones."""
    found: list[set[str]] = []
    for answer in (*case.answers, *case.wrong_answers):
        if (own := figures(answer)) and not any(own & other for other in found):
            found.append(own)
    return found


def ramdocs(assistant: Assistant, cases: Sequence[Case]) -> str:
    """Precision and recall over the questions for a number or a day."""
    asked = [c for c in cases if c.answerable and expected(c.question) in ("number", "date")]
    said = {c.id: values for c in asked if (values := told(assistant, c))}
    right = sum(sum(any(figures(v) & own for v in said[c.id]) for own in due(c)) >= 2 for c in asked if c.id in said)
    wanted = sum(len(due(c)) >= 2 for c in asked)
    return f"{len(asked)} questions, {len(said)} said, {_share(right, len(said))} of them right, {_share(right, wanted)} of those due"


def _share(part: int, whole: int) -> str:
    low, high = wilson(part, whole) or (0.0, 1.0)
    return f"{part} of {whole} [{low:.2f}, {high:.2f}]"


def parallel(cases: Sequence[Case]) -> tuple[int, int]:
    """How many pairs of a sentence and its translation have been compared, and how often they are said to differ."""
    pairs = [(c.question, c.q_lang or "en", e.quote, c.doc_lang or "en") for c in cases for e in c.evidence if e.quote]
    asks = [Query(text=text, language="en") for text in ("How many?", "When?")]
    false = sum(bool(differing(ask, [_said("a", a, x), _said("b", b, y)])) for a, x, b, y in pairs for ask in asks)
    return len(pairs), false


def _said(name: str, text: str, language: str) -> Candidate:
    span = Span(start=0, end=len(text))
    article = Article(id=name, text=text, sha256="", format="txt", language=language, date=date(2018, 10, 1))
    passage = Passage(
        article_id=name, span=span, text=text, language=language, sentences=(Sentence(number=0, span=span),)
    )
    return Candidate(
        article=article, hit=Hit(passage=passage, rank=1, score=1.0, parts={}), span=span, text=text, score=1.0
    )


def listed(assistant: Assistant, cases: Sequence[Case]) -> Iterator[str]:
    """What is said of the sample corpus."""
    for case in cases:
        if values := told(assistant, case):
            yield f"  {case.id} ({case.type}): {case.question} {' | '.join(values)}"


def main() -> int:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ramdocs", type=Path)
    parser.add_argument("ntrex", type=Path)
    given = parser.parse_args()
    print(date.today())
    with opened(load_settings(), given.ramdocs / "corpus", "quotes") as (system, _):
        cases = load_cases(given.ramdocs / "cases.jsonl")
        for name, part in (("looked at", True), ("held out", False)):
            print(f"RAMDocs, {name}: {ramdocs(system.assistant, [c for c in cases if trains(c.id) == part])}")
    pairs, false = parallel(load_cases(given.ntrex / "cases.jsonl"))
    print(f"NTREX: {pairs} pairs of a sentence and its translation, {false} said to differ")
    with opened(load_settings(), ROOT / "corpus", "quotes") as (system, _):
        cases = load_cases(ROOT / "evals" / "gold" / "sample.jsonl")
        print(f"sample corpus: {len(cases)} questions", *listed(system.assistant, cases), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
