"""Lexical search: BM25 (`bm25.py`) over our own terms (`terms.py`).

Compounds are found by their parts (`compounds.py`), names by how they sound (`names.py`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, islice

import numpy as np

from index.bm25 import Bm25
from index.catalog import Catalog
from index.compounds import COMPOUNDING, Vocabulary, related
from index.database import Numbers
from index.exact import leading
from index.names import NameSounds, sounds
from index.stopwords import stopwords
from index.terms import names_in, stemmed_apart, terms_of, words

_MOST_EXPANSIONS = 24
_MOST_NAMES = 20  # of a question, that are looked up by their sound
_ACROSS = 0.7  # what a name shared with a text in another language counts, of what it counts within a language
_COMMON = 0.2  # a share of all passages
_MANY = 50  # passages; a word that fewer have is never too common
_MOST_READ = 20_000  # passages that one search scores: beyond, its rarest words alone say what is near (benchmarks/speed/common.py)


@dataclass(frozen=True, kw_only=True, slots=True)
class LexicalHit:
    """A passage that shares words with the question.

    `score` is BM25 as a share, 0 to 1, of what a passage holding every word of the question once would get: a number that
    means the same for every question, and is small when only a few common words are shared.
    """

    passage_id: str
    score: float


class LexicalIndex:
    """BM25 over the passages of a catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known: tuple[int, _Corpus] | None = None

    def search(self, question: str, language: str, k: int, allowed: Numbers | None = None) -> list[LexicalHit]:
        """The `k` passages that share most with `question`, best first; of those with the numbers `allowed` (None: of all).

        A passage in another language than the question's is only searched for names and numbers, and for names that sound
        alike (`names.py`): other words that two languages write alike ("die", "war", "an") mean something else.
        """
        with self._catalog.snapshot():
            wanted, bm25 = self.wanted(question, language), self._corpus().bm25
            scored = bm25.scores(language, _worth(wanted))
            found = np.flatnonzero(scored) if allowed is None else allowed[scored[allowed] > 0]
            ids = self._catalog.ids(found[leading(scored[found], k)].tolist())
        full = sum(w.idf for w in wanted)
        best = sorted(ids.items(), key=lambda one: (-scored[one[0]], one[1]))[:k]
        return [LexicalHit(passage_id=i, score=min(1.0, float(scored[n]) / full)) for n, i in best]

    def wanted(self, question: str, language: str) -> list[Wanted]:
        """The words of a question that say something, with how much each of them says in this corpus."""
        corpus = self._corpus()
        languages = stemmed_apart((language, *corpus.bm25.passages.languages))
        by_word = {
            w: dict.fromkeys(t for one in languages for t in terms_of(w, one)) for w in _telling(question, language)
        }
        if language in COMPOUNDING and not COMPOUNDING.isdisjoint(corpus.bm25.passages.languages):
            by_word = {
                w: variants | dict.fromkeys(related(w, language, corpus.vocabulary, _MOST_EXPANSIONS))
                for w, variants in by_word.items()
            }
        names = names_in(question)
        sounding = islice((w for w in by_word if w in names), _MOST_NAMES)
        alike = {w: corpus.alike(w, language, by_word[w]) for w in sounding}
        return [
            _wanted(
                w, w in names, list(variants), alike.get(w, []), corpus.vocabulary.terms, corpus.bm25.passages.count
            )
            for w, variants in by_word.items()
        ]

    def _corpus(self) -> _Corpus:
        with self._catalog.snapshot():  # the generation and its tables are of one moment
            known, generation = self._known, self._catalog.generation
            if known is None or known[0] != generation:
                terms = {r[0]: r[1] for r in self._catalog.rows("SELECT term, doc FROM vocabulary")}
                known = (generation, _Corpus(bm25=Bm25(self._catalog), vocabulary=Vocabulary.of(terms)))
                self._known = known
            return known[1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """One word of a question: the terms that stand for it, and its inverse document frequency in this corpus.

    `alike` are terms that sound like a name, for texts in another language, and in the same if no text spells it so.
    `share` and `passages` say how many passages have it; `found` is False when none has any of its terms, or any that is alike.
    """

    word: str
    is_name: bool
    terms: tuple[str, ...]
    idf: float
    share: float
    passages: int = 0
    alike: tuple[str, ...] = ()

    def terms_in(self, *, same: bool) -> tuple[str, ...]:
        """The terms that stand for it in texts in the question's language (`same`), or in those of others."""
        return self.terms if same and self.terms else (*self.terms, *self.alike)

    @property
    def found(self) -> bool:
        """Whether the corpus has the word at all."""
        return self.share > 0


@dataclass(frozen=True, kw_only=True)
class _Corpus:
    """What is kept in memory of the catalog of one generation."""

    bm25: Bm25
    vocabulary: Vocabulary

    @cached_property
    def sounds(self) -> NameSounds:
        """Every term by what it sounds like; made for the first question that has a name."""
        return NameSounds(self.vocabulary.terms)

    def alike(self, name: str, language: str, variants: Mapping[str, None]) -> list[str]:
        """The terms that sound like a name and are not what it is looked up by anyway."""
        like = self.sounds.like(name, language) if sounds(name) else ()
        return [t for t in like if t not in variants][:_MOST_EXPANSIONS]


def _telling(question: str, language: str) -> list[str]:
    """The words of a question without those that say nothing, unless there are no others."""
    names, empty = names_in(question), stopwords(language)
    everything = words(question)
    return [w for w in everything if w in names or w not in empty] or everything


def _wanted(
    word: str, is_name: bool, variants: list[str], alike: list[str], frequency: Mapping[str, int], passages: int
) -> Wanted:
    """The inverse document frequency is that of FTS5 (Robertson and Spärck Jones, 1976, floored)."""
    known = tuple(v for v in variants if v in frequency)
    often = max((frequency.get(t, 0) for t in known or alike), default=0)
    idf = max(1e-6, math.log((passages - often + 0.5) / (often + 0.5)))
    share = often / max(1, passages)
    return Wanted(word=word, is_name=is_name, terms=known, idf=idf, share=share, passages=often, alike=tuple(alike))


def _worth(wanted: list[Wanted]) -> dict[str, tuple[float, float]]:
    """What each term counts in passages in the question's language, and in those in others."""
    names = [w for w in wanted if w.is_name]
    same = {t for w in _searched(wanted) for t in w.terms_in(same=True)}
    other = {t for w in _searched(names) for t in w.terms_in(same=False)}
    return {t: (float(t in same), _ACROSS * (t in other)) for t in sorted(same | other)}


def _searched(wanted: list[Wanted]) -> list[Wanted]:
    """Without words that a fifth of the passages have, which cost much time and say little."""
    rare = [w for w in wanted if w.share <= _COMMON or w.passages <= _MANY]
    return _affordable(rare if any(w.found for w in rare) else wanted)


def _affordable(wanted: list[Wanted]) -> list[Wanted]:
    """The words, in their order, without the most common ones as long as too many passages have one; the rarest stays."""
    rarest_first = sorted(wanted, key=lambda w: w.passages)
    read = accumulate(w.passages for w in rarest_first)
    kept = [w for w, so_far in zip(rarest_first, read, strict=True) if so_far <= _MOST_READ]
    rarest = next((w for w in rarest_first if w.found), None)
    return [w for w in wanted if w in kept or w is rarest]
