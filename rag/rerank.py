"""The best hits in a better order, by the best sentence that each of them holds.

A passage's vector is a mean over all that it says; a question asks for one thing of it. Looking at the sentences of the first
hits costs little, because quotes are chosen from the same sentences afterwards, and lifts nDCG@10 on XQuAD most where the
question is in another language than the article (benchmarks/quality/README.md). Weights are learned (`model.py`, "passage").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.model import Logistic
from rag.types import Candidate, Hit

DEPTH = 12  # hits whose sentences are looked at; more of them gain nothing on XQuAD
Parts = dict[str, float]


def features(hits: Sequence[Hit], sentences: Sequence[Candidate]) -> list[Parts]:
    """For each hit, what its place is judged by; `sentences` are theirs, with the parts "similarity" and "words"."""
    own = {h.passage.id: [c.parts for c in sentences if c.hit.passage.id == h.passage.id] for h in hits}
    nearest = [max((p["similarity"] for p in parts), default=None) for parts in own.values()]
    known = [n for n in nearest if n is not None]
    mean = sum(known) / len(known) if known else 0.0
    spread = (sum((n - mean) ** 2 for n in known) / len(known)) ** 0.5 if known else 0.0
    return [
        {
            "standing": hit.parts["standing"],
            "lexical": hit.parts["lexical"],
            "sentence": 0.0 if near is None else (near - mean) / (spread or 1.0),
            "sentence_words": max((p["words"] for p in own[hit.passage.id]), default=0.0),
        }
        for hit, near in zip(hits, nearest, strict=True)
    ]


def rerank(hits: Sequence[Hit], sentences: Sequence[Candidate], model: Logistic) -> tuple[list[Hit], list[Candidate]]:
    """The hits in their new order, and their sentences in that order, each with the hit that it now stands in.

    The first DEPTH hits change places among themselves; those behind them stay.
    """
    looked, rest = hits[:DEPTH], hits[DEPTH:]
    judged = [(model.score(f), h, f) for h, f in zip(looked, features(looked, sentences), strict=True)]
    best_first = sorted(judged, key=lambda one: -one[0])
    moved = [
        replace(hit, rank=rank, score=score, parts=hit.parts | parts)
        for rank, (score, hit, parts) in enumerate(best_first, start=1)
    ]
    now = {h.passage.id: h for h in moved}
    ordered = sorted(sentences, key=lambda c: now[c.hit.passage.id].rank)
    return [*moved, *rest], [replace(c, hit=now[c.hit.passage.id]) for c in ordered]
