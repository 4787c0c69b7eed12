"""What the rows come to, in figures, each with its command: the head of docs/reliability.md."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.reliability import Outcome

SOAK, FUZZ, HOSTILE = "docs/soak.md", "docs/fuzz.md", "benchmarks/quality/HOSTILE.md"
DOCUMENTS = (SOAK, FUZZ, HOSTILE)
_ROW = re.compile(r"test_acceptance_(\d\d)_")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Something that was tried: what, what came of it, and the command that tells it again."""

    what: str
    found: str
    command: str


class Found:
    """What the tests of rows tried, added up; of fractions the greatest."""

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        self._of_row: dict[int, list[Outcome]] = {}
        for one in outcomes:
            if row := _ROW.search(one.test):
                self._of_row.setdefault(int(row[1]), []).append(one)

    def total(self, what: str, *rows: int) -> int:
        """Of something that was counted."""
        return sum(int(one.tried.get(what, 0)) for one in self._of(rows))

    def most(self, what: str, *rows: int) -> float:
        """Of something that was measured."""
        return max((one.tried.get(what, 0) for one in self._of(rows)), default=0)

    def passed(self, *rows: int) -> int:
        """Cases of the tests."""
        return sum(one.passed for one in self._of(rows))

    def _of(self, rows: Iterable[int]) -> list[Outcome]:
        return [one for row in rows for one in self._of_row.get(row, [])]


_ENDPOINT = (22, 23, 24, 25, 26, 27, 29)


def figures(outcomes: Iterable[Outcome], documents: Mapping[str, str]) -> Iterator[Figure]:
    """Those of the tests, then those that other commands write into documents; what such a one does not say is left out."""
    found = Found(outcomes)
    yield _tested(
        "points at which an indexer was killed",
        f"{found.total('kills', 13):,}; {found.total('passages_lost', 13)} passages lost, {found.total('duplicated', 13)} duplicated",
        13,
    )
    yield _tested(
        "damage to Chroma's files",
        f"{found.total('damage_cases', 17)} cases, all detected or harmless, {found.total('mended', 17)} rebuilt",
        17,
    )
    yield _tested(
        "faults of a language model's endpoint",
        f"{found.passed(*_ENDPOINT)}, all explained; the longest wait {found.most('seconds_waited', *_ENDPOINT):.1f} s",
        *_ENDPOINT,
    )
    yield _tested(
        "places of a page with a hostile text in them",
        f"{found.total('places', 34)}, and a page in a browser: {found.total('scripts_run', 34)} scripts run,"
        f" {found.total('requests_elsewhere', 34)} requests to other hosts",
        34,
    )
    yield _tested(
        "instructions planted in articles",
        f"{found.total('planted', 37)}: {found.total('obeyed', 37)} obeyed in quotes mode,"
        f" {found.total('believed', 37)} believed in written mode",
        37,
    )
    yield from filter(None, (_written(name, documents.get(name, "")) for name in DOCUMENTS))


def _tested(what: str, found: str, *rows: int) -> Figure:
    return Figure(what=what, found=found, command=f"python -m tests.reliability {' '.join(map(str, rows))}")


def _written(name: str, text: str) -> Figure | None:
    """The figure of a document that a command wrote."""
    says = {SOAK: _soak, FUZZ: _fuzz, HOSTILE: _hostile}[name](text)
    command = re.search(r"```sh\n(.+)\n```", text)
    return (
        Figure(what=says[0], found=f"{says[1]} ([all of it](../{name}))", command=command[1])
        if says and command
        else None
    )


def _soak(text: str) -> tuple[str, str] | None:
    hours, asked = (
        re.search(r"; ([\d.]+ hours(?:; [\d.]+ of them under load)?);", text),
        re.search(r"([\d,]+) questions", text),
    )
    memory, untold = re.search(r"Memory: (\S+ MB)", text), re.search(r"(\d+) errors without a message", text)
    if not (hours and asked and memory and untold):
        return None
    told = f"{hours[1]}, {asked[1]} questions, {untold[1]} errors without a message, {memory[1]} of memory in 100 questions"
    return "soak", f"{told}; {'every bound kept' if 'All kept.' in text else '**a bound was not kept**'}"


def _fuzz(text: str) -> tuple[str, str] | None:
    every = re.search(r"\*\*all\*\* \| \| ([\d,]+) \| (\d+) did not", text)
    before = text.partition("Found before")[2].count("\n- ")
    return every and ("fuzzing", f"{every[1]} executions, {every[2]} that broke something now, {before} before, mended")


def _hostile(text: str) -> tuple[str, str] | None:
    every = [
        [int(n) for n in row]
        for row in re.findall(r"\*\*all\*\* \| (\d+) \| \d+ \| \d+ \| \d+ \| (\d+) \| (\d+) \|", text)
    ]
    if not every:
        return None
    asked, crashes, wrong = (sum(column) for column in zip(*every, strict=True))
    of = re.search(r"of (\d+) asked", text)
    texts = f"{every[0][0]:,}" + (f" of {int(of[1]):,}" if of else "")
    told = f"{texts} texts, each an article and a question, asked {asked:,} times in {len(every)} modes"
    return "naughty strings and attacks", f"{told}: {crashes} crashes, {wrong} with anything wrong"


def read_documents(root: Path) -> dict[str, str]:
    """Those that there are."""
    return {name: (root / name).read_text(encoding="utf-8") for name in DOCUMENTS if (root / name).exists()}


def table(told: Iterable[Figure]) -> str:
    """Markdown."""
    lines = [f"| {one.what} | {one.found} | `{one.command}` |" for one in told]
    return "\n".join(["| tried | what came of it | command |", "|---|---|---|", *lines])
