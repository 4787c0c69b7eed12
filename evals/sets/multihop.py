"""MultiHop-RAG (Tang and Yang 2024): questions over several news articles, by topic, outlet and date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from evals.cases import Case, Evidence
from evals.sets.articles import Articles
from evals.sets.source import read_json
from evals.sets.types import Converted, Set, case_of, converted

_NONE = "null_query"


@dataclass(frozen=True, kw_only=True)
class _Article:
    title: str
    url: str
    body: str
    author: str | None = None
    source: str | None = None
    published_at: str | None = None
    category: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Fact:
    url: str
    fact: str


@dataclass(frozen=True, kw_only=True)
class _Question:
    query: str
    answer: str
    question_type: str
    evidence_list: tuple[_Fact, ...]


def read_multihop(source: Path) -> Converted:
    """A fact that does not stand in its article word for word counts as the whole article; a null query as unanswerable."""
    articles = Articles()
    files = {a.url: articles.add(a.title, _text(a)) for a in read_json(source / _CORPUS, tuple[_Article, ...])}
    questions = read_json(source / _QUESTIONS, tuple[_Question, ...])
    made = [_case(f"multihop-{number}", question, files, articles) for number, question in enumerate(questions)]
    return converted(made, articles.texts)


def _text(article: _Article) -> str:
    """The article under header lines that our reader knows."""
    fields = {
        "Source": article.source,
        "Author": article.author,
        "Date": (article.published_at or "")[:10],
        "Category": article.category,
        "URL": article.url,
    }
    header = [f"{name}: {' '.join(value.split())}" for name, value in fields.items() if value]
    return "\n".join([" ".join(article.title.split()), "", *header, "", article.body])


def _case(name: str, question: _Question, files: Mapping[str, str], articles: Articles) -> Case | str:
    missing = [fact.url for fact in question.evidence_list if fact.url not in files]
    if missing:
        return f"{name}: {missing[0]} is not in {_CORPUS}"
    answerable = question.question_type != _NONE
    places = [_place(files[fact.url], fact.fact, articles) for fact in question.evidence_list]
    return case_of(
        id=name,
        question=question.query,
        answerable=answerable,
        q_lang="en",
        doc_lang="en",
        answers=(question.answer,) if answerable else (),
        type=question.question_type,
        evidence=tuple(dict.fromkeys(places)) if answerable else (),
    )


def _place(file: str, fact: str, articles: Articles) -> Evidence:
    return articles.evidence(file, fact) or Evidence(file=file)


def _fits(source: Path) -> bool:
    return (source / _QUESTIONS).is_file()


_QUESTIONS, _CORPUS = "MultiHopRAG.json", "corpus.json"
MULTIHOP = Set(
    name="multihop",
    about="questions that need several news articles: inference, comparison, order in time, and none (MultiHop-RAG)",
    holds=f"a folder with {_QUESTIONS} and {_CORPUS}",
    licence="ODC-BY 1.0; the articles belong to their publishers",
    read=read_multihop,
    fits=_fits,
)
