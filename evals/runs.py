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
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from evals.cases import Case
from index.errors import SourcelineError
from index.types import Span

JOURNAL = ".part"
"""What the name of a run ends with that is not complete."""


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


_Whole = Annotated[int, Field(strict=True, ge=0)]
_Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
_Probability = Annotated[float, Field(strict=True, ge=0, le=1)]


@dataclass(frozen=True, kw_only=True)
class _Place:
    file: str
    start: _Whole
    end: _Whole

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise ValueError(f"start {self.start} is after end {self.end}")


@dataclass(frozen=True, kw_only=True)
class _Citation:
    number: _Whole
    file: str | None = None
    start: _Whole | None = None
    end: _Whole | None = None
    quote: str | None = None

    def __post_init__(self) -> None:
        if self.file and (self.start is None or self.end is None or self.start > self.end):
            raise ValueError(f"{self.file} from {self.start} to {self.end} is no place")


@dataclass(frozen=True, kw_only=True)
class _Claim:
    text: str
    citations: list[_Whole]
    support: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """What measures and reports rely on in an answer; everything else in it is passed over."""

    hits: list[_Place] = field(default_factory=list)
    citations: list[_Citation] = field(default_factory=list)
    claims: list[_Claim] | None = None
    refused: Annotated[bool, Field(strict=True)] | None = None
    answer: str | None = None
    answerability: _Probability | None = None
    timings: dict[str, _Number | None] | None = None
    usage: dict[str, _Number | None] | None = None


_CASE, _TRACE, _ANSWER = TypeAdapter(Case), TypeAdapter(tuple[Traced, ...]), TypeAdapter(_Answer)
_OWN = ("case", "trace", "error")


def row_object(row: Row) -> dict[str, Any]:
    """The JSON form of a row."""
    case = _CASE.dump_python(row.case, mode="json", exclude_defaults=True)
    return {**row.answer, "case": case, "trace": _TRACE.dump_python(row.trace, mode="json"), "error": row.error}


def row_of(written: Mapping[str, Any]) -> Row:
    """The row that was written. Raises ValidationError, KeyError, ValueError or TypeError for anything else."""
    answer = {key: value for key, value in dict(written).items() if key not in _OWN}
    check_answer(answer)
    return Row(
        case=_CASE.validate_json(json.dumps(written["case"])),
        answer=answer,
        trace=_TRACE.validate_python(written["trace"]),
        error=written["error"],
    )


def check_answer(answer: Mapping[str, Any]) -> None:
    """Raise ValidationError where an answer has a place, a number or a probability that cannot be measured."""
    _ANSWER.validate_python(answer)


def run_text(header: Mapping[str, Any], rows: Iterable[Row]) -> str:
    """A run as it is written to its file."""
    return json.dumps({"header": header, "rows": [row_object(row) for row in rows]}, ensure_ascii=False, indent=1)


def read_run(path: Path) -> Run:
    """The run in the file at `path`. Raises RunWrong."""
    remedy = "give a file that `sourceline eval run` has written"
    if unfinished := _unfinished(path):
        raise RunWrong(unfinished, "the same `sourceline eval run` goes on from there")
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        header, rows = dict(written["header"]), list(written["rows"])
    except OSError as error:
        raise RunWrong(f"{path} cannot be read ({error.strerror})", remedy) from error
    except (ValueError, KeyError, TypeError) as error:
        raise RunWrong(f"{path} is not a run", remedy) from error
    return Run(header=header, rows=tuple(_read_row(row, f"{path}: row {n}") for n, row in enumerate(rows, 1)))


def _unfinished(path: Path) -> str | None:
    """What is said of the journal of a run, or of a run that has no more than its journal."""
    journal = path if path.suffix == JOURNAL else path.with_name(path.name + JOURNAL)
    if (path != journal and path.exists()) or not journal.is_file():
        return None
    with journal.open("rb") as file:
        begun = file.readline().startswith(b'{"made_with"')
        kept = sum(line.endswith(b"\n") for line in file)
    return f"{path} is unfinished: {kept} {'case' if kept == 1 else 'cases'} kept" if begun else None


def _read_row(written: Any, at: str) -> Row:
    try:
        return row_of(written)
    except ValidationError as error:
        first = error.errors()[0]
        name = written["case"].get("id") if isinstance(written["case"], Mapping) else "no case"
        where = ".".join(str(part) for part in first["loc"])
        raise RunWrong(
            f"{at} ({name}) is no answer to a case ({where}: {first['msg']})", "mend it, or run again"
        ) from error
    except (KeyError, ValueError, TypeError) as error:
        raise RunWrong(f"{at} is not a row of a run ({error})", "mend it, or run again") from error
