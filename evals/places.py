"""Whether the evidence of cases is where they say, and, for those of it that are shown, where it is instead."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from evals.quotes import nearest
from index.errors import UnreadableArticle
from index.readers import find_files, read_article

if TYPE_CHECKING:
    from evals.cases import Case, Evidence

_HINTED = 20  # faults: looking for the nearest place takes long, and nobody reads more of them
_COMPARED = 2_000  # names of files

Read = Callable[[str], str]
"""Gives the text of an article by its id; may raise UnreadableArticle."""


def check_cases(cases: Iterable[Case], corpus: Path, lines: Mapping[str, str] | None = None) -> list[str]:
    """What keeps `cases` from being judged over the articles in `corpus`; see `misplaced`.

    Raises `UnreadableArticle` without a folder.
    """
    paths = {found.article_id: found.path for found in find_files(corpus)[0]}
    return misplaced(cases, paths, lambda file: read_article(paths[file], file).text, lines)


def misplaced(
    cases: Iterable[Case], files: Collection[str], read: Read, lines: Mapping[str, str] | None = None
) -> list[str]:
    """The evidence that is in none of `files`, or not where the cases say: one line each, with the case and the fault.

    The first twenty also name the nearest file or place. `lines` says where a case stands ("cases.jsonl:12"), by its id.
    """
    kept = lru_cache(maxsize=64)(read)
    close = cache(lambda file: _close(file, files))
    faults: list[str] = []
    for case in cases:
        at = f"{lines[case.id]}: {case.id}" if lines else case.id
        for evidence in case.evidence:
            hint = len(faults) < _HINTED
            if wrong := _misplaced(evidence, files, kept, close if hint else None):
                faults.append(f"{at}: {wrong}")
    return faults


def lines_of(path: Path, numbered: Mapping[int, Case]) -> dict[str, str]:
    """Where each case stands in the file at `path`, by its id; `numbered` are the cases by their line."""
    return {case.id: f"{path}:{number}" for number, case in numbered.items()}


def check_evidence(case: Case, read: Read) -> list[str]:
    """The same for a single case whose articles are all there."""
    return misplaced([case], {evidence.file for evidence in case.evidence}, read)


def _misplaced(
    evidence: Evidence, files: Collection[str], read: Read, close: Callable[[str], str] | None
) -> str | None:
    """What is wrong with a place; with `close`, which gives the nearest file, also what is nearest to it."""
    if evidence.file not in files:
        near = close(evidence.file) if close else ""
        return f"there is no article {evidence.file}" + (f"; the nearest is {near}" if near else "")
    if evidence.span is None or evidence.quote is None:
        return None
    try:
        text = read(evidence.file)
    except UnreadableArticle as error:
        return f"{evidence.file} cannot be read ({error})"
    found = evidence.span.of(text)
    if found == evidence.quote:
        return None
    told = f"{evidence.file}:{evidence.start}-{evidence.end} says {found!r}, not {evidence.quote!r}"
    return f"{told}; {_nearest(text, evidence.quote)}" if close else told


def _close(file: str, files: Collection[str]) -> str:
    """The file with the same name in another folder or else with one like it; of many files only the first are compared."""
    name = file.rpartition("/")[2]
    namesakes = [other for other in files if other.rpartition("/")[2] == name]
    near = get_close_matches(file, namesakes, n=1, cutoff=0) or get_close_matches(file, [*files][:_COMPARED], n=1)
    return near[0] if near else ""


def _nearest(text: str, quote: str) -> str:
    near = nearest(text, quote)
    return f"nearest at {near.start}: {near.of(text)!r}"
