"""What a set is, and what it becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.cases import Case
from index.errors import SourcelineError


class SetWrong(SourcelineError):
    """A source that is not what its set holds; `what` names the file, the line and the key."""


@dataclass(frozen=True, kw_only=True)
class Converted:
    """The cases of a set and their articles: the file below the corpus, and its text or the file to copy.

    `corpus` is the folder of articles that stay where they are. `left_out` says what could not be converted, and why; `told` how
    the source was understood.
    """

    cases: tuple[Case, ...]
    articles: Mapping[str, str | Path]
    corpus: Path | None = None
    left_out: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def case_of(**fields: Any) -> Case | str:
    """The case with these fields, or why a record becomes none: "q7: the question is empty: write one"."""
    try:
        return Case(**fields)
    except ValueError as error:
        return f"{fields['id'] or repr(fields['question'])}: {error}"


def converted(made: Iterable[Case | str], articles: Mapping[str, str | Path]) -> Converted:
    """The cases among `made`; the others say why a record became none."""
    cases, left_out = [], []
    for case in made:
        if isinstance(case, Case):
            cases.append(case)
        else:
            left_out.append(case)
    return Converted(cases=tuple(cases), articles=articles, left_out=tuple(left_out))


@dataclass(frozen=True, kw_only=True)
class Set:
    """One public format. `fits` looks only at names and the beginning of files; `read` raises `SetWrong`."""

    name: str
    about: str
    holds: str  # what the file or folder that is given must be
    licence: str | None = None  # where it is the same for everybody who has the set
    read: Callable[[Path], Converted]
    fits: Callable[[Path], bool]


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """What was written: the file of cases, and the folder of articles to index for them."""

    cases: Path
    corpus: Path
    case_count: int
    answerable_count: int
    article_count: int
    left_out: tuple[str, ...]
    told: tuple[str, ...] = ()
