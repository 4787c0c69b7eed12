"""What it saves, and what it loses, not to read the commonest words of a question: at several limits, how often the article is found.

    python -m benchmarks.speed.common ../shared/data [--size 100000] [--questions 500]

The limit is `index.lexical._MOST_READ`: passages that one search scores by words. Questions are those of the public sets whose
article is in the catalog, which is `grown.py`'s. Each limit has a retriever of its own, which remembers the words of the questions
before; each question is asked twice, for its time and then for its hits.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.speed.grown import grown
from benchmarks.speed.question import WORK, indexed
from benchmarks.speed.search import HITS, Asked, queries, took
from evals.cases import Case
from evals.evaluate import drawn
from index import lexical
from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import make_embedder
from rag.retrieval.retrieve import Retriever

LIMITS = (5_000, 10_000, 20_000, 50_000, sys.maxsize)


def line(limit: int, retriever: Retriever, cases: list[Case], asked: list[Asked]) -> str:
    """One row of the table."""
    lexical._MOST_READ = limit
    took(partial(retriever.retrieve, *asked[0], HITS))
    seconds = [took(partial(retriever.retrieve, *one, HITS))[0] for one in asked]
    ranks = [rank(case, retriever, one) for case, one in zip(cases, asked, strict=True)]
    found, first = sum(r > 0 for r in ranks), sum(r == 1 for r in ranks)
    shown = f"{limit:,}" if limit < sys.maxsize else "all"
    p50, p95 = 1000 * np.percentile(seconds, [50, 95])
    return f"{shown:<12}{found:>10}{first:>10}{p50:>10.1f}{p95:>10.1f}"


def rank(case: Case, retriever: Retriever, asked: Asked) -> int:
    """The place of the first hit of an article that holds the answer, from 1; 0 where there is none."""
    wanted = {one.file for one in case.evidence}
    return next((h.rank for h in retriever.retrieve(*asked, HITS) if h.passage.article_id in wanted), 0)


def main() -> None:
    """Search at each limit, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=500)
    given = parser.parse_args()
    embedder, source = make_embedder("local", WORK), Catalog(WORK / "home")
    cases = list(indexed(given.data, source, embedder, given.size))
    there = {row["id"] for row in source.rows("SELECT id FROM article")}
    known = dict(enumerate(case for case in cases if any(one.file in there for one in case.evidence)))
    some = list(drawn(known, given.questions).values())
    asked = queries(some, source, embedder)
    catalog = grown(source, WORK / f"grown-{given.size}", given.size)
    dense = DenseSearch(catalog)
    print(f"{date.today()}  Python {platform.python_version()}, {os.cpu_count()} cores", end="")
    print(f"; load {os.getloadavg()[0]:.1f}; {given.size:,} passages, {len(some)} questions\n")
    print(f"{'limit':<12}{'found':>10}{'first':>10}{'ms p50':>10}{'p95':>10}")
    for limit in LIMITS:
        print(line(limit, Retriever(catalog, dense), some, asked))
    dense.close()


if __name__ == "__main__":
    main()
