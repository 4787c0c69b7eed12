"""How near a claim comes, word by word, to what is cited: the tier of meaning.

Each word of the claim is compared with every token of the cited sentences, as a question's are (`rag/interaction.py`), and the nearest
counts; what several sentences say together is said. The likeness alone takes a changed number or name for the same; what the tier of
facts finds, and how far away the words are of which it is not sure, count beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from index.catalog import Catalog
from index.embed import Embedder, TokenEmbedder, Tokens
from index.vectors import Vectors
from rag.centre import LanguageMeans
from rag.interaction import interaction, sentence_tokens
from rag.types import Candidate
from rag.verify.told import Finding, Told

_LONG = 16  # words: shorter claims come less near to a sentence that says more
_WORD = re.compile(r"\s*\S+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Nearness:
    """Each word of a claim, how near the cited text comes to it, and how much it says: both float32 [words]."""

    words: tuple[str, ...]
    near: Vectors
    weights: Vectors

    def likeness(self) -> float:
        """How near the cited text comes to the claim as a whole."""
        return float(self.near @ self.weights / max(float(self.weights.sum()), 1e-9))

    def of(self, text: str) -> float:
        """How near it comes to the words of a part of the claim; 1 where there are none."""
        parts = text.split()
        own = [float(n) for word, n in zip(self.words, self.near, strict=True) if any(p in word for p in parts)]
        return min(own, default=1.0)


class Meaning:
    """Compares claims with cited sentences by what is embedded. Thread-safe."""

    def __init__(self, catalog: Catalog, embedder: Embedder) -> None:
        self._catalog, self._embedder, self._means = catalog, embedder, LanguageMeans(catalog)

    def nearness(self, claim: str, language: str, cited: Sequence[Candidate]) -> list[Nearness]:
        """The claim against each of the sentences."""
        texts = tuple(_WORD.findall(claim)) or (claim,)
        tokens = self._tokens(texts)
        languages = [c.hit.passage.language for c in cited]
        shared = self._means.directions({language, *languages}, self._embedder.dimension)
        whole = Tokens(
            states=np.concatenate([t.states for t in tokens]), weights=np.concatenate([t.weights for t in tokens])
        )
        told = sentence_tokens(self._catalog, self._embedder, cited)
        nearest = interaction(whole, told, shared, language, languages).nearest
        words = texts if len(tokens) == len(texts) else (claim,)
        return [_by_word(words, tokens, row) for row in nearest]

    def _tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """The tokens of each word; of an embedder that tells none, one for the whole claim."""
        if isinstance(self._embedder, TokenEmbedder):
            return self._embedder.read_passages([texts])[0]
        return [Tokens(states=self._embedder.embed_passages(["".join(texts)]), weights=np.ones(1, np.float32))]


def _by_word(words: Sequence[str], tokens: Sequence[Tokens], near: Vectors) -> Nearness:
    ends = np.cumsum([len(t.weights) for t in tokens])
    parts = np.split(near, ends[:-1])
    means = [float(part @ t.weights / max(float(t.weights.sum()), 1e-9)) for part, t in zip(parts, tokens, strict=True)]
    weights = [float(t.weights.max(initial=0.0)) for t in tokens]
    return Nearness(words=tuple(words), near=np.array(means, np.float32), weights=np.array(weights, np.float32))


def together(several: Sequence[Nearness]) -> Nearness:
    """The claim against several sentences at once: of each word, what comes nearest."""
    first = several[0]
    return Nearness(words=first.words, near=np.max([n.near for n in several], axis=0), weights=first.weights)


def meaning_values(claim: Told, cited: Sequence[Told], nearness: Nearness) -> dict[str, float]:
    """What the probability that the cited text means what the claim says is made of."""
    return {
        "likeness": nearness.likeness(),
        "foreign": float(_foreign(claim, cited)),
        "short": max(0.0, 1 - len(nearness.words) / _LONG),
    }


def facts_values(claim: Told, cited: Sequence[Told], found: Sequence[Finding], nearness: Nearness) -> dict[str, float]:
    """What the probability that its facts are right is made of; numbers and days are not: they must be there.

    How far away the cited text is from a name that it has not: "Supreme Court" is near to Oberster Gerichtshof, Macron not to Scholz.
    """
    missing = [f for f in found if f.kind == "name" and not f.found]
    around = " ".join(told.around for told in cited)
    perhaps = [f for f in missing if not f.sure and f.text not in around and _foreign(claim, cited)]

    def farthest(some: Iterable[Finding]) -> float:
        return max((1 - nearness.of(f.text) for f in some), default=0.0)

    return {
        "name_missing": farthest(f for f in missing if f.sure and f.text not in around),
        "name_around": farthest(f for f in missing if f.sure and f.text in around),
        "perhaps_name": farthest(perhaps),
        **{kind: float(any(f.kind == kind and f.denied for f in found)) for kind in ("negation", "opposite", "role")},
    }


def _foreign(claim: Told, cited: Sequence[Told]) -> bool:
    return all(told.language != claim.language for told in cited)
