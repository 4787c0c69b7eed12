"""What the soak makes of what it saw: each bound is broken once by a planted fault, and each worker meets a page that is at fault."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from signal import SIGKILL
from typing import IO

import httpx
import pytest

from benchmarks.soak import __main__ as soak
from benchmarks.soak import bounds, load
from benchmarks.soak.bounds import LEAST, Lived, Look, broken, grown, slope
from benchmarks.soak.load import FAILS, Counts, asks, in_words, indexes, language_model, until, uploads
from index import health
from index.health import Health
from tests.store import WordEmbedder, filled

LOOKS = (Look(asked=0, memory=500, files=40), Look(asked=50, memory=502, files=41))
ASKED = Lived(looks=LOOKS, disk=10, kept=0.1, seconds=60, status=130)
KILLED = replace(ASKED, status=-SIGKILL)
MINUTES = 2  # that the two lived


def enough() -> Counts:
    """What has to have happened in that time."""
    happened = {what: max(1, int(rate * MINUTES)) for what, rate in LEAST.items()}
    counts = Counts(longest=3)
    counts.happened.update(happened, questions=happened["cited answers"] * 2)
    return counts


def looking(**changed: int) -> Lived:
    return replace(ASKED, looks=(LOOKS[0], replace(LOOKS[1], **changed)))


def test_what_is_within_its_bounds_is_not_named() -> None:
    assert broken([ASKED, KILLED], enough(), []) == []


@pytest.mark.parametrize(
    ("planted", "named"),
    [
        ([looking(memory=500 + bounds.MEGABYTES + 1, asked=5_000), KILLED], "memory grew by 151 MB"),
        ([looking(memory=530), KILLED], "memory grew by 32.0 MB in 100 questions"),
        ([looking(files=41 + bounds.FILES), KILLED], "26 more files were open"),
        ([ASKED, replace(KILLED, disk=61)], "the home grew by 51 MB"),
        ([ASKED, replace(KILLED, kept=1.5)], "the conversations take 1.5 MB"),
        ([replace(ASKED, status=1), KILLED], "a page that was asked to end ended with 1"),
        ([ASKED, ASKED], "0 of 2 pages were killed"),
    ],
)
def test_a_page_beyond_a_bound_is_named(planted: list[Lived], named: str) -> None:
    assert broken(planted, enough(), []) == [named]


@pytest.mark.parametrize("what", LEAST)
def test_what_has_not_happened_often_enough_is_named(what: str) -> None:
    counts = enough()
    counts.happened[what] = int(LEAST[what] * MINUTES) - 1 if LEAST[what] * MINUTES > 1 else 0
    assert any(what in one and "are the least" in one for one in broken([ASKED, KILLED], counts, []))


def test_too_few_answers_slow_ones_and_a_damaged_store_are_named() -> None:
    counts = enough()
    counts.happened["questions"] += 1
    counts.longest = bounds.LONGEST + 1
    counts.add(unexplained="question: ''")
    assert broken([ASKED, KILLED], counts, ["Chroma: 3 missing"]) == [
        "without a message: question: ''",
        "10 of 21 questions have a cited answer",
        "a question took 61 s",
        "Chroma: 3 missing",
    ]


def test_growth_is_that_of_each_page_by_itself() -> None:
    later = replace(KILLED, looks=[replace(look, asked=look.asked + 300, memory=look.memory + 90) for look in LOOKS])
    assert slope([ASKED, later]) == pytest.approx(4.0)
    assert slope([replace(ASKED, looks=LOOKS[:1])]) == 0
    assert (grown([500, 507, 502]), grown([502, 500])) == (7, 0)


# The workers, at pages that are at fault


def at(answer: Callable[[httpx.Request], httpx.Response], work: Callable[..., None], *given: object) -> Counts:
    """What a worker counts, for as long as `answer` is there to be had (it raises StopIteration)."""
    counts, over = Counts(), threading.Event()

    def answered(request: httpx.Request) -> httpx.Response:
        try:
            return answer(request)
        except StopIteration:
            over.set()
            return httpx.Response(200)

    with httpx.Client(base_url="http://page", transport=httpx.MockTransport(answered)) as client:
        until(over, counts, work, client, counts, over, *given)()
    return counts


def in_turn(*responses: httpx.Response) -> Callable[[httpx.Request], httpx.Response]:
    left = iter(responses)
    return lambda _: next(left)


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "_PAUSE", 0.001)


def test_a_question_that_ends_without_a_message_is_seen() -> None:
    good = {"turn": "", "answer": {"citations": [{}], "warnings": ["cut off"], "refused": False}}
    answers = (
        httpx.Response(200, json=good),
        httpx.Response(200, text=""),
        httpx.Response(500, text="Internal Server Error"),
        httpx.Response(200, json={"error": "Traceback (most recent call last)"}),
        httpx.Response(200, json={"error": "the disk is full"}),
    )
    counts = at(in_turn(*answers), asks, iter(range(9)))
    assert counts.happened == {
        "questions": 5,
        "cited answers": 1,
        "answers with a warning": 1,
        "errors told in words": 4,
    }
    assert [one.removeprefix("question: ")[:11] for one in counts.unexplained] == [
        "'broken off",
        "'Internal S",
        "'Traceback ",
    ]


def test_an_upload_that_should_be_refused_and_one_that_should_not_are_seen() -> None:
    takes, refuses = httpx.Response(200, text="{}"), httpx.Response(400, text="no article")
    assert at(in_turn(refuses, takes, takes, takes), uploads).unexplained == []
    counts = at(in_turn(takes, takes, refuses, takes), uploads)
    assert counts.happened == {"uploads refused in words": 1, "uploaded": 1}
    assert len(counts.unexplained) == 2


def test_an_indexing_that_breaks_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = iter(["", "sourceline: the disk is full; free some", "Traceback\n  …\nKeyError: 3"])
    over, counts = threading.Event(), Counts()

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        told = next(said)
        if "KeyError" in told:
            over.set()
        return subprocess.CompletedProcess(command, int(bool(told)), "", told)

    monkeypatch.setattr(subprocess, "run", run)
    indexes(tmp_path / "beside", tmp_path / "home", counts, over)
    assert counts.happened == {"indexed beside it": 1, "indexing refused in words": 2}
    assert len(counts.unexplained) == 1
    assert "KeyError" in counts.unexplained[0]


def test_a_worker_that_breaks_is_counted_and_begins_again() -> None:
    over, counts, errors = threading.Event(), Counts(), iter([KeyError("a"), httpx.ReadError("b"), ValueError("c")])

    def work() -> None:
        if (error := next(errors, None)) is None:
            over.set()
            raise httpx.ConnectError("the page is being ended")
        raise error

    until(over, counts, work)()
    assert counts.happened == {"broken workers": 3}
    assert [one.split("(")[0] for one in counts.unexplained] == [
        "work: KeyError",
        "work: ReadError",
        "work: ValueError",
    ]


def test_the_model_fails_one_time_in_ten_each_time_otherwise() -> None:
    counts = Counts()
    with language_model(counts) as url, httpx.Client(trust_env=False) as client:

        def replies() -> bool:
            with suppress(httpx.HTTPError):
                return "[DONE]" in client.post(f"{url}/chat/completions", json={}).text
            return False

        assert [replies() for _ in range(4 * FAILS)].count(False) == 4
    assert {what: n for what, n in counts.happened.items() if what != "model asked"} == dict.fromkeys(
        ("model busy", "model hung up", "model cut off", "model said a web page"), 1
    )


# A life of the page, and the whole


@contextmanager
def sleeping(home: Path, log: IO[bytes], **_: str) -> Iterator[tuple[httpx.Client, subprocess.Popen[bytes]]]:
    """What takes the place of a page: a process that logs a traceback and sleeps, or ends, where the home is called so."""
    code = "import sys, time; print('Traceback (most recent call last): KeyError', file=sys.stderr, flush=True); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", code], stderr=log)
    try:
        while not os.fstat(log.fileno()).st_size:
            time.sleep(0.01)
        if home.name == "ends":
            child.terminate()
            child.wait()
        with httpx.Client() as client:
            yield client, child
    finally:
        child.kill()
        child.wait()


@pytest.fixture
def without_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak, "page", sleeping)
    monkeypatch.setattr(soak, "begun", lambda *_: [])


@pytest.mark.usefixtures("without_load")
def test_a_page_that_logs_a_traceback_is_seen(tmp_path: Path) -> None:
    one = soak.Soak(home=tmp_path / "home", beside=tmp_path, model="")
    lived = soak.live(one, 0.1, kill=True)
    assert one.counts.happened == {"tracebacks": 1}
    assert "KeyError" in one.counts.unexplained[0]
    assert lived.killed
    assert lived.looks[-1].memory > 0


@pytest.mark.usefixtures("without_load")
def test_a_page_that_ends_by_itself_ends_the_soak(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ended by itself with -15"):
        soak.live(soak.Soak(home=tmp_path / "ends", beside=tmp_path, model=""), 0.1, kill=False)


def test_a_store_that_is_not_whole_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked at in Chroma's files is tried elsewhere, in a process of its own."""
    catalog = filled(tmp_path, 300, WordEmbedder())
    monkeypatch.setattr(health, "check", lambda *_, **__: Health(checked=300))
    assert soak.faults(tmp_path, articles=3) == []
    catalog.connection.execute("DELETE FROM vector WHERE rowid = 1")
    catalog.close()
    monkeypatch.setattr(health, "check", lambda *_, **__: Health(wrong="its files are damaged"))
    assert soak.faults(tmp_path, articles=4) == [
        "vectors: 1 passages have none",
        "3 articles of 4 files",
        "its files are damaged",
    ]


