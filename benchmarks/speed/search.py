"""A search without the question's embedding, as the corpus grows: time by part, with and without a filter, first and at once.

    python -m benchmarks.speed.search ../shared/data [--sizes 1000 10000 100000] [--questions 100] [--exact] [--write]

The catalogs are `grown.py`'s: the lexical index is a real one, most of the vectors and texts are made up. Questions are those of
the public sets. The baseline in alternation with each search is one product of the question with the matrix of all vectors.
Homes are kept in var/ for the next run. Beside the seconds stand those that the processor worked for it: where others use the
machine, they are nearer to what an idle one takes.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.speed.grown import grown
from benchmarks.speed.growth import MEASURED
from benchmarks.speed.question import WORK, indexed, matrix
from benchmarks.speed.ratio import ratio
from evals.cases import Case
from evals.evaluate import drawn
from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder, make_embedder
from index.types import Filters
from index.vectors import Vectors
from rag.finder import Finder
from rag.question.types import Query
from rag.retrieval.retrieve import Retriever

HITS = 10
AT_ONCE = 16
FEW = Filters(outlets=tuple(f"Outlet {n}" for n in range(4)))
"""A tenth of the made-up articles, which have one of 40 outlets."""
Asked = tuple[Query, Vectors]
Took = tuple[float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Timed:
    """Seconds of each question on the clock and of the processor, by what was done."""

    seconds: dict[str, list[Took]]
    first: float
    passages: int


def timed(catalog: Catalog, asked: list[Asked], *, exact: bool = False) -> Timed:
    """Search each question in one warm process, once in each way; `exact` without Chroma, which takes hours to build for a million."""
    dense = DenseSearch(catalog, exact_up_to=sys.maxsize if exact else 0)
    dense.prepare()
    vectors, retrievers = matrix(catalog), [Retriever(catalog, dense) for _ in range(3)]
    first = took(partial(retrievers[0].retrieve, *asked[0], HITS))[0]
    found: dict[str, list[Took]] = {}
    for query, vector in asked:
        for name, way in _ways(retrievers, dense, vectors, query, vector).items():
            found.setdefault(name, []).append(took(way))
    found = {name: some[1:] for name, some in found.items()}  # the first question loads what is loaded once
    legs = (found[name] for name in ("search", "dense leg", "lexical leg"))
    found["fusion, texts, languages"] = [
        tuple(np.subtract(s, np.add(d, w))) for s, d, w in zip(*legs, strict=True)
    ]  # what is left
    with ThreadPoolExecutor(AT_ONCE) as pool:
        searches = [partial(took, partial(retrievers[0].retrieve, *one, HITS)) for one in asked[1:]]
        at_once = list(pool.map(lambda search: search()[0], searches))
        found[f"search, {AT_ONCE} at once"] = [(seconds, float("nan")) for seconds in at_once]
    dense.close()
    return Timed(seconds=found, first=first, passages=len(vectors))


def _ways(
    retrievers: Sequence[Retriever], dense: DenseSearch, vectors: Vectors, query: Query, vector: Vectors
) -> dict[str, Callable[[], object]]:
    """What is timed, in this order; each has a retriever of its own, because these remember the words of questions."""
    whole, lexical, filtered = retrievers
    return {
        "search": partial(whole.retrieve, query, vector, HITS),
        "one product with all vectors": lambda: np.argpartition(vectors @ vector, -HITS)[-HITS:],
        "dense leg": partial(dense.search, vector, 100),
        "lexical leg": partial(lexical.lexical.search, query.text, query.language, 100),
        "search, a tenth allowed": partial(filtered.retrieve, replace(query, filters=FEW), vector, HITS),
    }


def took(do: Callable[[], object]) -> Took:
    """Seconds on the clock and of the processor."""
    start, worked = time.perf_counter(), time.process_time()
    do()
    return time.perf_counter() - start, time.process_time() - worked


def shown(found: Mapping[str, Sequence[Took]]) -> None:
    """Print a table, in milliseconds."""
    print(f"{'milliseconds':<32}{'p50':>8}{'p95':>8}   of the processor:{'p50':>8}{'p95':>8}")
    for name, some in found.items():
        figures = 1000 * np.percentile(some, [50, 95], axis=0).T
        print(f"{name:<32}{figures[0, 0]:>8.1f}{figures[0, 1]:>8.1f}{figures[1, 0]:>28.1f}{figures[1, 1]:>8.1f}")


def keep(found: Timed, when: str) -> None:
    """Put the figures of this size in the place of its last ones."""
    kept = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}
    names = ("p50", "p95", "processor p50", "processor p95")
    ways = {name: (1000 * np.percentile(some, [50, 95], axis=0)).T.ravel() for name, some in found.seconds.items()}
    rounded = {
        way: {name: round(ms, 2) for name, ms in zip(names, figures.tolist(), strict=True) if not math.isnan(ms)}
        for way, figures in ways.items()
    }
    kept[str(found.passages)] = {"when": when, "first seconds": round(found.first, 2), "ways": rounded}
    MEASURED.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def queries(cases: list[Case], catalog: Catalog, embedder: Embedder) -> list[Asked]:
    """The questions as they are searched, with their vectors."""
    finder = Finder(catalog, embedder, DenseSearch(catalog))
    asked = [finder.query(case.question) for case in cases]
    return [(query, finder.vector(query)) for query in asked]


def main() -> None:
    """Build what is not there, search, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument(
        "--exact", action="store_true", help="no Chroma: one product with all vectors, for every question"
    )
    parser.add_argument("--write", action="store_true", help="keep it in growth.json, which growth.py fits and plots")
    given = parser.parse_args()
    embedder, source = make_embedder("local", WORK), Catalog(WORK / "home")
    cases = dict(enumerate(indexed(given.data, source, embedder, max(given.sizes))))
    asked = queries(list(drawn(cases, given.questions + 1).values()), source, embedder)
    print(
        f"{date.today()}  Python {platform.python_version()}, {os.cpu_count()} cores, {given.questions} questions",
        end="",
    )
    print(f"; load {os.getloadavg()[0]:.1f}")
    for size in given.sizes:
        catalog = grown(source, WORK / f"grown-{size}", size)
        found = timed(catalog, asked, exact=given.exact)
        print(f"\n{found.passages:,} passages; the first question after start: {found.first:.2f} s")
        shown(found.seconds)
        whole, product = ([s for s, _ in found.seconds[name]] for name in ("search", "one product with all vectors"))
        print(
            f"a search takes {ratio(whole, product)} times as long as the product: median of the questions, 95 % interval"
        )
        if given.write:
            keep(found, f"{date.today()}, load {os.getloadavg()[0]:.1f}{', exact' * given.exact}")


if __name__ == "__main__":
    main()
