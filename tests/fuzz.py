"""What holds for any input, tried hard, with how often and what it found: docs/fuzz.md.

    python -m tests.fuzz [--times 50] [--seconds 50]

tries the properties of `make test` (`-m fuzz`) so many times as hard and by chance, and then steers bytes by coverage for so many seconds
each into what reads files and into what reads a model's stream (`guided.py`, where atheris is installed).
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "docs/fuzz.md"
GUIDED = {"text": "a file of any bytes is an article or refused", "stream": "a model's stream however it is cut"}
_EXAMPLES = re.compile(r"(\d+) passing, (\d+) failing")
_RUNS = re.compile(r"Done (\d+) runs")
FOUND = (
    "A file for `sourceline import` whose manifest was no object ended in a traceback: it is refused by name (`ui/archive/manifest.py`).",
)


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A property: by what it was tried, how often, and whether it held each time."""

    what: str
    by: str
    times: int
    held: bool


class Properties:
    """A plugin of pytest: how often hypothesis tried each test, and which of them failed."""

    def __init__(self) -> None:
        self.times: dict[str, int] = {}
        self.failed: set[str] = set()

    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Hypothesis keeps its statistics of a test in words."""
        told = _EXAMPLES.findall(getattr(item, "hypothesis_statistics", ""))
        self.times[item.nodeid] = sum(int(n) for found in told for n in found)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Of the test itself, or of what it needs."""
        if report.failed:
            self.failed.add(report.nodeid)

    def tried(self) -> list[Tried]:
        """One for each test."""
        return [
            Tried(what=in_words(test), by="hypothesis", times=n, held=test not in self.failed)
            for test, n in self.times.items()
        ]


def in_words(test: str) -> str:
    """A test's name without the underscores: "test_home.py: it is whole"."""
    file, *_, name = test.split("::")
    return f"{Path(file).name}: {name.partition('[')[0].removeprefix('test_').replace('_', ' ')}"


def guided(what: str, seconds: int) -> Tried:
    """Steer bytes by coverage into one of GUIDED; what breaks it is kept in var/."""
    command = [sys.executable, "-m", "tests.guided", what, f"-max_total_time={seconds}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace")
    runs = _RUNS.findall(done.stderr)
    if done.returncode:
        print(done.stderr[-3000:], file=sys.stderr)
    return Tried(what=GUIDED[what], by="atheris", times=int(runs[-1]) if runs else 0, held=not done.returncode)


def document(command: str, tried: Sequence[Tried]) -> str:
    """Markdown."""
    about = f"{datetime.now(timezone.utc).date()}; Python {platform.python_version()}, {os.cpu_count()} cores."
    lines = ["# Fuzzing", "", "Made by a command, not by hand:", "", "```sh", command, "```", "", about, ""]
    lines += ["| what must hold for any input | tried by | times | held |", "|---|---|---|---|"]
    lines += [f"| {one.what} | {one.by} | {one.times:,} | {'yes' if one.held else '**NO**'} |" for one in tried]
    times, broken = sum(one.times for one in tried), sum(not one.held for one in tried)
    lines += [f"| **all** | | {times:,} | {broken} did not |", "", "Found before, and mended:", ""]
    return "\n".join([*lines, *(f"- {found}" for found in FOUND), ""])


def main() -> int:
    """Exit status 1 when something did not hold, or was not tried."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--times", type=int, default=50, help="as hard as `make test`; by default %(default)s")
    parser.add_argument("--seconds", type=int, default=50, help="for each that is steered; by default %(default)s")
    parser.add_argument("--out", type=Path, default=RESULTS, help="the document; by default %(default)s")
    given = parser.parse_args()
    os.environ["FUZZ"] = str(given.times)  # read when the tests are
    properties = Properties()
    pytest.main(["-m", "fuzz", "--timeout=30000", str(ROOT / "tests")], plugins=[properties])
    tried = [*properties.tried(), *(guided(what, given.seconds) for what in GUIDED)]
    command = f"make fuzz FUZZ={given.times} SECONDS={given.seconds}"
    given.out.write_text(document(command, tried), encoding="utf-8")
    return int(any(not (one.held and one.times) for one in tried))


if __name__ == "__main__":
    sys.exit(main())
