"""The best hits in a better order, by the best sentence that each of them holds.

A passage's vector is a mean over all that it says; a question asks for one thing of it. Looking at the sentences of the first
hits costs little, because quotes are chosen from the same sentences afterwards, and lifts nDCG@10 on XQuAD most where the
question is in another language than the article (benchmarks/quality/README.md). Weights are learned (`model.py`, "passage").
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean, pstdev

from rag.model import Logistic
from rag.retrieval.retrieve import preference
from rag.types import Candidate, Hit, Reading

DEPTH = 12  # hits whose sentences are looked at; more of them gain nothing on XQuAD
_LONGEST = 30  # words of a question that count


def rerank(reading: Reading, model: Logistic) -> Reading:
    """The reading with its hits in a better order, and their sentences in that order.

    The first DEPTH hits change places among themselves; those behind them stay. Where a reranker has said the order, that
    order stays, and the scores are dealt out by it, the best to the first.
    """
    looked, rest = reading.hits[:DEPTH], reading.hits[DEPTH:]
    judged = [
        (model.score(parts) + preference(hit.parts), hit, parts)
        for hit, parts in zip(looked, features(reading), strict=True)
    ]
    scores = sorted((score for score, _, _ in judged), reverse=True)
    placed = sorted(judged, key=lambda one: (one[1].rank if "reranker" in one[1].parts else math.inf, -one[0]))
    moved = [
        replace(hit, rank=rank, score=scores[rank - 1], parts=hit.parts | {f"rerank_{n}": v for n, v in parts.items()})
        for rank, (_, hit, parts) in enumerate(placed, start=1)
    ]
    now = {hit.passage.id: hit for hit in moved}
    sentences = (replace(c, hit=now[c.hit.passage.id]) for c in reading.sentences)
    return replace(reading, hits=(*moved, *rest), sentences=tuple(sorted(sentences, key=lambda c: c.hit.rank)))


def reordered(hits: Sequence[Hit], scores: Sequence[float]) -> list[Hit]:
    """The hits, the first of them in the order of a reranker's `scores`, which it keeps as the part "reranker".

    The scores of hits stay ours and belong to the places: what is learned knows no other scale. The reranker's, in standard
    deviations, are used for the order alone, and what the question prefers is added to them as it is to our own.
    """
    mean, spread = fmean(scores), pstdev(scores) or 1.0
    judged = [
        ((score - mean) / spread + preference(hit.parts), replace(hit, parts=hit.parts | {"reranker": score}))
        for hit, score in zip(hits, scores, strict=False)
    ]
    moved = (hit for _, hit in sorted(judged, key=lambda one: -one[0]))
    placed = [replace(hit, rank=old.rank, score=old.score) for hit, old in zip(moved, hits, strict=False)]
    return [*placed, *hits[len(scores) :]]


def features(reading: Reading) -> list[dict[str, float]]:
    """For each of the first DEPTH hits, what its place is judged by.

    A share of the question's words says more the more words it has; the nearest sentence says more of a passage in another
    language, where words say nothing.
    """
    looked, length = reading.hits[:DEPTH], math.sqrt(min(len(reading.wanted), _LONGEST))
    own: dict[str, list[Candidate]] = {hit.passage.id: [] for hit in looked}
    for sentence in reading.sentences:
        own[sentence.hit.passage.id].append(sentence)
    nearest = {i: max(c.parts["similarity"] for c in some) for i, some in own.items() if some}
    mean = fmean(nearest.values()) if nearest else 0.0
    spread = (pstdev(nearest.values()) if nearest else 0.0) or 1.0
    standing = {i: (near - mean) / spread for i, near in nearest.items()}
    return [
        {
            "standing": hit.parts["standing"],
            "words": length * hit.parts["lexical"],
            "sentence_words": length * max((c.parts["words"] for c in own[hit.passage.id]), default=0.0),
            "sentence": 0.0 if foreign else standing.get(hit.passage.id, 0.0),
            "foreign_sentence": standing.get(hit.passage.id, 0.0) if foreign else 0.0,
        }
        for hit, foreign in ((h, h.passage.language != reading.query.language) for h in looked)
    ]
