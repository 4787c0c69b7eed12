"""Whether memory grows with the questions: what Python holds, what was taken from the system, and the caches of our own that fill.

    python -m benchmarks.speed.memory [--questions 600]

The sample corpus, quotes mode, each question once and in a thread of its own, as the page asks. Linux only.
"""

from __future__ import annotations

import argparse
import functools
import gc
import json
import os
import platform
import sys
import tempfile
import threading
from datetime import date
from pathlib import Path

from benchmarks.speed.chat import QUESTIONS, megabytes
from index.sync import sync
from rag import build
from rag.settings import load_settings

_STEP = 100  # questions between two lines


def measured(questions: int, home: Path) -> None:
    """Ask, and print a line now and then."""
    settings = load_settings(home=home, mode="quotes")
    with build.catalog(settings, create=True) as catalog:
        sync(catalog, build.embedder(settings), Path("corpus"))
    with build.assistant(settings) as assistant:
        for number in range(1, questions + 1):
            asked = f"{QUESTIONS[number % len(QUESTIONS)]} ({number})"
            thread = threading.Thread(target=assistant.ask, args=(asked,))
            thread.start()
            thread.join()
            if number == _STEP // 10 or number % _STEP == 0:
                gc.collect()
                print(
                    f"{number:>5} questions  {megabytes(os.getpid())} MB  {sys.getallocatedblocks():>9,} blocks of Python"
                )


def caches() -> dict[str, str]:
    """The caches of ours that hold most, and how much they may."""
    ours = [
        (made.cache_info(), f"{made.__module__}.{made.__qualname__}")
        for made in gc.get_objects()
        if isinstance(made, functools._lru_cache_wrapper) and made.__module__.split(".")[0] in ("rag", "index", "ui")
    ]
    fullest = sorted(ours, key=lambda one: -one[0].currsize)[:6]
    return {name: f"{kept.currsize:,} of {kept.maxsize or 0:,}" for kept, name in fullest}


def main() -> None:
    """Measure on this machine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=600)
    given = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{date.today()}  Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} before\n")
    with tempfile.TemporaryDirectory() as folder:
        measured(given.questions, Path(folder))
    print(json.dumps(caches(), indent=1))


if __name__ == "__main__":
    main()
