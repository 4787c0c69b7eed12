"""The worker process: what happens to it must not happen to us."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import UnreadableArticle
from index.readers import worker
from index.readers.sandbox import Sandbox

PAGE = b"<html><body><p>The bridge opened on Monday.</p></body></html>"
TEXT = "The bridge opened on Monday."


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox(deadline_seconds=10)
    yield sandbox
    sandbox.close()


def worker_of(sandbox: Sandbox) -> int:
    assert sandbox._worker is not None
    return sandbox._worker.pid


def test_one_worker_serves_all(sandbox: Sandbox) -> None:
    assert sandbox.read(PAGE, "html").text == TEXT
    first = worker_of(sandbox)
    assert sandbox.read(PAGE, "html").text == TEXT
    assert worker_of(sandbox) == first


def test_a_locked_word_file_is_named(sandbox: Sandbox) -> None:
    with pytest.raises(UnreadableArticle, match="locked with a password"):
        sandbox.read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "docx")


@pytest.mark.parametrize("file_format", ["pdf", "docx", "epub"])
def test_what_is_damaged_is_named_and_the_worker_lives(sandbox: Sandbox, file_format: str) -> None:
    sandbox.read(PAGE, "html")
    first = worker_of(sandbox)
    with pytest.raises(UnreadableArticle, match="damaged"):
        sandbox.read(b"This is none of these.", file_format)  # type: ignore[arg-type]
    assert worker_of(sandbox) == first


def test_a_worker_that_died_between_files_is_replaced(sandbox: Sandbox) -> None:
    sandbox.read(PAGE, "html")
    os.kill(worker_of(sandbox), signal.SIGKILL)
    assert sandbox._worker is not None
    sandbox._worker.wait()
    assert sandbox.read(PAGE, "html").text == TEXT


def test_a_worker_that_dies_on_a_file_names_the_file_and_the_next_is_read(sandbox: Sandbox) -> None:
    sandbox.read(PAGE, "html")
    os.kill(worker_of(sandbox), signal.SIGSTOP)
    killer = threading.Timer(0.2, os.kill, (worker_of(sandbox), signal.SIGKILL))
    killer.start()
    with pytest.raises(UnreadableArticle, match="breaks the html reader"):
        sandbox.read(PAGE, "html")
    killer.join()
    assert sandbox.read(PAGE, "html").text == TEXT


def test_a_worker_that_stops_is_ended_at_the_deadline() -> None:
    sandbox = Sandbox(deadline_seconds=0.5)
    sandbox._started()
    os.kill(worker_of(sandbox), signal.SIGSTOP)
    with pytest.raises(UnreadableArticle, match="takes longer than"):
        sandbox.read(PAGE, "html")
    patient = Sandbox()
    assert patient.read(PAGE, "html").text == TEXT
    patient.close()
    sandbox.close()


def test_an_interrupted_reading_leaves_no_answer_for_the_next_file(sandbox: Sandbox) -> None:
    sandbox.read(PAGE, "html")
    os.kill(worker_of(sandbox), signal.SIGSTOP)
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - on a busy machine it may come before the reading
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        sandbox.read(PAGE.replace(b"bridge", b"tunnel"), "html")
    assert sandbox.read(PAGE, "html").text == TEXT


def test_many_threads_share_it(sandbox: Sandbox) -> None:
    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.append(sandbox.read(PAGE, "html").text)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == [TEXT] * 8


def test_no_secret_reaches_the_worker(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "CANARY")
    sandbox.read(PAGE, "html")
    environment = Path(f"/proc/{worker_of(sandbox)}/environ")
    if not environment.exists():
        pytest.skip("this system does not show a process's environment under /proc")
    assert b"PYTHONPATH" in environment.read_bytes()
    assert b"CANARY" not in environment.read_bytes()


def test_nothing_in_the_folder_of_articles_is_run(tmp_path: Path) -> None:
    """The user's own `sitecustomize` in PYTHONPATH is run in both processes, as ever."""
    articles, own, ran = tmp_path / "articles", tmp_path / "own", tmp_path / "ran"
    for path in (
        articles / "lxml.py",
        articles / "json.py",
        articles / "trafilatura.py",
        articles / "index" / "__init__.py",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"open({str(tmp_path / 'canary')!r}, 'w')")
    (articles / "page.html").write_bytes(PAGE)
    own.mkdir()
    (own / "sitecustomize.py").write_text(f"print(1, file=open({str(ran)!r}, 'a'))")
    done = subprocess.run(
        [Path(sys.executable).with_name("sourceline"), "index", ".", "--home", tmp_path / "home"],
        cwd=articles,
        env={**os.environ, "PYTHONPATH": str(own)},
        capture_output=True,
        text=True,
    )
    assert "1 added" in done.stdout, done.stderr
    assert not (tmp_path / "canary").exists()
    assert ran.read_text().split().count("1") >= 2


def test_a_missing_library_is_not_blamed_on_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_library(raw: bytes) -> None:
        raise ImportError("No module named 'lxml_html_clean'")

    monkeypatch.setitem(worker.READERS, "html", without_library)
    answer, _ = worker._answer("html", PAGE)
    what, remedy = answer["error"]  # type: ignore[misc]
    assert "not installed whole" in what
    assert "lxml_html_clean" in what
    assert remedy == "install Sourceline again"
