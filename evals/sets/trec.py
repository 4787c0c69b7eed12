"""Judgements and rankings in the text formats of TREC, so that other programs score ours and ours scores theirs.

A document is an article there. Both formats part their columns by white space: a space within an id or a file is `%20`.

    qrels:  case 0 file relevance
    run:    case Q0 file rank score tag
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from urllib.parse import quote, unquote

from evals.cases import Case, load_cases
from evals.header import cases_hash
from evals.runs import Row, Run
from evals.sets.source import read_text
from evals.sets.types import SetWrong
from index.readers import find_files, read_article

_RANKED = re.compile(r"\S+ \S+ \S+ \d+ [-+]?[\d.]+(e[-+]?\d+)? \S+", re.IGNORECASE)
_BEIR_HEADER = ["query-id", "corpus-id", "score"]


def qrels_text(cases: Iterable[Case]) -> str:
    """The articles that are evidence; of several places in one the highest relevance counts."""
    lines = []
    for case in cases:
        grades: dict[str, int] = {}
        for evidence in case.evidence:
            grades[evidence.file] = max(grades.get(evidence.file, 0), evidence.relevance)
        lines += [f"{_written(case.id)} 0 {_written(file)} {grade}\n" for file, grade in grades.items()]
    return "".join(lines)


def ranking_text(rows: Iterable[Row], tag: str = "sourceline") -> str:
    """The articles of the hits in their order, each once; the score is 1 / rank, because others sort by it."""
    lines = []
    for row in rows:
        files = dict.fromkeys(hit.file for hit in row.hits)
        for rank, file in enumerate(files, 1):
            lines.append(f"{_written(row.case.id)} Q0 {_written(file)} {rank} {1 / rank:.9f} {_written(tag)}\n")
    return "".join(lines)


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """The grade of every judged document, by case; BEIR's three columns with their header are read too. Raises SetWrong."""
    grades: dict[str, dict[str, int]] = {}
    for number, columns in _rows(path):
        if columns == _BEIR_HEADER:
            continue
        if len(columns) not in (3, 4) or not re.fullmatch(r"-?\d+", columns[-1]):
            raise SetWrong(f"{path}:{number}: not a judgement", "write: case 0 file relevance")
        grades.setdefault(unquote(columns[0]), {})[unquote(columns[-2])] = int(columns[-1])
    return grades


def read_run_file(path: Path) -> dict[str, list[str]]:
    """The ranked documents of every case: by score, as trec_eval does it, and by rank where scores are equal.

    Raises SetWrong with the number of the line, also where it ranks an article of its case again.
    """
    found: dict[str, dict[str, tuple[float, int]]] = {}
    for number, columns in _rows(path):
        if not _RANKED.fullmatch(" ".join(columns)):
            raise SetWrong(f"{path}:{number}: not a place in a ranking", "write: case Q0 file rank score tag")
        case, _, file, rank, score, _ = columns
        ranked = found.setdefault(unquote(case), {})
        if unquote(file) in ranked:
            raise SetWrong(f"{path}:{number}: {file} is ranked for {case} already", "rank each article once for a case")
        ranked[unquote(file)] = (-float(score), int(rank))
    return {case: sorted(files, key=files.__getitem__) for case, files in found.items()}


def run_of(cases: Iterable[Case], ranking: Mapping[str, Sequence[str]], corpus: Path, system: str) -> Run:
    """Another system's ranking as a run, so that it is scored as ours are; each hit is a whole article of `corpus`.

    A document may be named by its file or, as in BEIR, by its file without `.txt`. Raises SetWrong for one that is not there.
    """
    paths = {found.article_id: found.path for found in find_files(corpus)[0]}

    @cache
    def hit(name: str) -> Mapping[str, object]:
        file = name if name in paths else f"{name}.txt"
        if file not in paths:
            raise SetWrong(f"there is no article {name} in {corpus}", "rank the articles by the names of their files")
        return {"file": file, "start": 0, "end": len(read_article(paths[file], file).text)}

    def row(case: Case) -> Row:
        hits = [{"rank": rank, **hit(name)} for rank, name in enumerate(ranking.get(case.id, ()), 1)]
        return Row(case=case, answer={"question": case.question, "hits": hits, "timings": {}})

    return Run(header={"system": system}, rows=tuple(map(row, cases)))


def imported(ranking: Path, cases: Path, corpus: Path) -> Run:
    """The ranking in a file as a run over a file of cases, named by its own file.

    Raises CasesWrong, and SetWrong also for a ranking that has none of the cases.
    """
    loaded, ranked = load_cases(cases), read_run_file(ranking)
    if not any(case.id in ranked for case in loaded):
        raise SetWrong(f"{ranking} ranks nothing for any case of {cases}", "begin its lines with the ids of the cases")
    made = run_of(loaded, ranked, corpus, ranking.stem)
    files = {"ranking_file": str(ranking), "cases_file": str(cases), "corpus_folder": str(corpus)}
    return replace(made, header={**made.header, **files, "made_with": {"cases": cases_hash(loaded)}})


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(read_text(path).splitlines(), 1):
        if line.strip():
            yield number, line.split("\t") if line.count("\t") > 1 else line.split()


def _written(name: str) -> str:
    return re.sub(r"\s|%", lambda found: quote(found[0]), name)
