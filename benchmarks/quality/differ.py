"""Where articles disagree: how often it is said, and how often rightly.

    python -m benchmarks.quality.differ RAMDOCS NTREX [--read FOLDER ...]

Folders as `sourceline eval convert` makes them. RAMDocs has sources that differ, by right answers for several things of one name
and by misinformation: a disagreement is right when two of its values are answers of the case, right or wrong ones, and is due
where the case has two answers in numbers or days. Cases whose id has an even SHA-256 were looked at while the rules were written.
NTREX has the same sentences in several languages: each pair is asked "How many?" and "When?", and any disagreement is false.
The sample corpus' questions and those of `--read` are asked as they are, and so is, of each article of these folders, one sentence
whose only number or day is cut out of it; what is said is listed, to be read. A refused question says nothing.
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
from index.days.said import said
from index.split import split_article
from index.types import Article, Passage, Sentence, Span
from rag.assistant import Assistant
from rag.differ.differ import differing
from rag.question.expect import expected
from rag.question.types import Query, Question
from rag.settings import load_settings
from rag.types import Candidate, Hit
from rag.values.amounts import amounts

ROOT = Path(__file__).parents[2]
_LENGTHS = range(40, 200)  # characters of a sentence that is asked


def told(assistant: Assistant, question: Question) -> list[str]:
    """The values in which the answer says that articles differ."""
    return [v.text for d in assistant.ask(question, "quotes").disagreements for v in d.values]


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
    said = {c.id: values for c in asked if (values := told(assistant, question_of(c)))}
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
    false = sum(
        bool(differing(ask, [_candidate("a", a, x), _candidate("b", b, y)])) for a, x, b, y in pairs for ask in asks
    )
    return len(pairs), false


def _candidate(name: str, text: str, language: str) -> Candidate:
    span = Span(start=0, end=len(text))
    article = Article(id=name, text=text, sha256="", format="txt", language=language, date=date(2018, 10, 1))
    passage = Passage(
        article_id=name, span=span, text=text, language=language, sentences=(Sentence(number=0, span=span),)
    )
    return Candidate(
        article=article, hit=Hit(passage=passage, rank=1, score=1.0, parts={}), span=span, text=text, score=1.0
    )


def listed(assistant: Assistant, questions: Sequence[Question]) -> Iterator[str]:
    """What is said of questions, to be read, and of how many."""
    asked = [q for q in questions if expected(q.text) in ("number", "date")]
    found = [f"  {q.text} {' | '.join(values)}" for q in asked if (values := told(assistant, q))]
    yield f"{len(questions)} questions, {len(asked)} for a number or a day, {len(found)} said"
    yield from found


def cut(assistant: Assistant, files: Sequence[str]) -> Iterator[Question]:
    """One sentence of each article without its only number or day, as a question for that."""
    for article in filter(None, map(assistant.catalog.article, files)):
        spans = (s.span for p in split_article(article) for s in p.sentences)
        texts = (" ".join(span.of(article.text).split()) for span in spans)
        cuts = (_cut(text, article) for text in texts if len(text) in _LENGTHS)
        if question := next(filter(None, cuts), ""):
            yield Question(text=question)


def _cut(text: str, article: Article) -> str:
    numbers = [a.span for a in amounts(text, article.language)]
    days = [Span(start=d.start, end=d.end) for d in said(text, article.language, article.date or date(2024, 1, 1))]
    if len(numbers) == 1:
        return f"What number: {text[: numbers[0].start]}{text[numbers[0].end :]}?"
    return f"When: {text[: days[0].start]}{text[days[0].end :]}?" if len(days) == 1 and not numbers else ""


def read(folder: Path) -> None:
    """Print what is said of a set's own questions, and of those that are cut from its articles."""
    with opened(load_settings(), folder / "corpus", "quotes") as (system, _):
        assistant, cases = system.assistant, load_cases(folder / "cases.jsonl")
        files = sorted(
            p.relative_to(folder / "corpus").as_posix() for p in (folder / "corpus").rglob("*") if p.is_file()
        )
        print(f"{folder.name}:", *listed(assistant, [question_of(c) for c in cases]), sep="\n")
        print(f"{folder.name}, sentences:", *listed(assistant, list(cut(assistant, files))), sep="\n")


def main() -> int:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ramdocs", type=Path)
    parser.add_argument("ntrex", type=Path)
    parser.add_argument("--read", type=Path, nargs="*", default=[], help="further sets whose disagreements are listed")
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
        print("sample corpus:", *listed(system.assistant, [question_of(c) for c in cases]), sep="\n")
    for folder in given.read:
        read(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
