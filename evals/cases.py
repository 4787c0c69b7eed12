"""Questions with known answers: the cases that an evaluation runs.

A file of cases has one JSON object a line, as `case.schema.json` says:

    {"id": "ticket-price", "question": "Was kostet das Ticket?", "q_lang": "de", "answers": ["58 Euro"], "type": "number",
     "answerable": true, "evidence": [{"file": "rail/price.txt", "quote": "Es kostet 58 Euro.", "start": 210, "end": 228}]}

`answers` are all the short answers that count as right, `wrong_answers` those that a source gives and that are wrong,
`references` whole answers as people wrote them.
`evidence` is every place that says so: `start` and `end` are code points of the article's text, half-open; without them the
whole article is meant. A case that the articles do not answer has neither. `history` holds the earlier turns of a
conversation, oldest first. `filters` are those of a search; `as_of` is the day on which the question is asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from index.errors import SourcelineError
from index.types import Filters, Span

_STRICT = {"extra": "forbid", "strict": True}
_ALIGN = "`python -m evals.gold.align FILE --corpus DIR` finds the places"
SHOWN = 20  # faults


class CasesWrong(SourcelineError):
    """A file of cases that cannot be used; `what` names the file and the line."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One place that holds an answer: `quote` is `article.text[start:end]` of the article with the id `file`.

    Without quote, start and end the whole article counts. `relevance` is the grade of a TREC judgement, 1 or more.
    """

    __pydantic_config__ = _STRICT

    file: str
    quote: str | None = None
    start: int | None = None
    end: int | None = None
    relevance: int = 1

    def __post_init__(self) -> None:
        known = [part is not None for part in (self.quote, self.start, self.end)]
        if any(known) and not all(known):
            raise ValueError(f"quote, start and end belong together: give all three or none; {_ALIGN}")
        if self.start is not None and self.end is not None and not 0 <= self.start < self.end:
            raise ValueError(f"start {self.start} and end {self.end} enclose nothing: {_ALIGN}")
        if self.relevance < 1:
            raise ValueError(f"relevance {self.relevance} is not evidence: leave the place out, or give 1 or more")

    @property
    def span(self) -> Span | None:
        """The place as a span; None where the whole article is meant."""
        return None if self.start is None or self.end is None else Span(start=self.start, end=self.end)


@dataclass(frozen=True, kw_only=True)
class Turn:
    """An earlier question of a conversation, and what was answered, if that is known."""

    __pydantic_config__ = _STRICT

    question: str
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One question, and what a right answer says and cites. `doc_lang` is the language of the evidence."""

    __pydantic_config__ = _STRICT

    id: str
    question: str
    answerable: bool
    q_lang: str = "und"
    doc_lang: str = "und"
    answers: tuple[str, ...] = ()
    wrong_answers: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    type: str = "fact"
    history: tuple[Turn, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    filters: Filters = field(default_factory=Filters)
    as_of: date | None = None

    def __post_init__(self) -> None:
        for wrong, remedy in (
            (not self.id.strip(), "the id is empty: give the case a name of its own"),
            (not self.question.strip(), "the question is empty: write one"),
            (
                self.answerable and not (self.answers or self.references or self.evidence),
                "answerable, with neither answers nor evidence: add the accepted short answers or quote what answers",
            ),
            (not self.answerable and bool(self.answers or self.references), "unanswerable with answers: remove them"),
            (not self.answerable and bool(self.evidence), "unanswerable with evidence: remove it"),
            (self.answerable and self.type == "unanswerable", "type and answerable disagree: change one of them"),
        ):
            if wrong:
                raise ValueError(remedy)


_CASE = TypeAdapter(Case)


def load_cases(path: Path) -> list[Case]:
    """The cases in the JSON-lines file at `path`, in its order; empty lines count but hold nothing.

    Raises `CasesWrong` with file, line number and the mend of every line that is not a case (of twenty, if there are more), and
    for a file without any.
    """
    return list(numbered_cases(path).values())


def numbered_cases(path: Path) -> dict[int, Case]:
    """The same by the number of their line."""
    if path.suffix.lower() in (".csv", ".tsv"):
        raise CasesWrong(f"{path} is a table", f"`sourceline eval convert table {path} FOLDER` makes cases of it")
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CasesWrong(f"{path}: {error}", "give a file of cases in UTF-8, one JSON object a line") from error
    cases: dict[int, Case] = {}
    taken, faults = set(), []
    for number, line in enumerate(lines, 1):
        read = _read_case(line) if line.strip() else None
        if isinstance(read, Case) and read.id in taken:
            read = f"the id {read.id!r} is taken: give every case an id of its own"
        if isinstance(read, Case):
            cases[number] = read
            taken.add(read.id)
        elif read:
            faults.append(f"{path}:{number}: {read}")
    if faults:
        raise CasesWrong(several(faults))
    if not cases:
        raise CasesWrong(f"{path} holds no case", "write one JSON object a line")
    return cases


def cases_text(cases: Iterable[Case]) -> str:
    """The cases as a file holds them; what has its default is left out."""
    objects = (_CASE.dump_python(case, mode="json", exclude_defaults=True) for case in cases)
    return "".join(json.dumps(written, ensure_ascii=False) + "\n" for written in objects)


def several(faults: Sequence[str]) -> str:
    """One fault a line, twenty at most."""
    more = [f"... and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
    return "\n".join([*faults[:SHOWN], *more])


def _read_case(line: str) -> Case | str:
    """The case, or what is wrong with it."""
    try:
        return _CASE.validate_json(line)
    except ValidationError as error:
        return _mend(error.errors()[0])


def _mend(error: Mapping[str, Any]) -> str:
    """The first fault of a line, and what to do about it."""
    where = ".".join(str(part) for part in error["loc"])
    shown = json.dumps(error["input"], ensure_ascii=False, default=str)[:80]
    mends: dict[str, Any] = {
        "missing": f"{where} is missing: add it" + (f"; {_ALIGN}" if where.endswith(("start", "end")) else ""),
        "unexpected_keyword_argument": f"{where} is not a key of a case: remove it or mend its spelling",
        "json_invalid": f"not JSON ({error['msg']}): one object a line",
        "value_error": error["msg"].removeprefix("Value error, "),
    }
    return str(mends.get(error["type"], f"{where or 'the case'}: {error['msg']}, found {shown}"))
