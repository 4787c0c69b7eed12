"""What is measured: each definition with its source.

Spans are counted in tokens of o200k_base. `gold` are the spans that answer, `found` the retrieved ones; a token that was
retrieved twice (overlapping passages) counts twice as retrieved, once as found. After B. Smith and A. Troynikov,
"Evaluating Chunking Strategies for Retrieval" (Chroma technical report, July 2024):

    recall = |gold & found| / |gold|    precision = |gold & found| / |found|    IoU = |gold & found| / |gold | found|
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

import numpy as np

from index.tokens import encoding
from index.types import Article, Span

Place = tuple[str, Span]  # an article's id and a span of its text


class TokenMap:
    """Where the tokens of some articles begin, so that spans can be measured in them."""

    def __init__(self, articles: dict[str, Article]) -> None:
        self._starts = {name: _token_starts(article.text) for name, article in articles.items()}

    def tokens(self, place: Place) -> range:
        """The numbers of the tokens that begin inside the span."""
        name, span = place
        first, last = np.searchsorted(self._starts[name], [span.start, span.end])
        return range(int(first), int(last))

    def first_tokens(self, place: Place, most: int) -> Place:
        """The beginning of a span, at most so many tokens of it."""
        name, span = place
        tokens = self.tokens(place)
        if len(tokens) <= most:
            return place
        return name, Span(start=span.start, end=max(span.start, int(self._starts[name][tokens.start + most])))

    def overlap(self, gold: Sequence[Place], found: Sequence[Place]) -> tuple[float, float, float]:
        """Recall, precision, IoU."""
        wanted = {(name, token) for name, span in gold for token in self.tokens((name, span))}
        got = [(name, token) for name, span in found for token in self.tokens((name, span))]
        both = len(wanted & set(got))
        return both / len(wanted), both / max(1, len(got)), both / (len(wanted) + len(got) - both)


def _token_starts(text: str) -> np.ndarray:
    _, starts = encoding().decode_with_offsets(encoding().encode_ordinary(text))
    return np.array(starts)


def within(tokens: TokenMap, ranking: Sequence[Place], total: int) -> list[Place]:
    """The best-ranked passages, `total` tokens of them: the last one is cut to fit."""
    taken, left = [], total
    for place in ranking:
        if left <= 0:
            break
        taken.append(tokens.first_tokens(place, left))
        left -= len(tokens.tokens(taken[-1]))
    return taken


def holds(place: Place, gold: Place) -> bool:
    """Whether a passage holds an answer as a whole."""
    return place[0] == gold[0] and place[1].start <= gold[1].start and gold[1].end <= place[1].end


def ndcg(ranking: Sequence[Place], gold: Sequence[Place], everything: Sequence[Place], k: int = 10) -> float:
    """nDCG@k (Jarvelin and Kekalainen 2002), a passage being relevant if it holds an answer; 0 where none holds one."""
    relevant = sum(any(holds(place, g) for g in gold) for place in everything)
    gained = sum(1 / log2(i + 2) for i, place in enumerate(ranking[:k]) if any(holds(place, g) for g in gold))
    return gained / sum(1 / log2(i + 2) for i in range(min(k, relevant))) if relevant else 0.0


def span_recall(ranking: Sequence[Place], gold: Sequence[Place], k: int = 10) -> float:
    """The share of the answers that the first k passages hold."""
    return sum(any(holds(place, g) for place in ranking[:k]) for g in gold) / len(gold)
