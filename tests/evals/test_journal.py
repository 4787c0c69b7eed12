"""Cases are asked once, whatever happens."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from evals.cases import Case, cases_text
from evals.run import count_kept, finish_run, journal_of, refuse_foreign, run_cases
from evals.runs import Outcome, Row, Run, RunWrong, read_run
from index.errors import EmbedderFailed, ModelFailed, ModelNotAllowed, ModelUnavailable, SourcelineError

MADE: list[Case] = [Case(id=f"case-{n}", question=f"Question {n}?", answerable=False) for n in range(9)]


def echo(case: Case) -> Outcome:
    return Outcome(answer={"question": case.question, "refused": True})


class Counted:
    """A system that counts whom it was asked, and does `otherwise` at some of them."""

    def __init__(self, otherwise: dict[str, Callable[[], Any]] | None = None) -> None:
        self.asked: list[str] = []
        self.otherwise = otherwise or {}

    def __call__(self, case: Case) -> Outcome:
        self.asked.append(case.id)
        self.otherwise.get(case.id, lambda: None)()
        return echo(case)


def failing(error: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


# The journal


def test_rows_come_in_the_order_of_the_cases_from_any_number_of_workers(tmp_path: Path) -> None:
    slow = Counted({"case-0": lambda: time.sleep(0.1)})
    rows = run_cases(MADE, slow, tmp_path / "a.part", workers=4)
    assert [row.case.id for row in rows] == [case.id for case in MADE]
    assert rows == run_cases(MADE, echo, tmp_path / "b.part")


def test_each_row_is_in_the_journal_before_the_next_case_is_asked(tmp_path: Path) -> None:
    journal, seen = tmp_path / "run.json.part", []

    def system(case: Case) -> Outcome:
        seen.append(len(journal.read_bytes().splitlines()) - 1)
        return echo(case)

    run_cases(MADE, system, journal)
    assert seen == list(range(len(MADE)))


@pytest.mark.parametrize("workers", [1, 3])
def test_after_an_interruption_only_the_rest_is_asked(tmp_path: Path, workers: int) -> None:
    journal = tmp_path / "run.json.part"
    with pytest.raises(KeyboardInterrupt):
        run_cases(MADE, Counted({"case-4": failing(KeyboardInterrupt())}), journal, made_with={"mode": "m"})
    kept = count_kept(journal)
    assert kept == 4
    again, told = Counted(), []
    rows = run_cases(MADE, again, journal, made_with={"mode": "m"}, workers=workers, progress=lambda *n: told.append(n))
    assert sorted(again.asked) == [f"case-{n}" for n in range(4, 9)]
    assert told == [(n, 9) for n in range(4, 10)]
    assert rows == run_cases(MADE, echo, tmp_path / "whole.part")


def test_an_interruption_waits_for_no_case_that_has_not_begun(tmp_path: Path) -> None:
    """With workers, those that are being asked end; the others are never asked."""
    gate = threading.Event()
    system = Counted(
        {f"case-{n}": lambda: gate.wait(5) for n in range(1, 9)} | {"case-0": failing(KeyboardInterrupt())}
    )
    threading.Timer(0.2, gate.set).start()
    with pytest.raises(KeyboardInterrupt):
        run_cases(MADE, system, tmp_path / "run.json.part", workers=2)
    assert len(system.asked) <= 4


@pytest.mark.parametrize(
    "torn", [b'{"case": {"id": "case-3', b'{"question": "x"}\n', b"\0\0\0\0\n", b"[]\n", b'{"case"']
)
def test_what_a_kill_left_half_written_is_asked_again(tmp_path: Path, torn: bytes) -> None:
    journal = tmp_path / "run.json.part"
    run_cases(MADE[:3], echo, journal)
    with journal.open("ab") as file:
        file.write(torn)
    again = Counted()
    rows = run_cases(MADE, again, journal)
    assert again.asked == [f"case-{n}" for n in range(3, 9)]
    assert rows == run_cases(MADE, echo, tmp_path / "whole.part")
    assert count_kept(journal) == 9, "what was torn is no longer in the way"


def test_a_whole_row_without_its_line_end_is_asked_again(tmp_path: Path) -> None:
    journal = tmp_path / "run.json.part"
    run_cases(MADE[:3], echo, journal)
    os.truncate(journal, journal.stat().st_size - 1)
    again = Counted()
    run_cases(MADE[:3], again, journal)
    assert again.asked == ["case-2"]


def test_the_journal_of_another_run_is_refused_and_says_what_differs(tmp_path: Path) -> None:
    journal = tmp_path / "run.json.part"
    run_cases(MADE[:1], echo, journal, made_with={"mode": "search", "corpus": "a", "hits": 10})
    with pytest.raises(RunWrong, match=r"run.json.part.*--fresh.*--out.*differs: corpus, mode\)"):
        run_cases(MADE, echo, journal, made_with={"mode": "quotes", "corpus": "b", "hits": 10})
    assert count_kept(journal) == 1


def test_a_row_of_a_case_that_has_changed_is_not_taken(tmp_path: Path) -> None:
    journal = tmp_path / "run.json.part"
    run_cases(MADE[:2], echo, journal)
    other = [MADE[0], Case(id="case-1", question="Something else?", answerable=False)]
    assert run_cases(other, echo, journal)[1].answer["question"] == "Something else?"


@pytest.mark.parametrize("content", [b"", b"{}\n", b"something of mine\n", b"\xff\xfe\n"])
def test_a_file_that_is_no_journal_is_left_alone(tmp_path: Path, content: bytes) -> None:
    journal = tmp_path / "run.json.part"
    journal.write_bytes(content)
    with pytest.raises(RunWrong, match="not the journal of a run"):
        run_cases(MADE, echo, journal)
    assert journal.read_bytes() == content


# Failures


def test_a_case_that_crashes_is_a_row_that_says_where(tmp_path: Path) -> None:
    crash = failing(TypeError("no such thing"))
    rows = run_cases(MADE, Counted({"case-2": crash}), tmp_path / "run.json.part")
    assert [row.case.id for row in rows if row.error] == ["case-2"]
    assert rows[2].error
    assert rows[2].error.startswith("TypeError: no such thing (evals/test_journal.py:")
    assert rows[2].error.endswith(", fail)")
    assert rows[2].answered is None


def test_a_named_failure_of_single_cases_is_a_row(tmp_path: Path) -> None:
    fail = failing(EmbedderFailed("the endpoint hiccuped", "ask again"))
    rows = run_cases(MADE, Counted({"case-1": fail, "case-2": fail, "case-8": fail}), tmp_path / "run.json.part")
    assert [row.case.id for row in rows if row.error] == ["case-1", "case-2", "case-8"]


@pytest.mark.parametrize(("workers", "most"), [(1, 6), (2, 8)])
def test_a_named_failure_of_every_case_stops_the_run_and_leaves_no_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int, most: int
) -> None:
    """Asked are three that answer, three that fail, and at most the ones that both workers have begun by then.

    No case fails before the three answers are in the journal (a failure between two answers is a row), and none after the
    third failure before the run has stopped.
    """
    journal, kept, stopped = tmp_path / "run.json.part", threading.Event(), threading.Event()

    class Stopping(ThreadPoolExecutor):
        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            super().shutdown(wait=False, cancel_futures=cancel_futures)
            stopped.set()
            super().shutdown(wait=wait)

    def fail_after(event: threading.Event) -> Callable[[], None]:
        def fail() -> None:
            assert event.wait(10)
            raise EmbedderFailed("the endpoint is gone", "start it")

        return fail

    monkeypatch.setattr("evals.run.ThreadPoolExecutor", Stopping)
    dead = Counted({f"case-{n}": fail_after(kept if n < 6 else stopped) for n in range(3, 9)})
    with pytest.raises(EmbedderFailed, match="the endpoint is gone: start it"):
        run_cases(MADE, dead, journal, workers=workers, progress=lambda done, _: kept.set() if done == 3 else None)
    assert count_kept(journal) == 3
    assert 6 <= len(dead.asked) <= most
    assert not any(row.error for row in run_cases(MADE, echo, journal))


def test_a_failure_that_concerns_a_single_case_cannot_hold_up_its_run_for_ever(tmp_path: Path) -> None:
    journal, fail = tmp_path / "run.json.part", failing(EmbedderFailed("too long", "shorten it"))
    run_cases(MADE[:8], echo, journal)
    assert run_cases(MADE, Counted({"case-8": fail}), journal)[8].error


@pytest.mark.parametrize("error", [ModelUnavailable("it is gone", "start it"), ModelNotAllowed("no money", "pay")])
def test_a_language_model_that_is_gone_at_the_end_leaves_no_row(tmp_path: Path, error: SourcelineError) -> None:
    """One or two cases are too few to stop a run in the middle, and yet none of them was asked."""
    journal = tmp_path / "run.json.part"
    late = {"case-7": failing(ModelFailed("nothing was said")), "case-8": failing(error)}
    with pytest.raises(type(error)):
        run_cases(MADE, Counted(late), journal)
    assert count_kept(journal) == 8, "the failure that is no absence stays a row"
    again = Counted()
    rows = run_cases(MADE, again, journal)
    assert again.asked == ["case-8"]
    assert [row.case.id for row in rows if row.error] == ["case-7"]


def test_a_language_model_that_comes_back_leaves_the_case_that_it_missed(tmp_path: Path) -> None:
    missed = Counted({"case-3": failing(ModelUnavailable("busy", "ask again"))})
    rows = run_cases(MADE, missed, tmp_path / "run.json.part")
    assert [row.case.id for row in rows if row.error] == ["case-3"]


# The file of a run


def test_the_run_takes_the_place_of_its_journal(tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder" / "run.json"
    odd = Row(case=MADE[0], answer={"answer": "half a pair: \ud83d, a whole one: 😀"})
    rows = run_cases(MADE[1:], echo, journal_of(out))
    finish_run(out, Run(header={"made_with": {}}, rows=(odd, *rows)))
    assert [path.name for path in out.parent.iterdir()] == ["run.json"]
    assert read_run(out).rows == (odd, *rows)


def test_a_run_that_cannot_be_written_says_so_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    system = Counted()
    with pytest.raises(RunWrong, match=r"file/run\.json\.part cannot be written"):
        run_cases(MADE, system, journal_of(tmp_path / "file" / "run.json"))
    assert not system.asked


def test_a_file_that_is_not_a_run_is_not_written_over(tmp_path: Path) -> None:
    mine, old = tmp_path / "cases.jsonl", tmp_path / "run.json"
    mine.write_text(cases_text(MADE))
    finish_run(old, Run(header={}, rows=()))
    refuse_foreign(old)
    refuse_foreign(tmp_path / "none.json")
    with pytest.raises(RunWrong, match="is not a run"):
        refuse_foreign(mine)
