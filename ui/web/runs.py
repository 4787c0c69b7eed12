"""Runs of the benchmarks in the home: one reported, two beside each other. Imported only when somebody looks at one."""

from __future__ import annotations

import shlex
from pathlib import Path

from evals import report
from evals.cases import load_cases
from evals.compare import compare
from evals.comparison import comparison_table
from evals.runs import Run, read_run
from index.errors import SettingsWrong
from index.home import RUNS

_SHOWN = 200  # runs


def runs_in(folder: Path) -> list[dict[str, object]]:
    """Name, size in bytes and time of each run, newest first."""
    return [{"name": p.name, "bytes": p.stat().st_size, "changed": p.stat().st_mtime} for p in _files(folder)]


def command(home: Path) -> str:
    """The command that makes a first run, where it is looked for."""
    own = shlex.quote(str(home))
    return f"sourceline eval run evals/gold/sample.jsonl --corpus corpus --home {own} --out {own}/{RUNS}/sample.json"


def cases_in(file: Path) -> int:
    """How many cases a file has; none where there is none. Raises CasesWrong."""
    return len(load_cases(file)) if file.is_file() else 0


def report_of(folder: Path, name: str) -> str:
    """The report of a run, as a page of its own. Raises SettingsWrong, RunWrong."""
    run = _read(folder, name)
    return report.page(run, report.articles_of(run))


def beside(folder: Path, base: str, other: str) -> str:
    """Two runs beside each other, as plain text. Raises SettingsWrong, RunWrong, RunsDiffer."""
    return comparison_table(compare([(name, _read(folder, name)) for name in (base, other)]))


def _files(folder: Path) -> list[Path]:
    found = [path for path in folder.glob("*.json") if path.is_file()] if folder.is_dir() else []
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)[:_SHOWN]


def _read(folder: Path, name: str) -> Run:
    """A run of the home, by its file's name; nothing else can be named."""
    found = next((path for path in _files(folder) if path.name == name), None)
    if found is None:
        raise SettingsWrong(f"there is no run {name}", "make one with `sourceline eval run`")
    return read_run(found)
