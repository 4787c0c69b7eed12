"""Runs: what a system answered to each case, as it is kept on disk and read again.

A run is one JSON object, {"header": {...}, "rows": [...]}. A row is the answer as `ask --json` prints it (`rag/contract.py`), and
beside it "case", "trace" and "error". A system that only searches gives the keys "question", "hits" and "timings" alone. Scores
and causes are not kept: they are derived, so that an old run can be scored by a better measure.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from evals.cases import Case
from index.errors import SourcelineError
from index.types import Span


class RunWrong(SourcelineError):
    """A file that is not a run; `what` names it."""


@dataclass(frozen=True, kw_only=True)
class Region:
    """Characters of an article. Two regions overlap when they share a character."""

    file: str
    span: Span

    def overlaps(self, other: Region) -> bool:
        """Whether both have a character in common."""
        return self.file == other.file and self.span.overlaps(other.span)


@dataclass(frozen=True, kw_only=True)
class Traced:
    """Where one piece of evidence stood on its way: the rank, from 1, of the first passage that overlaps it; None: not there.

    `indexed` says whether any passage overlaps it at all.
    """

    indexed: bool
    dense: int | None = None
    lexical: int | None = None
    fused: int | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a system made of one case: the answer's JSON form, and a trace for each piece of evidence if it gives one."""

    answer: Mapping[str, Any]
    trace: tuple[Traced, ...] = ()


System = Callable[[Case], Outcome]
"""What is evaluated: Sourceline in one of its modes, or a peer."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One case of a run. `error` says what crashed; then there is no answer."""

    case: Case
    answer: Mapping[str, Any] = field(default_factory=dict)
    trace: tuple[Traced, ...] = ()
    error: str | None = None

    @cached_property
    def gold(self) -> tuple[Region, ...]:
        """The evidence that has a span."""
        return tuple(Region(file=e.file, span=e.span) for e in self.case.evidence if e.span)

    @cached_property
    def hits(self) -> tuple[Region, ...]:
        """The passages that were found, best first."""
        return tuple(_region(hit) for hit in self.answer.get("hits", ()))

    @cached_property
    def citations(self) -> dict[int, Region]:
        """The citations by their number, as far as they resolve to a place."""
        return {c["number"]: _region(c) for c in self.answer.get("citations", ()) if c.get("file")}

    @property
    def answered(self) -> bool | None:
        """Whether an answer was given and not refused; None where none was asked for, or the case crashed."""
        return None if "refused" not in self.answer else not self.answer["refused"]


@dataclass(frozen=True, kw_only=True)
class Run:
    """All rows, in the order of the cases, and what they were made with (see `evals/header.py`)."""

    header: Mapping[str, Any]
    rows: tuple[Row, ...]


def _region(place: Mapping[str, Any]) -> Region:
    return Region(file=place["file"], span=Span(start=place["start"], end=place["end"]))


_CASE, _TRACE = TypeAdapter(Case), TypeAdapter(tuple[Traced, ...])
_OWN = ("case", "trace", "error")


def row_object(row: Row) -> dict[str, Any]:
    """The JSON form of a row."""
    case = _CASE.dump_python(row.case, mode="json", exclude_defaults=True)
    return {**row.answer, "case": case, "trace": _TRACE.dump_python(row.trace, mode="json"), "error": row.error}


def row_of(written: Mapping[str, Any]) -> Row:
    """The row that was written. Raises ValidationError or KeyError for anything else."""
    return Row(
        case=_CASE.validate_json(json.dumps(written["case"])),
        answer={key: value for key, value in written.items() if key not in _OWN},
        trace=_TRACE.validate_python(written["trace"]),
        error=written["error"],
    )


def run_text(header: Mapping[str, Any], rows: Iterable[Row]) -> str:
    """A run as it is written to its file."""
    return json.dumps({"header": header, "rows": [row_object(row) for row in rows]}, ensure_ascii=False, indent=1)


def read_run(path: Path) -> Run:
    """The run in the file at `path`. Raises RunWrong."""
    remedy = "give a file that `sourceline eval run` has written"
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        return Run(header=written["header"], rows=tuple(row_of(row) for row in written["rows"]))
    except OSError as error:
        raise RunWrong(f"{path} cannot be read ({error.strerror})", remedy) from error
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        raise RunWrong(f"{path} is not a run", remedy) from error
