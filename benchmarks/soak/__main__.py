"""Mixed load for hours: is every error told, does anything grow, and is the store whole at the end?

    python -m benchmarks.soak [--hours 1] [--minutes 4]

Readers ask in written and quotes mode, articles are uploaded through the page and removed, a folder is changed and indexed beside it, the
language model fails one time in ten. Every `--minutes` the page is ended in the midst of it, by turns politely and by kill -9, and started
again over the same home. Memory and open files are read when the page has settled and before it ends. At the end every finding of
`sourceline doctor` must be in order, and each passage must find itself. It writes docs/soak.md and exits with 1 where a bound is not kept.
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
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import count
from pathlib import Path

from benchmarks.soak.load import Counts, asks, in_words, indexes, language_model, until, uploads
from benchmarks.speed.chat import megabytes, page
from index import doctor, health
from index.catalog import Catalog

RESULTS = Path("docs/soak.md")
MOST_MEGABYTES = 150  # that a page may grow while it runs, beyond what it has once it has settled
MOST_FILES = 40  # more open files and sockets at the end of a page than when it had settled
MOST_DISK = 100  # megabytes that the home may grow from the end of the first page to the end of the last: the articles stay as many
_SETTLED = 0.4  # of a page's time
_READERS = 3


@dataclass(frozen=True, kw_only=True)
class Lived:
    """One life of the page: memory in megabytes and open files once it had settled and at its end, how many questions were answered
    in between, and the home in megabytes."""

    memory: tuple[int, int]
    files: tuple[int, int]
    answered: int
    disk: float
    killed: bool


def live(
    home: Path, folder: Path, url: str, counts: Counts, numbers: count[int], seconds: float, *, kill: bool
) -> Lived:
    """Start the page, load it, and end it while it is loaded."""
    over = threading.Event()
    settings = {"SOURCELINE_LLM_URL": url, "SOURCELINE_LLM_MODEL": "stub", "SOURCELINE_LLM_SECONDS": "20"}
    with page(home, **settings) as (client, process):
        work = [until(over, counts, asks, client, counts, over, numbers) for _ in range(_READERS)]
        work += [until(over, counts, uploads, client, counts, over)]
        work += [until(over, counts, indexes, folder, home, counts, over)]
        threads = [threading.Thread(target=one, daemon=True) for one in work]
        for thread in threads:
            thread.start()
        time.sleep(_SETTLED * seconds)
        settled, before = (megabytes(process), open_files(process)), counts.happened["answered"]
        time.sleep((1 - _SETTLED) * seconds)
        ended, answered = (megabytes(process), open_files(process)), counts.happened["answered"] - before
        over.set()
        if kill:
            os.kill(process, signal.SIGKILL)
    for thread in threads:
        thread.join()
    memory, files = zip(settled, ended, strict=True)
    return Lived(memory=memory, files=files, answered=answered, disk=size(home), killed=kill)


def open_files(process: int) -> int:
    """Files, sockets and pipes that a process has open."""
    return len(os.listdir(f"/proc/{process}/fd"))


def size(folder: Path) -> float:
    """Megabytes on disk, without the model."""
    found = [file for file in folder.rglob("*") if file.is_file() and "models" not in file.parts]
    return sum(file.stat().st_blocks * 512 for file in found) / 1e6


def faults(home: Path) -> list[str]:
    """What is wrong with the store, after one last start of its owner has completed what was left to do."""
    subprocess.run(
        [sys.executable, "-m", "ui", "index", "corpus", "--home", str(home)], check=True, capture_output=True
    )
    catalog = Catalog(home, create=False)
    found = [f"{one.what}: {one.detail}" for one in doctor.diagnose(catalog) if not one.ok]
    catalog.close()
    whole = health.check(home, everything=True)
    return found if whole.healthy else [*found, str(whole)]


def broken_bounds(lives: Sequence[Lived], counts: Counts, wrong: Sequence[str]) -> list[str]:
    """Each bound that was not kept, in words."""
    grown = max(one.memory[1] - one.memory[0] for one in lives)
    opened = max(one.files[1] - one.files[0] for one in lives)
    disk = lives[-1].disk - lives[0].disk
    said = [f"without a message: {what}" for what in counts.unexplained]
    said += [f"memory grew by {grown} MB"] * (grown > MOST_MEGABYTES)
    said += [f"{opened} more files were open"] * (opened > MOST_FILES)
    said += [f"the home grew by {disk:.0f} MB"] * (disk > MOST_DISK)
    return [*said, *wrong]


_BOUNDS = (
    f"Bounds: once it has settled a page grows by at most {MOST_MEGABYTES} MB and {MOST_FILES} open files; the home by at most",
    f"{MOST_DISK} MB from the first row to the last; no error without a message; the store is whole at the end.",
)


def slope(lives: Sequence[Lived]) -> float:
    """Megabytes that the pages grew in 100 questions, once they had settled."""
    return 100 * sum(one.memory[1] - one.memory[0] for one in lives) / max(1, sum(one.answered for one in lives))


def _line(number: int, one: Lived) -> str:
    memory, files = (", ".join(map(str, two)) for two in (one.memory, one.files))
    ended = "kill -9" if one.killed else "asked to"
    return f"| {number} | {memory} | {one.answered} | {files} | {one.disk:.0f} | {ended} |"


def document(command: str, seconds: float, lives: Sequence[Lived], counts: Counts, wrong: Sequence[str]) -> str:
    """Markdown."""
    broken = broken_bounds(lives, counts, wrong)
    day, load = datetime.now(timezone.utc).date(), os.getloadavg()[0]
    about = f"{day}; {seconds / 3600:.2f} hours; Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} at the end."
    lines = ["# Soak", "", "Made by a command, not by hand:", "", "```sh", command, "```", "", about, ""]
    lines += [f"{in_words(counts.happened)}; {len(counts.unexplained)} errors without a message.", ""]
    lines += [
        "| page | memory, settled and at its end, MB | questions in between | open files | home, MB | ended |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_line(number, one) for number, one in enumerate(lives, start=1)]
    lines += ["", f"Memory: {slope(lives):+.1f} MB in 100 questions, once a page has settled."]
    lines += ["", *_BOUNDS, ""]
    return "\n".join([*lines, "All kept." if not broken else "Not kept:", *(f"- {what}" for what in broken), ""])


def main() -> int:
    """Exit status 1 when a bound was not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--hours", type=float, default=1.0, help="how long; by default %(default)s")
    parser.add_argument("--minutes", type=float, default=4.0, help="how long each page runs; by default %(default)s")
    parser.add_argument("--out", type=Path, default=RESULTS, help="the document; by default %(default)s")
    given = parser.parse_args()
    counts, lives, began, numbers = Counts(), list[Lived](), time.monotonic(), count(1)
    with tempfile.TemporaryDirectory() as work, language_model(counts) as url:
        home, folder = Path(work) / "home", Path(work) / "beside"
        while len(lives) < 2 or time.monotonic() - began < 3600 * given.hours:
            kill = len(lives) % 2 == 1
            lives.append(live(home, folder, url, counts, numbers, 60 * given.minutes, kill=kill))
            print(lives[-1], in_words(counts.happened), *counts.unexplained[-3:], sep="\n", file=sys.stderr, flush=True)
        wrong = faults(home)
    command = f"python -m benchmarks.soak --hours {given.hours:g} --minutes {given.minutes:g}"
    given.out.write_text(document(command, time.monotonic() - began, lives, counts, wrong), encoding="utf-8")
    return int(bool(broken_bounds(lives, counts, wrong)))


if __name__ == "__main__":
    sys.exit(main())
