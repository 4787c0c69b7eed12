"""The load of a soak: readers who ask, one who uploads, one who indexes beside the page, and a language model that fails now and then."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import httpx

from benchmarks.speed.chat import SENTENCE, ask, say

FAILS = 10  # one reply in so many
_ARTICLES = 20  # that are uploaded, and written again and again
_PAUSE = 1.0  # seconds between a worker's turns: two cores are to be busy, not drowned


@dataclass(kw_only=True)
class Counts:
    """What happened, counted by its name; `unexplained` is what ended without a message, each as it was seen."""

    happened: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def add(self, what: str, unexplained: str = "") -> None:
        """Count something; `unexplained` says what is wrong where nothing was said."""
        with self._one_at_a_time:
            self.happened[what] += 1
            if unexplained:
                self.unexplained.append(unexplained[:200])


@contextmanager
def language_model(counts: Counts) -> Iterator[str]:
    """A model on this machine, at the URL that is given: one reply in ten is a fault, each time another one."""
    faults = (_busy, _broken, _cut, _nonsense)
    numbers = count(1)

    class Model(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            fails, which = divmod(next(numbers), FAILS)
            counts.add("asked of the model")
            if which == 0:
                counts.add("faults of the model")
            faults[fails % len(faults)](self) if which == 0 else say(self, SENTENCE)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a page that is killed hangs up
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()


def _cut(to: BaseHTTPRequestHandler) -> None:
    say(to, "The treaty has", None)


def _busy(to: BaseHTTPRequestHandler) -> None:
    _whole(to, 503, b'{"error": {"message": "loading"}}')


def _nonsense(to: BaseHTTPRequestHandler) -> None:
    _whole(to, 200, b"<html>Welcome</html>")


def _whole(to: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
    to.send_response(status)
    to.send_header("content-length", str(len(body)))
    to.end_headers()
    to.wfile.write(body)


def _broken(to: BaseHTTPRequestHandler) -> None:
    to.connection.close()


# The workers: each does one thing, again and again, until the page is to end


def asks(client: httpx.Client, counts: Counts, over: threading.Event, numbers: Iterator[int]) -> None:
    """A reader, by turns in written and in quotes mode."""
    for number in numbers:
        said = ask(client, number, mode=("written", "quotes")[number % 2]).said
        if over.wait(_PAUSE):
            return
        counts.add("answered" if said == "answered" else "told in words", unexplained=_unexplained(said))


def _unexplained(said: str) -> str:
    """An end that tells a reader nothing."""
    return f"question: {said!r}" if said in ("", "broken off") or "Traceback" in said else ""


def uploads(client: httpx.Client, counts: Counts, over: threading.Event) -> None:
    """Somebody who gives the page articles, the same ones changed, now and then one that it cannot take, and removes one."""
    for n in count():
        name, told = (
            (f"soak/{n % _ARTICLES}.txt", "uploaded") if n % 7 else ("soak/film.mp4", "upload refused in words")
        )
        response = client.put("/library/file", params={"name": name}, content=article(n))
        started = client.post("/library/uploaded")
        if n % 11 == 10:
            client.post("/library/remove", json={"files": [f"uploads/{name}"]})
        if over.wait(2 * _PAUSE):
            return
        fine = (response.status_code == 200) is bool(n % 7) and response.text and started.is_success
        counts.add(told, unexplained="" if fine else f"upload: {response.status_code} {response.text!r}")


def indexes(folder: Path, home: Path, counts: Counts, over: threading.Event) -> None:
    """Somebody who changes a folder and indexes it beside the page."""
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "ui", "index", str(folder), "--prune", "--home", str(home)]
    for n in count():
        (folder / f"{n % _ARTICLES}.txt").write_bytes(article(1_000 + n))
        (folder / f"{(n + 7) % _ARTICLES}.txt").unlink(missing_ok=True)
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if over.wait(5 * _PAUSE):
            return
        said = done.stderr.strip().splitlines()
        fine = done.returncode == 0 or (len(said) == 1 and said[0].startswith("sourceline: "))
        counts.add("indexed beside it" if done.returncode == 0 else "indexing refused in words")
        if not fine:
            counts.add("indexing", unexplained=f"index: {done.returncode} {done.stderr[-150:]!r}")


def article(number: int) -> bytes:
    """An article of which no two are alike."""
    lines = (
        f"The ferry {number} to Skarholm carried {number * k} people on day {k} of its year." for k in range(1, 30)
    )
    return "\n\n".join([f"Ferry number {number}", *lines]).encode()


def until(over: threading.Event, counts: Counts, work: Callable[..., None], *given: object) -> Callable[[], None]:
    """`work` as a thread does it, begun again where it breaks; that is an error unless the page is being ended."""

    def once() -> None:
        try:
            work(*given)
        except (httpx.HTTPError, json.JSONDecodeError) as error:
            if not over.wait(_PAUSE):
                counts.add("broken", unexplained=f"{work.__name__}: {error!r}")

    def again() -> None:
        while not over.is_set():
            once()

    return again


def in_words(happened: Mapping[str, int]) -> str:
    """Counts as a sentence, the most frequent first."""
    return ", ".join(f"{n:,} {what}" for what, n in sorted(happened.items(), key=lambda item: -item[1]))
