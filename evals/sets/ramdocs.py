"""RAMDocs (Wang et al. 2025): several right answers, misinformation and noise for one question."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evals.cases import Case, Evidence
from evals.sets.articles import Articles
from evals.sets.source import files_of, mentions, read_json_lines
from evals.sets.types import Converted, Set, case_of, converted


@dataclass(frozen=True, kw_only=True)
class _Document:
    text: str
    type: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class _Question:
    question: str
    documents: tuple[_Document, ...]
    gold_answers: tuple[str, ...]
    wrong_answers: tuple[str, ...] = ()


def read_ramdocs(source: Path) -> Converted:
    """The documents of all questions become articles; the correct ones are evidence, each as a whole.

    Which sentence of a document bears its answer out was never marked: the answer's words also stand where they say
    something else, so no place is guessed from them.
    """
    articles = Articles()
    questions = read_json_lines(files_of(source, "*.jsonl")[0], _Question)
    return converted([_case(f"ramdocs-{number}", q, articles) for number, q in enumerate(questions)], articles.texts)


def _case(name: str, question: _Question, articles: Articles) -> Case | str:
    files = [articles.add(document.text[:60], document.text) for document in question.documents]
    correct = [file for file, document in zip(files, question.documents, strict=True) if document.type == "correct"]
    wrong = [*question.wrong_answers, *(d.answer for d in question.documents if d.type == "misinfo")]
    if not question.gold_answers:
        return f"{name}: no answer is given"
    return case_of(
        id=name,
        question=question.question,
        answerable=True,
        q_lang="en",
        doc_lang="en",
        answers=question.gold_answers,
        wrong_answers=tuple(dict.fromkeys(answer for answer in wrong if answer not in question.gold_answers)),
        type="several_answers" if len(question.gold_answers) > 1 else "fact",
        evidence=tuple(Evidence(file=file) for file in dict.fromkeys(correct)),
    )


RAMDOCS = Set(
    name="ramdocs",
    about="sources that disagree: several right answers, misinformation and noise (RAMDocs)",
    holds="RAMDocs_test.jsonl, or the folder with it",
    licence="MIT",
    read=read_ramdocs,
    fits=mentions("*.jsonl", '"documents"', '"gold_answers"'),
)
