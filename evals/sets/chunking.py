"""The evaluation of passage sizes by Smith and Troynikov (2024): questions with the spans of long texts that answer them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evals.cases import Case
from evals.sets.articles import Articles
from evals.sets.source import checked, files_of, mentions, read_text
from evals.sets.types import Converted, Set, SetWrong, case_of, converted

_QUESTIONS = "questions_df.csv"
_COLUMNS = ("question", "references", "corpus_id")


@dataclass(frozen=True, kw_only=True)
class _Reference:
    content: str
    start_index: int


@dataclass(frozen=True, kw_only=True)
class _Row:
    question: str
    references: tuple[_Reference, ...]
    corpus_id: str


def read_chunking(source: Path) -> Converted:
    """The questions on those texts that lie beside the table, or in corpora/; the others are left out."""
    path = files_of(source, _QUESTIONS)[0]
    articles = Articles()
    made: list[Case | str] = []
    for number, row in _rows(path):
        file = _article(path.parent, row.corpus_id, articles)
        made.append(
            _case(f"chunking-{number}", row, file, articles)
            if file
            else f"chunking-{number}: {row.corpus_id}.md is not there"
        )
    return converted(made, articles.texts)


def _rows(path: Path) -> Iterator[tuple[int, _Row]]:
    csv.field_size_limit(10_000_000)
    rows = csv.DictReader(io.StringIO(read_text(path), newline=""))
    if not set(_COLUMNS) <= set(rows.fieldnames or ()):
        raise SetWrong(f"{path}:1: the columns are not {', '.join(_COLUMNS)}")
    for number, cells in enumerate(rows):
        at = f"{path}:{rows.line_num}"
        try:
            yield number, checked(_Row, {**cells, "references": json.loads(cells["references"])}, at)
        except json.JSONDecodeError as error:
            raise SetWrong(f"{at}: references is not JSON ({error.msg})") from error


def _article(folder: Path, name: str, articles: Articles) -> str | None:
    """The file of the text with this name; None where the text is not there."""
    file = f"{name}.md"
    path = next((p for p in (folder / file, folder / "corpora" / file) if p.is_file()), None)
    if file not in articles.texts and path:
        articles.put(file, read_text(path))
    return file if path else None


def _case(name: str, row: _Row, file: str, articles: Articles) -> Case | str:
    evidence = [articles.evidence(file, r.content, r.start_index) for r in row.references]
    places = tuple(dict.fromkeys(place for place in evidence if place))
    if not places or None in evidence:
        return f"{name}: a reference does not stand in {file}"
    return case_of(
        id=name,
        question=row.question,
        answerable=True,
        q_lang="en",
        doc_lang="en",
        type="several_places" if len(places) > 1 else "fact",
        evidence=places,
    )


CHUNKING = Set(
    name="chunking",
    about="questions with the exact spans of long texts: how a passage size serves them (Chroma's chunking evaluation)",
    holds=f"a folder with {_QUESTIONS} and the texts, such as finance.md, beside it or in corpora/",
    licence="MIT",
    read=read_chunking,
    fits=mentions("*.csv", "references", "corpus_id"),
)
