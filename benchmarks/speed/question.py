"""A question at 10,000 passages, from its words to the full answer in quotes mode: where the seconds go.

    python -m benchmarks.speed.question ../shared/data [--passages 10000] [--questions 100]

The articles and questions of the public sets, all in one index. Each question is asked once, in one process that is warm, so no
passage has been read for it before. In alternation with each, the least that any search over these vectors must do: embedding
the question and multiplying it with the matrix of all passages. The index is kept in var/ for the next run.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.quality.known_sets import KNOWN
from evals.cases import Case, load_cases
from evals.evaluate import drawn
from evals.sets import convert
from evals.systems import question_of
from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder, make_embedder
from index.exact import every_vector
from index.sync import sync
from index.vectors import Vectors
from rag.assistant import Assistant

WORK = Path("var/benchmarks/question")


def indexed(data: Path, catalog: Catalog, embedder: Embedder, passages: int) -> Iterator[Case]:
    """Index one set after the other until there are so many passages; gives the cases of those that are in."""
    for known in (k for k in KNOWN if k.adapter):
        made = convert(known.adapter, data / known.folder, WORK / "sets" / known.name)
        sync(catalog, embedder, made.corpus)
        yield from load_cases(made.cases)
        if count(catalog) >= passages:
            return


def count(catalog: Catalog) -> int:
    """The passages of a catalog."""
    return int(catalog.rows("SELECT count(*) AS n FROM passage")[0]["n"])


def matrix(catalog: Catalog) -> Vectors:
    """Every passage's vector, float32 [passages, dimension]."""
    return np.concatenate([part for _, part in every_vector(catalog)])


def timed(assistant: Assistant, embedder: Embedder, cases: list[Case]) -> dict[str, list[float]]:
    """Seconds of each question by what they were spent on, and those of the least that must be done."""
    passages, found = matrix(assistant.catalog), dict[str, list[float]]()
    assistant.ask("What does a bridge cost?", "quotes")
    for case in cases:
        start = time.perf_counter()
        np.argsort(passages @ embedder.embed_queries([case.question])[0])[-10:]
        found.setdefault("embedding and one product", []).append(time.perf_counter() - start)
        for name, seconds in assistant.ask(question_of(case), "quotes").timings.items():
            found.setdefault(name, []).append(seconds)
    return found


def main() -> None:
    """Index once, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=100)
    given = parser.parse_args()
    embedder = make_embedder("local", WORK)
    catalog = Catalog(WORK / "home")
    cases = dict(enumerate(indexed(given.data, catalog, embedder, given.passages)))
    assistant = Assistant(catalog, embedder, DenseSearch(catalog))
    found = timed(assistant, embedder, list(drawn(cases, given.questions).values()))
    whole = float(np.median(found["total"]))
    print(
        f"{date.today()}  Python {platform.python_version()}, {os.cpu_count()} cores, {count(catalog):,} passages, ",
        end="",
    )
    print(f"{len(found['total'])} questions\n\n{'':<28}{'p50':>8}{'p95':>8}{'share of p50':>14}")
    for name, seconds in found.items():
        middle, high = np.percentile(seconds, [50, 95])
        print(f"{name:<28}{middle:>8.3f}{high:>8.3f}{middle / whole:>14.2f}")
    assistant.close()


if __name__ == "__main__":
    main()
