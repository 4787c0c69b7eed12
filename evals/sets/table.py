"""A table of questions, answers and files, as a spreadsheet saves it; the articles stay where they are."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from evals.cases import Case, Evidence
from evals.quotes import find_quote, nearest
from evals.sets.articles import language_of
from evals.sets.source import files_of, opening_of, read_text
from evals.sets.types import Converted, Set, SetWrong
from index.readers import find_files, read_article

_COLUMNS = {
    "question": "question query questions frage fragen pregunta domanda вопрос q",
    "answer": "answer answers expected antwort antworten respuesta réponse risposta ответ a",
    "file": "file files filename path article source document datei artikel quelle fichier archivo файл",
    "quote": "quote quotes evidence passage excerpt zitat beleg stelle citation cita цитата",
    "id": "id qid caseid questionid identifier kennung",
}
_COLUMN_OF = {name: column for column, names in _COLUMNS.items() for name in names.split()}
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, kw_only=True)
class _Row:
    line: int
    question: str
    answer: str = ""
    file: str = ""
    quote: str = ""
    id: str = ""


def read_table(source: Path, corpus: Path | None = None) -> Converted:
    """Rows with the same question become one case; a question with neither answer nor file is unanswerable.

    A case has the id of its first row, or else the number of its line. What was read as what, and what was joined, is told.
    Files are named as they lie below `corpus` or, without it, beside the table. Raises SetWrong with all faulty lines.
    """
    path = files_of(source, "*.[ct]sv")[0]
    corpus = corpus or path.parent
    place = _placer(corpus)
    cases: dict[str, Case] = {}
    faults = []
    rows, told = _rows(path)
    for row in rows:
        found = place(row) if row.file else None
        if isinstance(found, str):
            faults.append(f"{path}:{row.line}: {found}")
        elif fault := _fault(row):
            faults.append(f"{path}:{row.line}: {fault}")
        else:
            cases[row.question] = _with(cases.get(row.question), row, found)
    if faults := [*faults, *(f"{path}:{fault}" for fault in _taken(rows))]:
        raise SetWrong("\n".join(faults[:20]), "mend these lines")
    return Converted(cases=tuple(cases.values()), articles={}, corpus=corpus, told=(*told, *_joined(rows)))


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Which column holds what, as far as the names in the header tell."""
    names = [re.sub(r"[\W\d_]", "", name.casefold()) for name in header]
    return {_COLUMN_OF[name]: at for at, name in reversed(list(enumerate(names))) if name in _COLUMN_OF}


def _rows(path: Path) -> tuple[list[_Row], tuple[str, ...]]:
    """The rows, and which columns were read as what."""
    text = read_text(path)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter_of(text), strict=True)
    try:
        columns = columns_of(header := next(reader, []))
        if "question" not in columns:
            raise SetWrong(
                f"{path}:1: no column is named question", "name the columns question, answer, file and quote"
            )
        rows = []
        for cells in reader:
            found = {name: cells[at].strip() for name, at in columns.items() if at < len(cells)}
            if any(found.values()):
                rows.append(_Row(line=reader.line_num, **found))
    except csv.Error as error:
        raise SetWrong(f"{path}:{reader.line_num}: {error}", "save the table as CSV again") from error
    return rows, _told(header, columns)


def _told(header: Sequence[str], columns: Mapping[str, int]) -> tuple[str, ...]:
    """Which column was read as what, and which were not."""
    read = ", ".join(f"{header[at].strip()!r} as {name}" for name, at in columns.items())
    ignored = ", ".join(repr(name.strip()) for at, name in enumerate(header) if at not in columns.values())
    return (f"columns read: {read}", *([f"columns ignored: {ignored}"] if ignored else []))


def _taken(rows: Sequence[_Row]) -> Iterator[str]:
    """The rows whose id is that of another question."""
    first: dict[str, _Row] = {}
    for row in rows:
        if row.id and (other := first.setdefault(row.id, row)).question != row.question:
            yield f"{row.line}: the id {row.id!r} is that of another question, in line {other.line}"


def _joined(rows: Sequence[_Row]) -> Iterator[str]:
    """The questions that stand in several rows with different answers."""
    answers: dict[str, dict[str, int]] = {}
    for row in rows:
        if row.answer:
            answers.setdefault(row.question, {}).setdefault(row.answer, row.line)
    for question, given in answers.items():
        if len(given) > 1:
            lines = ", ".join(map(str, given.values()))
            yield f"lines {lines} ask the same, {question!r}: one case, in which each of {', '.join(map(repr, given))} is right"


def delimiter_of(text: str) -> str:
    """What parts the columns, told from the header alone: prose below it is full of commas."""
    header = text.split("\n", 1)[0]
    try:
        return csv.Sniffer().sniff(header, _DELIMITERS).delimiter
    except csv.Error:
        return max(_DELIMITERS, key=header.count)


def _placer(corpus: Path) -> Callable[[_Row], tuple[Evidence, ...] | str]:
    """Finds what a row names among the articles, or says what is nearest to it."""
    paths = {found.article_id: found.path for found in find_files(corpus)[0]}

    @cache
    def read(file: str) -> str:
        return read_article(paths[file], file).text

    def place(row: _Row) -> tuple[Evidence, ...] | str:
        name = row.file.replace("\\", "/").removeprefix("./")
        files = [name] if name in paths else [file for file in paths if file.rpartition("/")[2] == name]
        if len(files) != 1:
            close = ", ".join(files) or next(iter(get_close_matches(name, paths, n=1, cutoff=0.0)), "none")
            return f"{row.file} names {len(files) or 'no'} articles in {corpus}; the nearest: {close}"
        return _quoted(files[0], row.quote, read) if row.quote else (Evidence(file=files[0]),)

    return place


def _quoted(file: str, quote: str, read: Callable[[str], str]) -> tuple[Evidence, ...] | str:
    """Every place of the quote in the article: where it stands twice, both say it."""
    text = read(file)
    found = find_quote(text, quote)
    if not found:
        near = nearest(text, quote)
        return f"{file} does not say {quote!r}; nearest at {near.start}: {near.of(text)!r}"
    return tuple(Evidence(file=file, quote=span.of(text), start=span.start, end=span.end) for span in found)


def _fault(row: _Row) -> str | None:
    if not row.question:
        return "the question is empty: write one, or remove the row"
    return "a quote without its file: name the article that it is from" if row.quote and not row.file else None


def _with(case: Case | None, row: _Row, evidence: Sequence[Evidence] | None) -> Case:
    """The case with one more row of the table."""
    case = case or Case(
        id=row.id or f"line-{row.line}", question=row.question, answerable=False, q_lang=language_of([row.question])
    )
    answers = dict.fromkeys([*case.answers, *([row.answer] if row.answer else [])])
    places = dict.fromkeys([*case.evidence, *(evidence or ())])
    answerable = bool(answers or places)
    kind = "fact" if answerable else "unanswerable"
    return replace(case, answerable=answerable, type=kind, answers=tuple(answers), evidence=tuple(places))


def _fits(source: Path) -> bool:
    opening = opening_of(source) if source.suffix in (".csv", ".tsv") else ""
    header = next(csv.reader([opening.split("\n", 1)[0]], delimiter=delimiter_of(opening)), []) if opening else []
    return {"question", "answer"} <= columns_of(header).keys()


TABLE = Set(
    name="table",
    about="your own questions from a spreadsheet, on your own articles",
    holds="a CSV or TSV file with the columns question, answer, file and, if you like, quote and id; the articles lie beside it",
    read=read_table,
    fits=_fits,
)
