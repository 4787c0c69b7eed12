"""Late interaction: how near each word of a question comes to anything that a sentence says.

A sentence is read within its passage and each of the question's tokens is compared with each of the sentence's; the nearest
counts (MaxSim: Khattab and Zaharia 2020, "ColBERT", section 3.3). Nobody trained the embedder for it, but its vector of a text
is the mean of its tokens, so they live in one space. They all share a large part, most of which is due to their language
(`centre.py`), and telling them apart needs that part taken out: on XQuAD's articles 0-15 it is worth .01 of the best sentence
within a language and .03 across languages (benchmarks/quality/README.md).

An embedder that does not tell its tokens is one whose texts have one token each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from index.catalog import Catalog
from index.embed import Embedder, TokenEmbedder, Tokens
from index.errors import HomeUnusable
from index.exact import keep_vectors, known_vectors, text_hash
from index.vectors import Vectors
from rag.types import Candidate

_SHARED = 0.8  # of a token's length lies along the mean of its language's passages: .77 to .80 in English and German


@dataclass(frozen=True, kw_only=True, slots=True)
class Interaction:
    """A question's tokens against some sentences.

    `nearest` is float32 [sentences, tokens], for each token the greatest cosine with anything in the sentence; `weights`
    float32 [tokens], how much each token says; they sum to 1.
    """

    nearest: Vectors
    weights: Vectors

    def likeness(self) -> Vectors:
        """How near the question comes to each sentence, float32 [sentences]."""
        return np.asarray(self.nearest @ self.weights)

    def with_previous(self, follows: Sequence[bool]) -> Vectors:
        """The same for each sentence together with the one before, where it `follows` one: "It was opened in 1991."."""
        before = np.concatenate([self.nearest[:1], self.nearest[:-1]])
        both = np.where(np.array(follows, bool)[:, None], np.maximum(self.nearest, before), self.nearest)
        return np.asarray(both @ self.weights)

    def firsts(self) -> Vectors:
        """The share of the question, 0 to 1, to which each sentence comes nearest of all, float32 [sentences]."""
        best = self.nearest == self.nearest.max(axis=0)
        return np.asarray((best / best.sum(axis=0)) @ self.weights)


def interaction(
    question: Tokens, sentences: Sequence[Vectors], shared: Mapping[str, Vectors], own: str, languages: Sequence[str]
) -> Interaction:
    """`shared` has, by language, the mean direction of its passages; `own` is the question's language."""
    asked = _apart(question.states, shared[own])
    told = (_apart(states, shared[language]) for states, language in zip(sentences, languages, strict=True))
    nearest = [(asked @ states.T).max(axis=1, initial=0.0) for states in told]
    return Interaction(
        nearest=np.array(nearest, np.float32).reshape(len(nearest), len(asked)),
        weights=question.weights / max(float(question.weights.sum()), 1e-9),
    )


def _apart(states: Vectors, shared: Vectors) -> Vectors:
    """Tokens without what they share, float32 [tokens, dimension], rows of length 1."""
    own = states - _SHARED * shared
    return np.asarray(own / np.maximum(np.linalg.norm(own, axis=1, keepdims=True), 1e-9))


def question_tokens(embedder: Embedder, text: str, vector: Vectors) -> Tokens:
    """The tokens of a question; `vector`, float32 [dimension], is the question's, and stands for all where they are not told."""
    if isinstance(embedder, TokenEmbedder):
        return embedder.read_query(text)
    return Tokens(states=vector[None, :], weights=np.ones(1, np.float32))


def sentence_tokens(catalog: Catalog, embedder: Embedder, found: Sequence[Candidate]) -> list[Vectors]:
    """The states of each sentence's tokens, float32 [tokens, dimension], read within its passage and under its title."""
    if not isinstance(embedder, TokenEmbedder):
        return [vector[None, :] for vector in _sentence_vectors(catalog, embedder, [c.text for c in found])]
    passages = [list(group) for _, group in groupby(found, key=lambda c: c.hit.passage.id)]
    texts = [_pieces(group[0]) for group in passages]
    states: list[Vectors] = []
    for group, (_, *tokens) in zip(passages, embedder.read_passages(texts), strict=True):
        own = {s.span: t.states for s, t in zip(group[0].hit.passage.sentences, tokens, strict=True)}
        states += [own[c.span] for c in group]
    return states


def _pieces(candidate: Candidate) -> list[str]:
    """The title, and every sentence of the passage."""
    article, passage = candidate.article, candidate.hit.passage
    return [f"{article.title}\n" if article.title else "", *(s.span.of(article.text) for s in passage.sentences)]


def _sentence_vectors(catalog: Catalog, embedder: Embedder, texts: Sequence[str]) -> list[Vectors]:
    """float32 [dimension] of each; vectors computed for one question are kept for the next where the home allows it."""
    hashes = [text_hash(t) for t in texts]
    known = known_vectors(catalog, embedder.model, list(dict.fromkeys(hashes)))
    missing = {h: t for h, t in zip(hashes, texts, strict=True) if h not in known}
    if missing:
        fresh = embedder.embed_passages(list(missing.values()))
        known |= dict(zip(missing, fresh, strict=True))
        with suppress(HomeUnusable):  # a disk that is full or cannot be written costs time, not the answer
            keep_vectors(catalog, embedder.model, list(missing), fresh)
    return [known[h] for h in hashes]
