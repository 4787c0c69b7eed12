"""The common form: questions.jsonl, one record a line, and the articles in corpus/."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from evals.cases import Case
from evals.sets.articles import evidence_in
from evals.sets.source import read_json_lines
from evals.sets.types import Converted, Set, SetWrong, case_of, converted
from index.readers import find_files, read_article
from index.types import Filters


@dataclass(frozen=True, kw_only=True)
class _Place:
    file: str
    quote: str
    start: int = 0


@dataclass(frozen=True, kw_only=True)
class _Record:
    id: str
    question: str
    q_lang: str
    doc_lang: str
    answerable: bool
    answer: str = ""
    answers: tuple[str, ...] = ()
    type: str = "fact"
    evidence: tuple[_Place, ...] = ()


def read_common(source: Path) -> Converted:
    """The articles are copied, and the quotes found in them as our reader gives them: it drops a byte-order mark.

    Where the corpus has a folder for each language, a case searches that of its `doc_lang` alone.
    """
    if not _fits(source):
        raise SetWrong(f"{source} does not hold questions.jsonl and corpus/")
    articles = {found.article_id: found.path for found in find_files(source / "corpus")[0]}
    folders = {PurePosixPath(file).parts[0] for file in articles if "/" in file}

    @cache
    def read(file: str) -> str | None:
        return read_article(articles[file], file).text if file in articles else None

    made = [_case(record, folders, read) for record in read_json_lines(source / "questions.jsonl", _Record)]
    return converted(made, articles)


def _case(record: _Record, folders: set[str], read: Callable[[str], str | None]) -> Case | str:
    evidence = []
    for place in record.evidence:
        file = place.file.removeprefix("corpus/")
        text = read(file)
        found = evidence_in(text, file, place.quote, place.start) if text else None
        if found is None:
            return (
                f"{record.id}: {place.file} is not there"
                if text is None
                else f"{record.id}: {place.file} does not say {place.quote!r}"
            )
        evidence.append(found)
    answers = record.answers or ((record.answer,) if record.answer else ())
    return case_of(
        id=record.id,
        question=record.question,
        answerable=record.answerable,
        q_lang=record.q_lang,
        doc_lang=record.doc_lang,
        answers=answers if record.answerable else (),
        type=record.type,
        evidence=tuple(dict.fromkeys(evidence)) if record.answerable else (),
        filters=Filters(files=(record.doc_lang,) if record.doc_lang in folders else ()),
    )


def _fits(source: Path) -> bool:
    return (source / "questions.jsonl").is_file() and (source / "corpus").is_dir()


COMMON = Set(
    name="common",
    about="any set in the common form: questions.jsonl with quotes and offsets, and a folder of articles",
    holds="a folder with questions.jsonl (id, question, q_lang, doc_lang, answers, type, answerable, evidence) and corpus/",
    read=read_common,
    fits=_fits,
)
