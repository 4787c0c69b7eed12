"""BEIR (Thakur et al. 2021): documents, queries, and graded judgements of which document answers which query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import Field

from evals.cases import Case, Evidence
from evals.sets.articles import Articles, file_of_id, language_of, titled
from evals.sets.source import files_of, read_json_lines
from evals.sets.trec import read_qrels
from evals.sets.types import Converted, Set, case_of, converted


@dataclass(frozen=True, kw_only=True)
class _Document:
    id: Annotated[str, Field(validation_alias="_id")]
    text: str
    title: str = ""
    metadata: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _Query:
    id: Annotated[str, Field(validation_alias="_id")]
    text: str


def read_beir(source: Path) -> Converted:
    """Every judged query is a case, and every document that is relevant to it is evidence as a whole, with its grade.

    The judgements are those of qrels/test.tsv or, without it, of all files there. The file of an article is its id and
    `.txt`, so that a TREC run by the same ids can be scored.
    """
    articles, files = Articles(), {}
    for document in read_json_lines(source / "corpus.jsonl", _Document):
        if document.text.strip() or document.title.strip():
            files[document.id] = articles.put(file_of_id(document.id), titled(document.title, document.text))
    judged = _judgements(source)
    queries = [query for query in read_json_lines(source / "queries.jsonl", _Query) if query.id in judged]
    language = language_of(query.text for query in queries)
    made = [_case(query, judged[query.id], files, language) for query in queries]
    absent = [f"{name}: judged, but not in queries.jsonl" for name in judged.keys() - {query.id for query in queries}]
    return converted([*made, *sorted(absent)], articles.texts)


def _judgements(source: Path) -> dict[str, dict[str, int]]:
    paths = [path for path in files_of(source, "qrels/*.tsv") if path.name == "test.tsv"]
    judged: dict[str, dict[str, int]] = {}
    for path in paths or files_of(source, "qrels/*.tsv"):
        for query, grades in read_qrels(path).items():
            judged.setdefault(query, {}).update(grades)
    return judged


def _case(query: _Query, grades: Mapping[str, int], files: Mapping[str, str], language: str) -> Case | str:
    relevant = {name: grade for name, grade in grades.items() if grade > 0}
    missing = [name for name in relevant if name not in files]
    if missing:
        return f"{query.id}: the relevant document {missing[0]} is not in corpus.jsonl, or empty"
    if not relevant:
        return f"{query.id}: no document is relevant to it"
    return case_of(
        id=query.id,
        question=query.text,
        answerable=True,
        q_lang=language,
        doc_lang=language,
        type="search",
        evidence=tuple(Evidence(file=files[name], relevance=grade) for name, grade in relevant.items()),
    )


def _fits(source: Path) -> bool:
    return (source / "corpus.jsonl").is_file() and (source / "queries.jsonl").is_file()


BEIR = Set(
    name="beir",
    about="queries and graded judgements of whole documents (BEIR, and TREC collections in its form)",
    holds="a folder with corpus.jsonl, queries.jsonl and qrels/*.tsv",
    read=read_beir,
    fits=_fits,
)
