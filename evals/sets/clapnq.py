"""CLAP NQ (Rosenthal et al. 2024): long answers, with the sentences that bear them out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evals.cases import Case
from evals.sets.articles import Articles, titled
from evals.sets.source import files_of, mentions, read_json_lines
from evals.sets.types import Converted, Set, case_of, converted


@dataclass(frozen=True, kw_only=True)
class _Passage:
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class _Output:
    answer: str
    selected_sentences: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Question:
    id: str
    input: str
    passages: tuple[_Passage, ...]
    output: tuple[_Output, ...] = ()


def read_clapnq(source: Path) -> Converted:
    """Every sentence that one of the annotators chose is evidence. A question without an answer is unanswerable.

    Whether another question's passage answers it was never looked at.
    """
    articles = Articles()
    questions = [q for path in files_of(source, "*answerable.jsonl") for q in read_json_lines(path, _Question)]
    return converted([_case(question, articles) for question in questions], articles.texts)


def _case(question: _Question, articles: Articles) -> Case | str:
    files = [articles.add(p.title, titled(p.title, p.text)) for p in question.passages]
    chosen = dict.fromkeys(sentence for output in question.output for sentence in output.selected_sentences)
    references = tuple(output.answer for output in question.output if output.answer.strip())
    places = [[articles.evidence(file, sentence) for file in files] for sentence in chosen]
    evidence = [next((place for place in found if place), None) for found in places]
    if None in evidence:
        return f"{question.id}: a chosen sentence does not stand in its passage"
    return case_of(
        id=question.id,
        question=question.input,
        answerable=bool(references),
        q_lang="en",
        doc_lang="en",
        references=references,
        type="long_answer" if references else "unanswerable",
        evidence=tuple(place for place in evidence if place) if references else (),
    )


CLAPNQ = Set(
    name="clapnq",
    about="long answers with the sentences that bear them out, and questions without one (CLAP NQ)",
    holds="clapnq_*_answerable.jsonl and clapnq_*_unanswerable.jsonl, one of them or the folder with both",
    licence="Apache-2.0; the passages are Wikipedia's, CC BY-SA",
    read=read_clapnq,
    fits=mentions("*.jsonl", '"passages"', '"selected_sentences"'),
)
