"""BM25 (Robertson and Zaragoza, 2009) over the places of terms that FTS5 keeps.

The scores are those of FTS5's own bm25(), which takes several times as long: it looks up the length of every passage that it
scores one by one, and the statement around it the language. Here both are in memory, and the places of a term come as one text;
what they make is remembered, because the words that are in most passages are in many questions, too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.catalog import Catalog
from index.database import Numbers, groups, numbers
from index.remembered import Remembered

_K1, _B = 1.2, 0.75  # as in FTS5
_TITLE, _BODY = (
    0.5,
    1.0,
)  # what a term counts in the title, which all passages of an article have, and in the passage itself
_MOST_REMEMBERED = 2_000_000  # passages of terms, 16 bytes each: 32 MB
_OF_A_TERM = 30  # what a term takes beside its passages, as so many of them
_PLACES = """
    WITH wanted (term) AS (VALUES {})
    SELECT term, (
        SELECT group_concat(2 * doc + (col = 'title_terms')) FROM occurrence WHERE occurrence.term = wanted.term
    ) AS places FROM wanted
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Passages:
    """Of every passage, by its number, its language and what its length takes from a term: [highest number + 1].

    `count` of these numbers are passages; `language` is a place in `languages`.
    """

    length: NDArray[np.float64]
    language: NDArray[np.int32]
    languages: tuple[str, ...]
    count: int

    @classmethod
    def of(cls, catalog: Catalog) -> Passages:
        """Those of a catalog as it is now."""
        spoken = catalog.rows("SELECT language, group_concat(number) FROM passage GROUP BY language ORDER BY language")
        sized = catalog.rows("SELECT sz, group_concat(id) FROM lexical_docsize GROUP BY sz")
        count, highest = catalog.rows("SELECT count(*), ifnull(max(id), -1) FROM lexical_docsize")[0]
        terms, language = np.zeros(highest + 1), np.full(highest + 1, -1, np.int32)
        for sizes, some in sized:
            terms[numbers(some)] = _terms(sizes)
        for place, (_, some) in enumerate(spoken):
            language[numbers(some)] = place
        length = _K1 * (1 - _B + _B * terms * count / max(1, terms.sum()))
        return cls(length=length, language=language, languages=tuple(name for name, _ in spoken), count=count)

    def within(self, language: str) -> NDArray[np.bool_]:
        """Which passages are in a language, by number."""
        place = self.languages.index(language) if language in self.languages else -2
        return np.equal(self.language, place)


def _terms(sizes: bytes) -> int:
    """How many terms a passage has: https://www.sqlite.org/fts5.html#the_docsize_table_, a varint for each column."""
    total = size = 0
    for byte in sizes:
        size = size << 7 | byte & 127
        if byte < 128:
            total, size = total + size, 0
    return total


Scored: TypeAlias = tuple[Numbers, NDArray[np.float64]]
"""The numbers of the passages that have a term, in order, and its score in each."""


class Bm25:
    """The scores of terms in the passages of a catalog; to be asked in snapshots of the generation in which it was made."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog, self.passages = catalog, Passages.of(catalog)
        self._known = Remembered(self._read, _MOST_REMEMBERED, size=lambda scored: _OF_A_TERM + len(scored[0]))

    def scores(self, language: str, worth: Mapping[str, tuple[float, float]]) -> NDArray[np.float64]:
        """The score of every passage by its number, 0 where it has none of the terms: float64 [highest number + 1].

        `worth` says what each term counts in passages in `language`, and in those in others.
        """
        own = self.passages.within(language)
        total = np.zeros(len(own))
        for (which, score), counts in zip(self._known.of(list(worth)), worth.values(), strict=True):
            total[which] += score * np.where(own[which], *counts)
        return total

    def _read(self, terms: Sequence[str]) -> list[Scored]:
        """Each of some different terms in all passages."""
        places = {
            row["term"]: row["places"]
            for some in groups(terms)
            for row in self._catalog.rows(_PLACES.format(", ".join(["(?)"] * len(some))), some)
        }
        return [self._scored(numbers(places[term])) for term in terms]

    def _scored(self, places: Numbers) -> Scored:
        """One term; `places` are the numbers of its passages doubled, odd where it is in the title."""
        passage = places >> 1  # in order, as FTS5 keeps them
        first = np.flatnonzero(np.diff(passage, prepend=-1))
        which, often = passage[first], np.add.reduceat(np.where(places & 1, _TITLE, _BODY), first)
        count = self.passages.count
        rarity = max(1e-6, math.log((count - len(which) + 0.5) / (len(which) + 0.5)))
        return which, rarity * often * (_K1 + 1) / (often + self.passages.length[which])
