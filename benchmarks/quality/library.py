"""The articles of the sets whose claims are checked (`claims.py`), indexed once, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.cases import Case, load_cases
from evals.sets import convert
from index.catalog import Catalog
from index.embed import Embedder
from index.split import split_article
from index.sync import sync
from index.types import Article, Span
from rag.types import Candidate, Hit

ROOT = Path(__file__).parents[2]
WORK = Path("var/benchmarks/claims")
_FOLDERS = {
    "ntrex": ("ntrex", "ntrex"),
    "xquad": ("common", "xquad"),
    "multihop": ("common", "multihop_rag_500"),
    "clapnq": ("clapnq", "clapnq"),
}
"""Of each set of others, the adapter and the folder."""


@dataclass(frozen=True, kw_only=True)
class Library:
    """The articles of one set in a catalog of their own, their sentences by file, and the set's cases."""

    catalog: Catalog
    sentences: Mapping[str, Sequence[Candidate]]
    cases: Sequence[Case] = ()

    def overlapping(self, file: str, span: Span) -> list[Candidate]:
        """The sentences of a file that a span touches."""
        return [c for c in self.sentences.get(file, ()) if c.span.overlaps(span)]

    def beginning(self, file: str, words: str) -> Candidate:
        """The one sentence of a file that begins so."""
        (found,) = (c for c in self.sentences[file] if plain(c).startswith(words))
        return found


def plain(candidate: Candidate) -> str:
    """A sentence on one line."""
    return " ".join(candidate.text.split())


def library(name: str, data: Path, embedder: Embedder, work: Path = WORK) -> Library:
    """One set, indexed once."""
    catalog, cases, corpus = Catalog(work / name / "home"), (), ROOT / "corpus"
    if name != "own":
        adapter, folder = _FOLDERS[name]
        made = convert(adapter, data / folder, work / name / "set")
        cases, corpus = load_cases(made.cases), made.corpus
    sync(catalog, embedder, corpus)
    articles = (catalog.article(row["id"]) for row in catalog.rows("SELECT id FROM article ORDER BY id"))
    return Library(catalog=catalog, sentences={a.id: list(_sentences(a)) for a in articles if a}, cases=cases)


def _sentences(article: Article) -> Iterator[Candidate]:
    """The sentences of an article, each once, with its passage."""
    seen = set[Span]()
    for passage in split_article(article):
        for sentence in passage.sentences:
            if sentence.span not in seen:
                seen.add(sentence.span)
                hit = Hit(passage=passage, rank=1, score=1.0, parts={})
                yield Candidate(article=article, hit=hit, span=sentence.span, text=sentence.span.of(article.text))
