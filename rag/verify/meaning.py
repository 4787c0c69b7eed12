"""How near a claim comes, word by word, to what is cited: the tier of meaning.

Each word of the claim is compared with every token of the cited sentences, as a question's are
(`rag/retrieval/interaction.py`), and the nearest counts; what several sentences say together is said. The likeness alone takes a
changed number or name for the same; what the tier of facts finds, and how far away the words are of which it is not sure, count beside it.

A clause that the cited text does not have is near to it all the same, as a part of a sentence that it has. So each clause but the
first is read by itself, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from index.catalog import Catalog
from index.embed import Embedder, TokenEmbedder, Tokens
from index.vectors import Vectors
from rag.retrieval.centre import LanguageMeans
from rag.retrieval.interaction import interaction, sentence_tokens
from rag.types import Candidate
from rag.verify.clauses import clauses
from rag.verify.naming import name_probabilities
from rag.verify.told import Finding, Told, stems

_LONG = 16  # words: shorter claims come less near to a sentence that says more
_WORD = re.compile(r"\s*(?:[^\s-]+-*|-+)")  # of Bankman-Fried each part may be changed


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """The words of a claim, each with the white space before it, and the tokens of each.

    `alone` are the tokens of each word when its clause is read by itself. `likely` are the places of the words, each with the probability
    that it is a name; empty where the embedder does not tell tokens.
    """

    words: tuple[str, ...]
    tokens: Sequence[Tokens]
    alone: Sequence[Tokens]
    clauses: Sequence[slice] = ()
    likely: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Nearness:
    """Each word of a claim, how near the cited text comes to it, also when its clause is read by itself, and how much it says.

    All are float32 [words].
    """

    words: tuple[str, ...]
    near: Vectors
    alone: Vectors
    weights: Vectors

    def likeness(self, part: slice = slice(None), *, alone: bool = False) -> float:
        """How near the cited text comes to the claim as a whole, or to a part of it."""
        near, weights = (self.alone if alone else self.near)[part], self.weights[part]
        return float(near @ weights / max(float(weights.sum()), 1e-9))

    def of(self, text: str) -> float:
        """How near it comes to the words of a part of the claim; 1 where there are none."""
        parts = text.split()
        own = [float(n) for word, n in zip(self.words, self.near, strict=True) if any(p in word for p in parts)]
        return min(own, default=1.0)


class Meaning:
    """Compares claims with cited sentences by what is embedded. Thread-safe."""

    def __init__(self, catalog: Catalog, embedder: Embedder) -> None:
        self._catalog, self._embedder, self._means = catalog, embedder, LanguageMeans(catalog)

    def read(self, claim: str, language: str) -> Read:
        """A claim, word by word; as one where the embedder does not tell tokens."""
        words = tuple(_WORD.findall(claim)) or (claim,)
        if not isinstance(self._embedder, TokenEmbedder):
            whole = [Tokens(states=self._embedder.embed_passages([claim]), weights=np.ones(1, np.float32))]
            return Read(words=(claim,), tokens=whole, alone=whole)
        parts = clauses(words, language)
        tokens, *alone = self._embedder.read_passages([words, *(words[part] for part in parts)])
        places = accumulate(map(len, words), initial=0)
        likely = tuple(zip(places, name_probabilities(tokens), strict=False))
        read = list(tokens)
        for part, by_itself in zip(parts, alone, strict=True):
            read[part] = by_itself
        return Read(words=words, tokens=tokens, alone=read, clauses=parts, likely=likely)

    def nearness(self, claim: Read, language: str, cited: Sequence[Candidate]) -> list[Nearness]:
        """The claim against each of the sentences."""
        tokens = [*claim.tokens, *claim.alone]
        languages = [c.hit.passage.language for c in cited]
        shared = self._means.directions({language, *languages}, self._embedder.dimension)
        whole = Tokens(
            states=np.concatenate([t.states for t in tokens]), weights=np.concatenate([t.weights for t in tokens])
        )
        told = sentence_tokens(self._catalog, self._embedder, cited)
        nearest = interaction(whole, told, shared, language, languages).nearest
        return [_by_word(claim.words, tokens, row) for row in nearest]


def _by_word(words: Sequence[str], tokens: Sequence[Tokens], near: Vectors) -> Nearness:
    """Of the tokens of each word, read in its sentence and then read in its clause."""
    ends = np.cumsum([len(t.weights) for t in tokens])
    parts = np.split(near, ends[:-1])
    means = [float(part @ t.weights / max(float(t.weights.sum()), 1e-9)) for part, t in zip(parts, tokens, strict=True)]
    within, alone = np.array(means, np.float32).reshape(2, len(words))
    weights = [float(t.weights.max(initial=0.0)) for t in tokens[: len(words)]]
    return Nearness(words=tuple(words), near=within, alone=alone, weights=np.array(weights, np.float32))


def together(several: Sequence[Nearness]) -> Nearness:
    """The claim against several sentences at once: of each word, what comes nearest."""
    first = several[0]
    near, alone = (np.max(some, axis=0) for some in ([n.near for n in several], [n.alone for n in several]))
    return Nearness(words=first.words, near=near, alone=alone, weights=first.weights)


def meaning_values(claim: Told, cited: Sequence[Told], nearness: Nearness) -> dict[str, float]:
    """What the probability that the cited text means what the claim says is made of."""
    return {
        "likeness": nearness.likeness(),
        "foreign": float(_foreign(claim, cited)),
        "short": max(0.0, 1 - len(nearness.words) / _LONG),
    }


def clause_values(claim: Told, cited: Sequence[Told], nearness: Nearness, part: slice) -> dict[str, float]:
    """What the probability that the cited text has a clause of the claim is made of."""
    own = stems("".join(nearness.words[part]), claim.language)
    theirs = {stem for told in cited for stem in stems(told.text, told.language)}
    return {
        "words": len(own & theirs) / len(own) if own else 1.0,
        "alone": nearness.likeness(part, alone=True),
        "within": nearness.likeness(part),
        "whole": nearness.likeness(),
        "foreign": float(_foreign(claim, cited)),
        "short": max(0.0, 1 - (part.stop - part.start) / _LONG),
    }


def facts_values(claim: Told, cited: Sequence[Told], found: Sequence[Finding], nearness: Nearness) -> dict[str, float]:
    """What the probability that its facts are right is made of; numbers and days are not: they must be there.

    Of what is missing, how probably it is a name, and how far away the cited text is from it: "Supreme Court" is near to
    Oberster Gerichtshof, Macron not to Scholz. Another language puts names otherwise, so what is missing there counts apart.
    """
    missing = [f for f in found if f.kind == "name" and not f.found]
    around = " ".join(told.around for told in cited)

    def worst(some: Iterable[Finding]) -> float:
        return max((f.likely * (1 - nearness.of(f.text)) ** 2 for f in some), default=0.0)

    absent = worst(f for f in missing if f.text not in around)
    return {
        "name_missing": absent,
        "name_missing_foreign": absent * _foreign(claim, cited),
        "name_around": worst(f for f in missing if f.text in around),
        **{kind: float(any(f.kind == kind and f.denied for f in found)) for kind in ("negation", "opposite", "role")},
    }


def _foreign(claim: Told, cited: Sequence[Told]) -> bool:
    return all(told.language != claim.language for told in cited)
