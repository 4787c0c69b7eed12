"""Quotes mode: the sentences that answer, word for word.

Sentences of the best hits are scored by what they mean (cosine with the question), by the words of the question that they and
their passage hold, and by the hit that they stand in. No language model is involved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.catalog import Catalog
from index.duplicates import copies
from index.embed import Embedder
from index.exact import keep_vectors, known_vectors, text_hash
from index.lexical import Wanted
from index.terms import terms
from index.vectors import Vectors
from rag.types import Candidate, Hit, Query

_FEWEST_CHARACTERS = 12  # shorter ones are labels, not sentences
_HITS = 6  # whose sentences are looked at


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """How a sentence's score is made: its cosine in standard deviations, plus these times its other parts.

    Chosen on articles 0-15 of XQuAD, tested on 16-31: see benchmarks/quality.
    """

    words: float = 3.0
    hit: float = 0.5
    margin: float = 0.8  # how far below the best a further sentence of the answer may score


def ranked(
    query: Query, found: Sequence[Candidate], cosines: Vectors, wanted: Sequence[Wanted], weights: Weights
) -> list[Candidate]:
    """The sentences, best first, each text once; `cosines` are those of the
    question with each, without what is due to their languages (`centre.py`), float32 [len(found)]."""
    if not found:
        return []
    spread = float(cosines.std()) or 1.0
    scored = []
    for candidate, cosine in zip(found, cosines, strict=True):
        language = candidate.hit.passage.language
        share = lexical_share(wanted, candidate.text, language, same=language == query.language)
        score = (
            (float(cosine) - float(cosines.mean())) / spread + weights.words * share + weights.hit * candidate.hit.score
        )
        scored.append(replace(candidate, score=score, cosine=float(cosine), share=share))
    return _merged(sorted(scored, key=lambda c: -c.score))


def chosen(best_first: Sequence[Candidate], most: int, weights: Weights) -> list[Candidate]:
    """The one to `most` sentences that answer: the best, and those nearly as good."""
    return [c for c in best_first[:most] if c.score >= best_first[0].score - weights.margin]


def _merged(best_first: Sequence[Candidate]) -> list[Candidate]:
    """Each sentence once; the articles that print it too are named."""
    first = copies([c.text for c in best_first])
    merged = []
    for i in sorted(set(first)):
        own = best_first[i]
        others = [f for j, c in enumerate(best_first) if first[j] == i for f in (c.article.id, *c.also_in)]
        merged.append(replace(own, also_in=tuple(dict.fromkeys(f for f in others if f != own.article.id))))
    return merged


def candidates(hits: Sequence[Hit], catalog: Catalog) -> list[Candidate]:
    """Every sentence of the best hits, in order of the hits."""
    articles = {h.passage.article_id: catalog.article(h.passage.article_id) for h in hits[:_HITS]}
    return [
        Candidate(article=article, hit=hit, span=s.span, text=s.span.of(article.text), also_in=hit.copies)
        for hit in hits[:_HITS]
        if (article := articles.get(hit.passage.article_id))
        for s in hit.passage.sentences
        if len(s.span) >= _FEWEST_CHARACTERS
    ]


def sentence_vectors(catalog: Catalog, embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """float32 [len(texts), dimension]; vectors computed for one question are kept for the next where the home allows it."""
    if not texts:
        return np.zeros((0, embedder.dimension), np.float32)
    hashes = [text_hash(t) for t in texts]
    known = known_vectors(catalog, embedder.model, list(dict.fromkeys(hashes)))
    missing = {h: t for h, t in zip(hashes, texts, strict=True) if h not in known}
    if missing:
        fresh = embedder.embed_passages(list(missing.values()))
        known |= dict(zip(missing, fresh, strict=True))
        if catalog.writable:
            keep_vectors(catalog, embedder.model, list(missing), fresh)
    return np.stack([known[h] for h in hashes])


def lexical_share(wanted: Sequence[Wanted], text: str, language: str, *, same: bool) -> float:
    """The share, 0 to 1, of the question's weight (inverse document frequency) that a text holds.

    Of a text in another language than the question's (`same` is False) only names and numbers count.
    """
    held = set(terms(text, language))
    full = sum(w.idf for w in wanted)
    return sum(w.idf for w in wanted if (same or w.is_name) and held & set(w.terms)) / full if full else 0.0
