"""The command that tries properties hard: it says how often each was tried, and what broke or was never tried fails it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import fuzz
from tests.fuzz import Properties, Tried, document, guided, in_words

HELD = Tried(what="it holds", by="hypothesis", times=60, held=True)


def test_executions_are_those_of_hypothesis_and_failures_those_of_pytest() -> None:
    properties = Properties()
    statistics = (
        "x:\n - during reuse phase\n - 0 passing, 1 failing, and 2 invalid\n - 58 passing, 1 failing, and 0 invalid"
    )
    for name, told in (("a.py::test_one_thing", statistics), ("a.py::test_other", "")):
        item: Any = SimpleNamespace(nodeid=name, hypothesis_statistics=told)
        properties.pytest_runtest_teardown(item)
    report = pytest.TestReport("a.py::test_other", ("a.py", 1, "x"), {}, "failed", None, "call")
    properties.pytest_runtest_logreport(report)
    assert properties.tried() == [
        Tried(what="a.py: one thing", by="hypothesis", times=60, held=True),
        Tried(what="a.py: other", by="hypothesis", times=0, held=False),
    ]
    assert in_words("tests/ui/test_home.py::TestHome::runTest[x]") == "test_home.py: runTest"


@pytest.mark.parametrize(("status", "held"), [(0, True), (77, False)])
def test_what_is_steered_is_counted_and_a_crash_is_seen(
    monkeypatch: pytest.MonkeyPatch, status: int, held: bool
) -> None:
    told = "#8192 pulse\nDone 9331 runs in 3 second(s)\n"
    monkeypatch.setattr(subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, status, "", told))
    assert guided("text", 3) == Tried(what=fuzz.GUIDED["text"], by="atheris", times=9_331, held=held)


@pytest.mark.parametrize(("times", "held", "status"), [(60, True, 0), (60, False, 1), (0, True, 1)])
def test_the_exit_status_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int, held: bool, status: int
) -> None:
    monkeypatch.setattr(pytest, "main", lambda *_, **__: 0)
    monkeypatch.setattr(fuzz, "guided", lambda what, _: Tried(what=what, by="atheris", times=times, held=held))
    monkeypatch.setattr(sys, "argv", ["fuzz", "--times", "2", "--seconds", "3", "--out", f"{tmp_path}/fuzz.md"])
    monkeypatch.setenv("FUZZ", "1")
    assert fuzz.main() == status
    assert f"| **all** | | {2 * times} | {0 if held else 2} did not |" in (tmp_path / "fuzz.md").read_text(
        encoding="utf-8"
    )


def test_what_did_not_hold_is_marked() -> None:
    assert "| it holds | hypothesis | 60 | yes |" in document("c", [HELD])
