"""Which sentence answers: how often the best one, or one of the best three, holds the answer of XQuAD's questions.

    python -m benchmarks.quality.sentences ../shared/data/xquad

The articles of one language are indexed, and asked in it and in the other. "start" puts the sentences of the same hits in the order
of the plain cosine of their vectors with the question's; "ours" is what is quoted. A sentence holds the answer when it overlaps the
mark of the set. Some marks stand at another place where the same word occurs (the question is answered elsewhere), so "or says it"
counts any sentence of the marked paragraph that has the answer word for word, too. Articles 0-15 trained; 16-31 did not.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import fmean as mean

import numpy as np

from benchmarks.quality.xquad import SETTINGS, Asked, Setting, asked, corpora
from index.catalog import Catalog
from index.embed import Embedder, make_embedder
from index.sync import sync
from index.vectors import Vectors
from rag.model import learned
from rag.quotes import extract
from rag.retrieval.rerank import DEPTH, rerank
from rag.types import Candidate

FIRST = (1, 3)
OWN = [setting for setting in SETTINGS if setting.folder == setting.answers]
ARTICLES = {"16-31, which trained nothing": range(16, 32), "0-15, which trained": range(16), "all": range(32)}


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """For one question, in the order of each way to choose: whether each sentence holds the marked answer, or says it."""

    article: int
    holds: dict[str, list[bool]]
    says: dict[str, list[bool]]


class Start:
    """The order of the plain cosine; each sentence is embedded once."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder, self._known = embedder, dict[str, Vectors]()

    def __call__(self, question: str, found: Sequence[Candidate]) -> list[Candidate]:
        """The sentences, nearest first."""
        new = list({c.text for c in found} - self._known.keys())
        self._known |= dict(zip(new, self._embedder.embed_passages(new), strict=True))
        near = np.stack([self._known[c.text] for c in found]) @ self._embedder.embed_queries([question])[0]
        return [found[i] for i in np.argsort(-near, kind="stable")]


def chosen(one: Asked, start: Start) -> Chosen:
    """The sentences of the first hits in the order of the start, and in ours."""
    reading = rerank(one.reading, learned("passage"))
    orders = {"start": start(reading.query.text, extract.quotable(reading))}
    orders["ours"] = extract.ranked(reading, learned("sentence"))
    return Chosen(
        article=one.article,
        holds={way: [_holds(one, c) for c in order] for way, order in orders.items()},
        says={way: [_holds(one, c) or _says(one, c) for c in order] for way, order in orders.items()},
    )


def _holds(one: Asked, candidate: Candidate) -> bool:
    return _file(candidate) == one.name and candidate.span.overlaps(one.span)


def _says(one: Asked, candidate: Candidate) -> bool:
    """Whether a sentence of the marked paragraph has the answer's very words."""
    place = one.places[[h.passage.id for h in one.reading.hits].index(candidate.hit.passage.id)]
    return bool(one.gold & set(place)) and one.answer in candidate.text


def _file(candidate: Candidate) -> str:
    return candidate.article.id.rpartition("/")[2]


def rows(results: dict[Setting, list[Chosen]], articles: range) -> Iterator[str]:
    """One line for each direction."""
    heads = [f"{way}, {'best' if k == 1 else f'one of {k}'}" for k in FIRST for way in ("start", "ours")]
    yield f"{'question -> articles':<24}{'n':>5}" + "".join(f"{head:>16}" for head in heads) + f"{'or says it':>16}"
    for setting, found in results.items():
        some = [c for c in found if c.article in articles]
        shares = [mean(any(c.holds[way][:k]) for c in some) for k in FIRST for way in ("start", "ours")]
        said = [mean(any(c.says["ours"][:k]) for c in some) for k in FIRST]
        yield (
            f"{f'{setting.questions} -> {setting.answers}':<24}{len(some):>5}"
            + "".join(f"{share:>16.3f}" for share in shares)
            + f"{' / '.join(f'{share:.3f}' for share in said):>16}"
        )


def main(data: Path) -> None:
    """Index, ask, print."""
    embedder = make_embedder("local", Path("var"))
    start = Start(embedder)
    results: dict[Setting, list[Chosen]] = {}
    with tempfile.TemporaryDirectory() as folder:
        corpus = corpora(data, Path(folder))
        for setting in OWN:
            home = Path(folder) / f"home-{setting.folder}"
            sync(Catalog(home), embedder, corpus[setting.folder])
            results[setting] = [chosen(one, start) for one in asked(home, setting, data, embedder, DEPTH)]
    for name, articles in ARTICLES.items():
        print(f"\n{date.today()}  the marked answer is held, {embedder.model}, articles {name}\n")
        print("\n".join(rows(results, articles)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