@pytest.mark.parametrize(
    ("wrong", "status", "told"), [([], 0, "All kept."), (["3 missing"], 1, "Not kept:\n- 3 missing")]
)
def test_the_exit_status_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: list[str], status: int, told: str
) -> None:
    def live(given: soak.Soak, seconds: float, *, kill: bool) -> Lived:
        given.counts.happened.update(enough().happened)
        return KILLED if kill else ASKED

    monkeypatch.setattr(soak, "live", live)
    monkeypatch.setattr(soak, "completed", lambda *_: wrong)
    monkeypatch.setattr(sys, "argv", ["soak", "--hours", "0", "--minutes", "1", "--out", f"{tmp_path}/soak.md"])
    assert soak.main() == status
    written = (tmp_path / "soak.md").read_text(encoding="utf-8")
    assert told in written
    assert "Memory: +4.0 MB in 100 questions" in written
    assert "| 2 | 500, 502 | 50 | 40, 41 | 10.0 | 0.1 | kill -9 |" in written


def test_counts_are_told_the_most_frequent_first() -> None:
    assert in_words({"a": 1, "b": 2_000}) == "2,000 b, 1 a"


def test_files_and_sizes_are_read(tmp_path: Path) -> None:
    before = soak.open_files(os.getpid())
    with (tmp_path / "a").open("wb") as file:
        file.write(bytes(2_000_000))
        assert soak.open_files(os.getpid()) == before + 1
    (tmp_path / "conversations.sqlite").write_bytes(bytes(1_000_000))
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "m").write_bytes(bytes(9_000_000))
    disk, kept = soak.size(tmp_path)
    assert 1.9 < disk < 3
    assert 0.9 < kept < 1.5
