"""Mixed load for hours: is every error told, does anything grow, and is the store whole at the end?

    python -m benchmarks.soak [--hours 1] [--minutes 5]

Readers ask in written and quotes mode, articles are uploaded through the page and removed, a folder is changed and indexed beside it, the
language model fails one time in ten. Every `--minutes` the page is ended in the midst of it, by turns politely and by kill -9, and started
again over the same home. Memory and open files are read from when the page has settled until it ends. At the end every finding of
`sourceline doctor` must be in order, each passage must find itself, and there must be an article of every file. What must hold is in
`bounds.py`: it writes docs/soak.md and exits with 1 where a bound is not kept.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from itertools import count
from pathlib import Path
from typing import IO

import httpx

from benchmarks.soak.bounds import BOUNDS, Lived, Look, broken, slope
from benchmarks.soak.load import Counts, asks, in_words, indexes, language_model, until, uploads
from benchmarks.speed.chat import megabytes, page
from index import doctor, health
from index.catalog import Catalog

RESULTS, CORPUS = Path("docs/soak.md"), Path("corpus")
_SETTLED = 0.5  # of a page's time
_READERS = 3
_LOOKS = 20  # at a page, once it has settled


@dataclass(frozen=True, kw_only=True)
class Soak:
    """What lasts from page to page: the home, the folder that is indexed beside it, where the model is, and what happened so far."""

    home: Path
    beside: Path
    model: str
    counts: Counts = field(default_factory=Counts)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def settings(self) -> dict[str, str]:
        """Those of the page, as it finds them in its environment."""
        return {"SOURCELINE_LLM_URL": self.model, "SOURCELINE_LLM_MODEL": "stub", "SOURCELINE_LLM_SECONDS": "20"}


def live(soak: Soak, seconds: float, *, kill: bool) -> Lived:
    """Start the page, load it, and end it while it is loaded."""
    over = threading.Event()
    with tempfile.TemporaryFile() as log:
        with page(soak.home, log, **soak.settings) as (client, child):
            threads = begun(soak, client, over)
            looks = looked_at(child, soak.counts, seconds)
            said(log, soak.counts)
            over.set()
            if kill:
                child.send_signal(signal.SIGKILL)
        for thread in threads:
            thread.join()
    disk, kept = size(soak.home)
    return Lived(looks=looks, disk=disk, kept=kept, seconds=seconds, status=child.returncode)


def begun(soak: Soak, client: httpx.Client, over: threading.Event) -> list[threading.Thread]:
    """Everybody who uses the page, at work until it is over."""
    counts = soak.counts
    work = [until(over, counts, asks, client, counts, over, soak.numbers) for _ in range(_READERS)]
    work += [until(over, counts, uploads, client, counts, over)]
    work += [until(over, counts, indexes, soak.beside, soak.home, counts, over)]
    threads = [threading.Thread(target=one, daemon=True) for one in work]
    for thread in threads:
        thread.start()
    return threads


def looked_at(child: subprocess.Popen[bytes], counts: Counts, seconds: float) -> list[Look]:
    """Wait for so many seconds, and look at the page again and again once it has settled. Raises RuntimeError where it ends by itself."""
    looks = []
    for number in range(_LOOKS + 1):
        time.sleep(seconds * (1 - _SETTLED) / _LOOKS if number else seconds * _SETTLED)
        if child.poll() is not None:
            raise RuntimeError(f"the page ended by itself with {child.returncode}")
        asked = counts.happened["questions"]
        looks.append(Look(asked=asked, memory=megabytes(child.pid), files=open_files(child.pid)))
    return looks


def open_files(process: int) -> int:
    """Files, sockets and pipes that a process has open."""
    return len(os.listdir(f"/proc/{process}/fd"))


def said(log: IO[bytes], counts: Counts) -> None:
    """Count the tracebacks in what the page wrote to its standard error."""
    log.seek(0)
    for told in log.read().decode("utf-8", "replace").split("Traceback (most recent call last)")[1:]:
        counts.add("tracebacks", unexplained=f"traceback: {' '.join(told.split())[-150:]}")


def size(home: Path) -> tuple[float, float]:
    """Megabytes on disk: without the model and the conversations, and those of the conversations."""
    files = [file for file in home.rglob("*") if file.is_file() and "models" not in file.parts]
    kept = sum(_on_disk(file) for file in files if file.name.startswith("conversations"))
    return sum(map(_on_disk, files)) - kept, kept


def _on_disk(file: Path) -> float:
    return file.stat().st_blocks * 512 / 1e6


def completed(home: Path, *folders: Path) -> list[str]:
    """What is wrong with the store, after one last start of its owner has completed what was left to do."""
    command = [sys.executable, "-m", "ui", "index", *map(str, folders), "--prune", "--home", str(home)]
    subprocess.run(command, check=True, capture_output=True)
    files = [file for folder in folders for file in folder.rglob("[!.]*") if file.is_file()]
    return faults(home, articles=len(files))


def faults(home: Path, *, articles: int) -> list[str]:
    """What is wrong with a store that nobody has open, and that should have so many articles."""
    catalog = Catalog(home, create=False)
    found = [f"{one.what}: {one.detail}" for one in doctor.diagnose(catalog) if not one.ok]
    there = catalog.counts()["article"]
    catalog.close()
    whole = health.check(home, everything=True)
    found += [f"{there} articles of {articles} files"] * (there != articles)
    return found if whole.healthy else [*found, str(whole)]


def _line(number: int, one: Lived) -> str:
    memory, files = (
        ", ".join(str(getattr(look, what)) for look in (one.looks[0], one.looks[-1])) for what in ("memory", "files")
    )
    asked, ended = one.looks[-1].asked - one.looks[0].asked, "kill -9" if one.killed else "asked to"
    return f"| {number} | {memory} | {asked} | {files} | {one.disk:.1f} | {one.kept:.1f} | {ended} |"


def document(command: str, seconds: float, lives: Sequence[Lived], counts: Counts, wrong: Sequence[str]) -> str:
    """Markdown."""
    unkept = broken(lives, counts, wrong)
    day, load = datetime.now(timezone.utc).date(), os.getloadavg()[0]
    took = f"{seconds / 3600:.2f} hours; {sum(one.seconds for one in lives) / 3600:.2f} of them under load"
    about = f"{day}; {took}; Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} at the end."
    lines = ["# Soak", "", "Made by a command, not by hand:", "", "```sh", command, "```", "", about, ""]
    lines += [f"{in_words(counts.happened)}; {len(counts.unexplained)} errors without a message.", ""]
    lines += [
        "| page | memory, settled and at its end, MB | questions in between | open files | home, MB | conversations, MB | ended |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [_line(number, one) for number, one in enumerate(lives, start=1)]
    lines += [
        "",
        f"Memory: {slope(lives):+.1f} MB in 100 questions, once a page has settled. The longest question: {counts.longest:.1f} s.",
    ]
    lines += ["", *BOUNDS, ""]
    return "\n".join([*lines, "All kept." if not unkept else "Not kept:", *(f"- {what}" for what in unkept), ""])


def main() -> int:
    """Exit status 1 when a bound was not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--hours", type=float, default=1.0, help="how long under load; by default %(default)s")
    parser.add_argument("--minutes", type=float, default=5.0, help="how long each page runs; by default %(default)s")
    parser.add_argument("--out", type=Path, default=RESULTS, help="the document; by default %(default)s")
    given = parser.parse_args()
    counts, lives, began = Counts(), list[Lived](), time.monotonic()
    with tempfile.TemporaryDirectory() as work, language_model(counts) as url:
        soak = Soak(home=Path(work) / "home", beside=Path(work) / "beside", model=url, counts=counts)
        while len(lives) < 2 or sum(one.seconds for one in lives) < 3600 * given.hours:
            lives.append(live(soak, 60 * given.minutes, kill=len(lives) % 2 == 1))
            print(lives[-1], in_words(counts.happened), *counts.unexplained[-3:], sep="\n", file=sys.stderr, flush=True)
        wrong = completed(soak.home, CORPUS, soak.beside, soak.home / "uploads")
    command = f"python -m benchmarks.soak --hours {given.hours:g} --minutes {given.minutes:g}"
    given.out.write_text(document(command, time.monotonic() - began, lives, counts, wrong), encoding="utf-8")
    return int(bool(broken(lives, counts, wrong)))


if __name__ == "__main__":
    sys.exit(main())
