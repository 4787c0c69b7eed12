"""SQuAD 1.1 and 2.0 (Rajpurkar et al. 2016, 2018) and XQuAD (Artetxe et al. 2020), in their JSON form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from evals.cases import Case
from evals.sets.articles import Articles, language_of
from evals.sets.source import files_of, mentions, read_json
from evals.sets.types import Converted, Set, case_of, converted


@dataclass(frozen=True, kw_only=True)
class _Answer:
    text: str
    answer_start: int


@dataclass(frozen=True, kw_only=True)
class _Question:
    id: str
    question: str
    answers: tuple[_Answer, ...] = ()
    plausible_answers: tuple[_Answer, ...] = ()
    is_impossible: bool = False


@dataclass(frozen=True, kw_only=True)
class _Paragraph:
    context: str
    qas: tuple[_Question, ...]


@dataclass(frozen=True, kw_only=True)
class _Article:
    title: str = ""
    paragraphs: tuple[_Paragraph, ...]


@dataclass(frozen=True, kw_only=True)
class _File:
    data: tuple[_Article, ...]


def read_squad(source: Path) -> Converted:
    """One article for each of theirs, its paragraphs apart.

    A question that its paragraph does not answer counts as unanswerable, and its plausible answers as wrong; whether
    another article answers it was never looked at.
    """
    articles = Articles()
    made = [case for a in read_json(files_of(source, "*.json")[0], _File).data for case in _cases(a, articles)]
    return converted(made, articles.texts)


def _cases(article: _Article, articles: Articles) -> Iterator[Case | str]:
    """The cases of one article, or why one was left out."""
    title = " ".join(article.title.replace("_", " ").split())
    text, starts = title, []
    for paragraph in article.paragraphs:
        text += "\n\n" if text else ""
        starts.append(len(text))
        text += paragraph.context
    file = articles.add(title, text)
    doc_lang = language_of(p.context for p in article.paragraphs)
    q_lang = language_of(q.question for p in article.paragraphs for q in p.qas)
    for paragraph, start in zip(article.paragraphs, starts, strict=True):
        for question in paragraph.qas:
            said = {"id": question.id, "question": question.question, "q_lang": q_lang, "doc_lang": doc_lang}
            yield _judged(said, question, file, start, articles)


def _judged(said: Mapping[str, str], question: _Question, file: str, start: int, articles: Articles) -> Case | str:
    """The case with its answers and their places, or why there is none."""
    if question.is_impossible:
        wrong = tuple(dict.fromkeys(answer.text for answer in question.plausible_answers))
        return case_of(**said, answerable=False, type="unanswerable", wrong_answers=wrong)
    places = [articles.evidence(file, answer.text, start + answer.answer_start) for answer in question.answers]
    evidence = tuple(dict.fromkeys(place for place in places if place))
    if not evidence:
        return f"{question.id}: no answer stands in the article {file}"
    answers = tuple(dict.fromkeys(answer.text for answer in question.answers))
    return case_of(**said, answerable=True, type="extractive", answers=answers, evidence=evidence)


SQUAD = Set(
    name="squad",
    about="questions on paragraphs of Wikipedia with the exact span of the answer (SQuAD 1.1 and 2.0, XQuAD, MLQA)",
    holds="a JSON file in the format of SQuAD, such as dev-v2.0.json or xquad.de.json",
    read=read_squad,
    fits=mentions("*.json", '"paragraphs"', '"qas"'),
)
