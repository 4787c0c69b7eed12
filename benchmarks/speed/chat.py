"""The chat page: seconds until it is there, until the first claim, memory, and what a crowd meets.

    python -m benchmarks.speed.chat [--visitors 200] [--questions 1000]

The page runs in a process of its own over the sample corpus. Visitors who come at the same time are answered by a stub of a
language model that takes a second; those who come one by one in the articles' own words. No question is asked twice: those of
evals/gold, numbered.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median, quantiles
from typing import IO, Any, NamedTuple

import httpx

GOLD = Path("evals/gold/sample.jsonl")
QUESTIONS = [json.loads(line)["question"] for line in GOLD.read_text(encoding="utf-8").splitlines() if line.strip()]
SENTENCE = "The treaty has 47 articles [1]."


class Told(NamedTuple):
    """Seconds to the first claim and to the whole answer; `said` is "answered" or why not; the answer in its JSON form."""

    first: float
    whole: float
    said: str
    answer: Mapping[str, Any]


def say(to: BaseHTTPRequestHandler, text: str, end: str | None = "stop") -> None:
    """Stream a language model's reply; without an `end` it is cut off."""
    to.send_response(200)
    to.send_header("content-type", "text/event-stream")
    to.end_headers()
    for delta, reason in (({"content": text}, None), ({}, end)):
        piece = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "stub"}
        piece["choices"] = [{"index": 0, "delta": delta, "finish_reason": reason}]
        to.wfile.write(f"data: {json.dumps(piece)}\n\n".encode())
    to.wfile.write(b"data: [DONE]\n\n" if end else b"")


_THINKS, _ALONE = 1, 30  # seconds, questions


class Slow(BaseHTTPRequestHandler):
    """A language model that thinks for a second."""

    def do_POST(self) -> None:
        """Stream one sentence, late."""
        self.rfile.read(int(self.headers["content-length"]))
        time.sleep(_THINKS)
        say(self, SENTENCE)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def page(
    home: Path, log: IO[bytes] | None = None, **settings: str
) -> Iterator[tuple[httpx.Client, subprocess.Popen[bytes]]]:
    """The running page: somebody who asks it, and its process. Its standard error goes to `log`, or where ours goes."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "ui", "chat", "--port", str(port), "--home", str(home)]
    begun = time.perf_counter()
    child = subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.DEVNULL, stderr=log)
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", timeout=600, trust_env=False, limits=httpx.Limits(max_connections=None)
        ) as client:
            shown = until(child, lambda: client.get("/").is_success)
            ready = until(child, lambda: client.get("/state").json()["ready"])
            whole = ask(client).whole
            print(f"page {shown - begun:.1f} s, library {ready - begun:.1f} s, then the first answer {whole:.1f} s")
            asked = time.perf_counter()
            client.get("/gradio_api/info")
            print(f"Gradio's API, when it is first asked for, {time.perf_counter() - asked:.1f} s")
            yield client, child
    finally:
        child.send_signal(signal.SIGINT)
        child.wait()


def until(child: subprocess.Popen[bytes], there: Callable[[], bool]) -> float:
    """When something that may fail at first is there. Raises RuntimeError where the page has ended before."""
    while child.poll() is None:
        try:
            if there():
                return time.perf_counter()
        except httpx.ConnectError:
            pass
        time.sleep(0.02)
    raise RuntimeError(f"the page ended with {child.returncode} before it could be asked")


def ask(client: httpx.Client, number: int = 0, **more: object) -> Told:
    """Ask as a browser does; `more` is sent beside the question."""
    begun, first, said, answer = time.perf_counter(), 0.0, "broken off", dict[str, Any]()
    question = f"{QUESTIONS[number % len(QUESTIONS)]} ({number})"
    with client.stream("POST", "/ask", json={"question": question, **more}) as stream:
        if stream.status_code != 200:
            return Told(0.0, time.perf_counter() - begun, stream.read().decode()[:80], answer)
        for line in stream.iter_lines():
            told = json.loads(line)
            if "said" in told or "turn" in told:
                first = first or time.perf_counter() - begun
            said, answer = "answered" if "turn" in told else told.get("error", said), told.get("answer", answer)
    return Told(first, time.perf_counter() - begun, said, answer)


def megabytes(pid: int, which: str = "VmRSS") -> int:
    """Resident memory of a process; with "VmHWM" the most that it ever had."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith(which))) // 1024


def alone(home: Path, questions: int) -> None:
    """One reader, in the articles' own words: time to the first claim, and memory."""
    with page(home, SOURCELINE_MODE="quotes") as (client, child):
        sizes = [
            len(client.get(path).content)
            for path in ("/", "/static/page.css", *(f"/static/{f.name}" for f in Path("ui/web/static").glob("*.js")))
        ]
        ask(client)
        before, told = megabytes(child.pid), [ask(client, n) for n in range(1, questions + 1)]
        firsts = sorted(t.first for t in told)
        print(f"the page is {sum(sizes) / 1024:.0f} KB in {len(sizes)} files")
        print(
            f"{questions} questions in quotes mode: first claim p50 {median(firsts):.2f} s, p95 {firsts[int(0.95 * len(firsts))]:.2f} s"
        )
        print(f"memory {before} MB before, {megabytes(child.pid)} MB after")


def crowd(home: Path, visitors: int) -> None:
    """With a model of one second: what is ours beside it, then all at once."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    server.request_queue_size = 512
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    with page(home, SOURCELINE_MODE="written", SOURCELINE_LLM_URL=url, SOURCELINE_LLM_MODEL="stub") as (client, _):
        ask(client)
        around = sorted(ask(client, n).whole - _THINKS for n in range(1, _ALONE + 1))
        print(
            f"{_ALONE} questions in written mode, one after the other: beside the model's {_THINKS} s ours take"
            f" p50 {median(around):.2f} s, p95 {quantiles(around, n=20)[-1]:.2f} s"
        )
        with ThreadPoolExecutor(visitors) as everybody:
            told = list(everybody.map(lambda n: ask(client, n), range(visitors)))
    waited = [t.whole for t in told if t.said == "answered"]
    others = {said: sum(t.said == said for t in told) for said in {t.said for t in told} - {"answered"}}
    print(f"{visitors} visitors at once: {len(waited)} answered, others {others}")
    print(f"until the whole answer p50 {median(waited):.1f} s, p95 {quantiles(waited, n=20)[-1]:.1f} s")
    server.shutdown()


def main() -> None:
    """Measure on this machine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=200)
    parser.add_argument("--questions", type=int, default=1000)
    given = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{date.today()}  Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} before\n")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        subprocess.run(
            [sys.executable, "-m", "ui", "index", "corpus", "--home", folder], check=True, stdout=subprocess.DEVNULL
        )
        alone(home, given.questions)
        crowd(home, given.visitors)


if __name__ == "__main__":
    main()
