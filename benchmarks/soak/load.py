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
from itertools import compress, count
from pathlib import Path

import httpx

from benchmarks.speed.chat import SENTENCE, ask, say

FAILS = 10  # one reply in so many
_ARTICLES = 20  # that are uploaded, and written again and again
_INDEXES_WITHIN = 300  # seconds
_PAUSE = 1.0  # seconds between a worker's turns: two cores are to be busy, not drowned


@dataclass(kw_only=True)
class Counts:
    """What happened, counted by its name; `unexplained` is what ended without a message, each as it was seen; the longest question
    in seconds."""

    happened: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)
    longest: float = 0.0
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def add(self, *what: str, unexplained: str = "", seconds: float = 0.0) -> None:
        """Count something; `unexplained` says what is wrong where nothing was said."""
        with self._one_at_a_time:
            self.happened.update(what)
            self.longest = max(self.longest, seconds)
            if unexplained:
                self.unexplained.append(unexplained[:200])


@contextmanager
def language_model(counts: Counts) -> Iterator[str]:
    """A model on this machine, at the URL that is given: one reply in ten is a fault, each time another one."""
    numbers = count(1)

    class Model(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            fails, which = divmod(next(numbers), FAILS)
            fault, reply = _FAULTS[fails % len(_FAULTS)]
            counts.add("model asked", *([fault] if which == 0 else []))
            reply(self) if which == 0 else say(self, SENTENCE)

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


_FAULTS = (
    ("model busy", _busy),
    ("model hung up", _broken),
    ("model cut off", _cut),
    ("model said a web page", _nonsense),
)


# The workers: each does one thing, again and again, until the page is to end


def asks(client: httpx.Client, counts: Counts, over: threading.Event, numbers: Iterator[int]) -> None:
    """A reader, by turns in written and in quotes mode."""
    for number in numbers:
        told = ask(client, number, mode=("written", "quotes")[number % 2])
        if over.wait(_PAUSE):
            return
        kinds = {
            "cited answers": bool(told.answer.get("citations")),
            "refusals": bool(told.answer.get("refused")),
            "answers with a warning": bool(told.answer.get("warnings")),
            "errors told in words": told.said != "answered",
        }
        counts.add(
            "questions", *compress(kinds, kinds.values()), unexplained=_unexplained(told.said), seconds=told.whole
        )


def _unexplained(said: str) -> str:
    """An end that tells a reader nothing."""
    return f"question: {said!r}" if said in ("", "broken off", "Internal Server Error") or "Traceback" in said else ""


def uploads(client: httpx.Client, counts: Counts, over: threading.Event) -> None:
    """Somebody who gives the page articles, the same ones changed, now and then one that it cannot take, and removes one."""
    for n in count():
        fits, removes = n % 7 > 0, n % 11 == 10
        name = f"soak/{n % _ARTICLES}.txt" if fits else "soak/film.mp4"
        given = client.put("/library/file", params={"name": name}, content=article(n))
        fine = (given.is_success if fits else given.is_client_error) and bool(given.text)
        fine &= client.post("/library/uploaded").is_success
        if removes:
            fine &= client.post("/library/remove", json={"files": [f"uploads/{name}"]}).is_success
        if over.wait(2 * _PAUSE):
            return
        happened = ["uploaded" if fits else "uploads refused in words", *["articles removed"] * removes]
        counts.add(*happened, unexplained="" if fine else f"upload: {given.status_code} {given.text!r}")


def indexes(folder: Path, home: Path, counts: Counts, over: threading.Event) -> None:
    """Somebody who changes a folder and indexes it beside the page."""
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "ui", "index", str(folder), "--prune", "--home", str(home)]
    for n in count():
        (folder / f"{n % _ARTICLES}.txt").write_bytes(article(1_000 + n))
        (folder / f"{(n + 7) % _ARTICLES}.txt").unlink(missing_ok=True)
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=_INDEXES_WITHIN)
        said = done.stderr.strip().splitlines()
        fine = done.returncode == 0 or (len(said) == 1 and said[0].startswith("sourceline: "))
        told = "indexed beside it" if done.returncode == 0 else "indexing refused in words"
        counts.add(told, unexplained="" if fine else f"index: {done.returncode} {done.stderr[-150:]!r}")
        if over.wait(5 * _PAUSE):
            return


def article(number: int) -> bytes:
    """An article of which no two are alike."""
    lines = (
        f"The ferry {number} to Skarholm carried {number * k} people on day {k} of its year." for k in range(1, 30)
    )
    return "\n\n".join([f"Ferry number {number}", *lines]).encode()


def until(over: threading.Event, counts: Counts, work: Callable[..., None], *given: object) -> Callable[[], None]:
    """`work` as a thread does it, begun again where it breaks: an error, unless it is that of a page that is being ended."""

    def once() -> None:
        try:
            work(*given)
        except (httpx.HTTPError, json.JSONDecodeError) as error:
            if not over.wait(_PAUSE):
                broke(error)
        except Exception as error:  # noqa: BLE001 - it is counted, and the bounds name it
            broke(error)
            over.wait(_PAUSE)

    def broke(error: Exception) -> None:
        counts.add("broken workers", unexplained=f"{work.__name__}: {error!r}")

    def again() -> None:
        while not over.is_set():
            once()

    return again


def in_words(happened: Mapping[str, int]) -> str:
    """Counts as a sentence, the most frequent first."""
    return ", ".join(f"{n:,} {what}" for what, n in sorted(happened.items(), key=lambda item: -item[1]))
