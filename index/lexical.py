"""Lexical search: BM25 over our own terms (`terms.py`) in SQLite's FTS5.

Compounds are found by their parts (`compounds.py`), names by how they sound (`names.py`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, islice

from index.catalog import Catalog
from index.compounds import COMPOUNDING, Vocabulary, related
from index.names import NameSounds, sounds
from index.stopwords import stopwords
from index.terms import names_in, terms_of, words

_MOST_EXPANSIONS = 24
_MOST_NAMES = 20  # of a question, that are looked up by their sound
_ACROSS = 0.7  # what a name shared with a text in another language counts, of what it counts within a language
_COMMON = 0.2  # a share of all passages
_MANY = 50  # passages; a word that fewer have is never too common
_MOST_READ = 10_000  # passages that one search scores: beyond, its rarest words alone say what is near


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
        self._sounds: tuple[int, NameSounds] | None = None

    def search(self, question: str, language: str, k: int, allowed: set[str] | None = None) -> list[LexicalHit]:
        """The `k` passages that share most with `question`, best first; of those in `allowed` (None: of all).

        A passage in another language than the question's is only searched for names and numbers, and for names that sound
        alike (`names.py`): other words that two languages write alike ("die", "war", "an") mean something else.
        """
        wanted = self.wanted(question, language)
        same = self._rows(_match(wanted, same=True), "passage.language = ?", language, allowed, k)
        names = _match([w for w in wanted if w.is_name], same=False)
        other = self._rows(names, "passage.language != ?", language, allowed, k)
        full = sum(w.idf for w in wanted)
        scored = [*same, *((i, _ACROSS * score) for i, score in other)]
        hits = [LexicalHit(passage_id=i, score=min(1.0, max(0.0, score / full))) for i, score in scored]
        return sorted(hits, key=lambda h: (-h.score, h.passage_id))[:k]

    def _rows(self, match: str, where: str, language: str, allowed: set[str] | None, k: int) -> list[tuple[str, float]]:
        if not match:
            return []
        rows = self._catalog.rows(
            "SELECT passage.id, -bm25(lexical, 0.5, 1.0) AS score FROM lexical JOIN passage ON passage.number = lexical.rowid"
            f" WHERE lexical MATCH ? AND {where} ORDER BY score DESC, passage.id LIMIT ?",
            (match, language, k if allowed is None else -1),
        )
        return [(r["id"], r["score"]) for r in rows if allowed is None or r["id"] in allowed][:k]

    def wanted(self, question: str, language: str) -> list[Wanted]:
        """The words of a question that say something, with how much each of them says in this corpus."""
        corpus = self._corpus()
        languages = dict.fromkeys((language, *corpus.languages))
        by_word = {
            w: dict.fromkeys(t for one in languages for t in terms_of(w, one)) for w in _telling(question, language)
        }
        if language in COMPOUNDING:
            by_word = {
                w: variants | dict.fromkeys(related(w, language, corpus.vocabulary, _MOST_EXPANSIONS))
                for w, variants in by_word.items()
            }
        names = names_in(question)
        sounding = islice((w for w in by_word if w in names), _MOST_NAMES)
        alike = {w: self._alike(w, language, by_word[w]) for w in sounding}
        frequency = self._frequency({t for some in (*by_word.values(), *alike.values()) for t in some})
        return [
            _wanted(w, w in names, list(variants), alike.get(w, []), frequency, corpus.passages)
            for w, variants in by_word.items()
        ]

    def _alike(self, name: str, language: str, variants: Mapping[str, None]) -> list[str]:
        """The corpus' terms that sound like a name and are not what it is looked up by anyway."""
        if not sounds(name):
            return []
        generation = self._catalog.generation
        if self._sounds is None or self._sounds[0] != generation:
            vocabulary = self._corpus().vocabulary.terms or self._vocabulary()
            self._sounds = (generation, NameSounds(vocabulary))
        return [t for t in self._sounds[1].like(name, language) if t not in variants][:_MOST_EXPANSIONS]

    def _vocabulary(self) -> frozenset[str]:
        return frozenset(r[0] for r in self._catalog.rows("SELECT term FROM vocabulary"))

    def _frequency(self, of: set[str]) -> dict[str, int]:
        sql = f"SELECT term, doc FROM vocabulary WHERE term IN ({', '.join('?' * len(of))})"
        return {r["term"]: r["doc"] for r in self._catalog.rows(sql, sorted(of))}

    def _corpus(self) -> _Corpus:
        generation = self._catalog.generation
        if self._known is None or self._known[0] != generation:
            languages = [r[0] for r in self._catalog.rows("SELECT DISTINCT language FROM passage ORDER BY 1")]
            vocabulary = self._vocabulary() if COMPOUNDING & set(languages) else frozenset[str]()
            passages = self._catalog.rows("SELECT count(*) FROM passage")[0][0]
            corpus = _Corpus(languages=languages, passages=passages, vocabulary=Vocabulary.of(vocabulary))
            self._known = (generation, corpus)
        return self._known[1]


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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Corpus:
    languages: list[str]
    passages: int
    vocabulary: Vocabulary  # every term, where a language has compounds


def _telling(question: str, language: str) -> list[str]:
    """The words of a question without those that say nothing, unless there are no others."""
    names, empty = names_in(question), stopwords(language)
    everything = words(question)
    return [w for w in everything if w in names or w not in empty] or everything


def _wanted(
    word: str, is_name: bool, variants: list[str], alike: list[str], frequency: dict[str, int], passages: int
) -> Wanted:
    """The inverse document frequency is that of FTS5 (Robertson and Spärck Jones, 1976, floored)."""
    known = tuple(v for v in variants if v in frequency)
    often = max((frequency.get(t, 0) for t in known or alike), default=0)
    idf = max(1e-6, math.log((passages - often + 0.5) / (often + 0.5)))
    share = often / max(1, passages)
    return Wanted(word=word, is_name=is_name, terms=known, idf=idf, share=share, passages=often, alike=tuple(alike))


def _match(wanted: list[Wanted], *, same: bool) -> str:
    """An FTS5 expression; words that a fifth of the passages have cost much time and say little."""
    rare = [w for w in wanted if w.share <= _COMMON or w.passages <= _MANY]
    few = _affordable(rare if any(w.found for w in rare) else wanted)
    return " OR ".join(f'"{t}"' for t in dict.fromkeys(t for w in few for t in w.terms_in(same=same)))


def _affordable(wanted: list[Wanted]) -> list[Wanted]:
    """The words, in their order, without the most common ones as long as too many passages have one; the rarest stays."""
    rarest_first = sorted(wanted, key=lambda w: w.passages)
    read = accumulate(w.passages for w in rarest_first)
    kept = [w for w, so_far in zip(rarest_first, read, strict=True) if so_far <= _MOST_READ]
    rarest = next((w for w in rarest_first if w.found), None)
    return [w for w in wanted if w in kept or w is rarest]
