"""Every row of what must survive, its tests, and what they tried: docs/reliability.md.

    python -m tests.reliability [--fast | --table] [ROW ...]

runs the tests that are named after a row (`test_acceptance_13_…`) and the controls, which show that such a test can fail
(`test_control_13_…`), of all rows or of those that are given. What came out is kept in docs/reliability.jsonl, beside what earlier runs
found for the other tests, and the table is made of it, with the figures of other commands (`figures.py`); `--table` runs nothing. Rows are
in tests/acceptance/rows.txt. A test says what it tried by the fixture `tried`.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import platform
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from tests.figures import figures, read_documents, table

ROOT = Path(__file__).parents[1]
ROWS, KEPT, TABLE = ROOT / "tests/acceptance/rows.txt", ROOT / "docs/reliability.jsonl", ROOT / "docs/reliability.md"
_NAMED = re.compile(r"test_(acceptance|control)_(\d\d)_")


@dataclass(frozen=True, kw_only=True)
class Row:
    """Something that must survive: its number, its group, and what must happen."""

    number: int
    group: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Written:
    """A test as it is written: where, of which row, whether it is a control, and the first line of its docstring."""

    file: str
    name: str
    row: int
    control: bool
    says: str = ""

    @property
    def test(self) -> str:
        """Its name for pytest."""
        return f"{self.file}::{self.name}"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came out of a test, over all its cases; whole numbers of `tried` are counted up, of others the greatest is kept."""

    test: str
    day: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    why: str = ""
    tried: Mapping[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        said = (f"{self.failed} FAILED" if self.failed else "", f"skipped: {self.why}" if self.skipped else "")
        return "; ".join(filter(None, ("passed" if self.passed and not self.failed else "", *said)))


def rows(text: str) -> list[Row]:
    """The rows of a list: `# group` lines, and below each "number, tab, text"."""
    found: list[Row] = []
    group = ""
    for line in text.splitlines():
        if line.startswith("# "):
            group = line[2:]
        else:
            number, told = line.split("\t")
            found.append(Row(number=int(number), group=group, text=told))
    return found


def written_tests(folder: Path = ROOT / "tests") -> list[Written]:
    """Every test that is named after a row, row by row."""
    return sorted((one for file in sorted(folder.rglob("test_*.py")) for one in _of(file)), key=lambda one: one.row)


def _of(file: Path) -> Iterator[Written]:
    for part in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(part, ast.FunctionDef) and (named := _NAMED.match(part.name)):
            says = (ast.get_docstring(part) or "").partition("\n")[0]
            name, control = file.relative_to(ROOT).as_posix(), named[1] == "control"
            yield Written(file=name, name=part.name, row=int(named[2]), control=control, says=says)


class Recorder:
    """A plugin of pytest: what came out of each test, and what it says it tried."""

    def __init__(self) -> None:
        self.found: dict[str, Outcome] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take one report in: of the test itself, or of a fixture that failed or skipped it."""
        if report.when != "call" and report.passed:
            return
        test = report.nodeid.partition("[")[0]
        known = self.found.get(test) or Outcome(test=test, day=datetime.now(timezone.utc).date().isoformat())
        tried = dict(known.tried)
        for _, amounts in (told for told in report.user_properties if told[0] == "tried"):
            for what, n in amounts.items():
                tried[what] = tried.get(what, 0) + n if isinstance(n, int) else max(tried.get(what, 0), round(n, 2))
        why = known.why or (report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else "")
        counted = {report.outcome: getattr(known, report.outcome) + 1}
        self.found[test] = replace(known, tried=tried, why=why, **counted)


def kept(text: str) -> dict[str, Outcome]:
    """Outcomes by test, as they are kept."""
    return {one["test"]: Outcome(**one) for one in map(json.loads, text.splitlines())}


def document(
    listed: Sequence[Row], written: Sequence[Written], found: Mapping[str, Outcome], documents: Mapping[str, str]
) -> str:
    """Markdown: all in figures, then a table for each group and one of its controls."""
    parts = [_HEAD.format(cores=os.cpu_count(), python=platform.python_version())]
    parts += ["## In figures", table(figures(found.values(), documents))]
    for group in dict.fromkeys(row.group for row in listed):
        mine = [row for row in listed if row.group == group]
        lines = [line for row in mine for line in _lines(row, [w for w in written if w.row == row.number], found)]
        parts.append(f"## {group}\n\n| | must happen | test | tried | result | on |\n|---|---|---|---|---|---|")
        parts[-1] += "".join(f"\n{line}" for line in lines)
        controls = [w for w in written if w.control and w.row in [row.number for row in mine]]
        parts.append("| control | shown by | result | on |\n|---|---|---|---|")
        parts[-1] += "".join(f"\n| {w.says} | {_link(w)} | {_came_out(w, found)} |" for w in controls)
    return "\n\n".join(parts) + "\n"


def _lines(row: Row, written: Iterable[Written], found: Mapping[str, Outcome]) -> Iterator[str]:
    """A line for each test of a row; the first says what must happen."""
    first = f"{row.number} | {row.text}"
    for one in written:
        if not one.control:
            yield f"| {first} | {_link(one)} | {_tried(found.get(one.test))} | {_came_out(one, found)} |"
            first = " | "


def _link(one: Written) -> str:
    return f"[{_NAMED.sub('', one.name).replace('_', ' ')}](../{one.file})"


def _tried(outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    cases = outcome.passed + outcome.failed
    told = [f"{'up to ' * isinstance(n, float)}{n:,} {what.replace('_', ' ')}" for what, n in outcome.tried.items()]
    return ", ".join(told) or f"{cases} case{'s' * (cases != 1)}"


def _came_out(one: Written, found: Mapping[str, Outcome]) -> str:
    outcome = found.get(one.test)
    return f"{outcome} | {outcome.day}" if outcome else "not run yet | "


_HEAD = """# What must survive, and what showed it

Made by a command, not by hand: `make reliability`, or `python -m tests.reliability --fast` for what takes minutes, or with the numbers of
rows. The last run was on {cores} cores with Python {python}. *Tried* counts all cases of a test; of seconds and megabytes it names the
most. A *control* is something deliberately unsafe that the same check must catch: it shows that the check can fail."""


def main() -> int:
    """Exit status 1 when a test failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("rows", nargs="*", type=int, metavar="ROW", help="only these rows; by default all")
    parser.add_argument("--fast", action="store_true", help="leave out what takes long")
    parser.add_argument("--table", action="store_true", help="run nothing: make the table of what is kept")
    given = parser.parse_args()
    written, recorder, status = written_tests(), Recorder(), 0
    if not given.table:
        chosen = [one.test for one in written if not given.rows or one.row in given.rows]
        marked = ["-m", "not slow"] if given.fast else []
        status = int(pytest.main(["--timeout=3000", *marked, *chosen], plugins=[recorder]))
    known = kept(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    there = {one.test for one in written}
    found = {test: one for test, one in sorted((known | recorder.found).items()) if test in there}
    KEPT.write_text("".join(json.dumps(asdict(one)) + "\n" for one in found.values()), encoding="utf-8")
    listed = rows(ROWS.read_text(encoding="utf-8"))
    TABLE.write_text(document(listed, written, found, read_documents(ROOT)), encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())
