"""Indexing very many articles: whether memory stays level, and how long it takes to see that nothing, or little, has changed.

    python -m benchmarks.speed.many [--articles 100000] [--changed 0.01] [--work FOLDER]

The articles are made up, of about a hundred English words each, in folders of a thousand. Their vectors are drawn by chance from the
text's hash, as long as real ones: what is measured is everything but the embedder, whose own memory `indexing.py` tells. Files,
reading, splitting, the catalog and Chroma are real. Linux only.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

import numpy as np

from benchmarks.speed.chat import megabytes
from index.catalog import Catalog
from index.embed import Vectors
from index.owner import Owner
from index.sync import Progress, sync

_LINES = 20  # of the table, at most
_WORDS = "council bridge mayor river budget school harbour vote train city winter market police report minister court".split()
_SMALL = "the of and in to a for was that on with as by from at".split()


class Drawn:
    """Vectors by chance, float32 [n, 384], the same for the same text."""

    model, dimension = "drawn", 384

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        drawn = [np.random.default_rng(list(sha256(t.encode()).digest()[:8])).standard_normal(384) for t in texts]
        rows = np.array(drawn, np.float32).reshape(-1, 384)
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    embed_queries = embed_passages


def write(folder: Path, number: int, extra: str = "") -> None:
    """One article; `extra` is added to it."""
    drawn = np.random.default_rng(number)
    sentences = (" ".join(_sentence(drawn)) for _ in range(8))
    text = f"Report {number} of the {drawn.choice(_WORDS)}\n\n" + " ".join(sentences) + extra + "\n"
    file = folder / f"{number // 1000:03}" / f"{number:06}.txt"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _sentence(drawn: np.random.Generator) -> list[str]:
    words = [w for pair in zip(drawn.choice(_SMALL, 6), drawn.choice(_WORDS, 6), strict=True) for w in pair]
    return [words[0].capitalize(), *words[1:], f"place{drawn.integers(1_000_000)}."]


class Watch:
    """Prints what a run has done and what memory it holds, now and then."""

    def __init__(self, step: int) -> None:
        self._step, self._next = step, step
        self._began, self._worked = time.perf_counter(), time.process_time()

    def __call__(self, progress: Progress) -> None:
        """After every article."""
        if progress.done >= self._next:
            self._next = progress.done + self._step
            self.tell(f"{progress.done:,} articles")

    def tell(self, what: str) -> None:
        """One line."""
        seconds, worked = time.perf_counter() - self._began, time.process_time() - self._worked
        print(f"{what:<28}{seconds:>9.1f} s{worked:>9.1f} s of the processor{megabytes(os.getpid()):>8} MB", flush=True)


def index(home: Path, folder: Path, step: int, what: str) -> None:
    """What `sourceline index` does, Chroma included; prints as it goes."""
    watch = Watch(step)
    catalog = Catalog(home)
    report = sync(catalog, Drawn(), folder, on_progress=watch)
    watch.tell(f"{what}: {len(report.added) + len(report.changed):,} read")
    Owner(catalog).close()
    watch.tell("and Chroma")
    catalog.close()


def measure(work: Path, articles: int, changed: float) -> None:
    """Index, then again with nothing changed, then with a few changed."""
    folder, home = work / "articles", work / "home"
    if not folder.exists():
        for number in range(articles):
            write(folder, number)
    index(home, folder, max(1, articles // _LINES), "all new")
    index(home, folder, articles + 1, "nothing changed")
    for number in range(0, articles, max(1, round(1 / changed))):
        write(folder, number, f" It was changed at {time.time_ns()}.")
    index(home, folder, articles + 1, "some changed")


def main() -> None:
    """Measure on this machine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument(
        "--changed", type=float, default=0.01, help="the share of articles that are changed for the last run"
    )
    parser.add_argument("--work", type=Path, help="where articles and home are kept; none: in a folder that is removed")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{date.today()}  Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} before\n")
    with tempfile.TemporaryDirectory() as folder:
        measure(given.work or Path(folder), given.articles, given.changed)


if __name__ == "__main__":
    main()
