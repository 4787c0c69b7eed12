"""Compounds of German (Dutch, Swedish, …): found by their parts, as the corpus has them.

The splitting happens when a question is asked, against the words that the corpus has then, so the order in which articles were
indexed changes nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from index.terms import stem

COMPOUNDING = {"da", "de", "fi", "hu", "nl", "no", "sv"}
_LINKS = (
    "",
    "s",
    "n",
    "en",
    "es",
    "er",
    "e",
    "ns",
    "ens",
)  # what stands between the parts: Friede-ns-verhandlung, Tag-es-zeitung
_SHORTEST_PART = 4
_LONGEST_PART = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Vocabulary:
    """Every term of a corpus, with how many passages have it, to be looked up whole, by its beginning or by its end."""

    terms: Mapping[str, int]
    _forwards: Sequence[str] = field(repr=False)
    _backwards: Sequence[str] = field(repr=False)

    @classmethod
    def of(cls, terms: Mapping[str, int]) -> Vocabulary:
        """The vocabulary that has these terms."""
        return cls(terms=terms, _forwards=sorted(terms), _backwards=sorted(t[::-1] for t in terms))

    def __contains__(self, term: str) -> bool:
        return term in self.terms

    def beginning_with(self, beginning: str) -> Iterator[str]:
        """The terms that begin so and go on, in order."""
        return _longer(self._forwards, beginning)

    def ending_with(self, end: str) -> Iterator[str]:
        """The terms that end so and have something before it, in order."""
        return iter(sorted(t[::-1] for t in _longer(self._backwards, end[::-1])))


def _longer(terms: Sequence[str], beginning: str) -> Iterator[str]:
    for at in range(bisect_left(terms, beginning), len(terms)):
        if not terms[at].startswith(beginning):
            return
        if terms[at] != beginning:
            yield terms[at]


def related(word: str, language: str, known: Vocabulary, most: int) -> list[str]:
    """The known parts of a compound, and the known compounds that the word is a part of; `most` of them."""
    base = stem(word, language)
    if not _SHORTEST_PART <= len(base) <= _LONGEST_PART or word.isdigit():
        return []
    return list(islice(chain(_split(base, language, known), _compounds(word, base, language, known)), most))


def _split(word: str, language: str, known: Vocabulary, further: int = 1) -> list[str]:
    """The parts of a compound that the corpus has as words of their own: of the last parts it has, the longest counts.

    Its head may be split `further` times: without a bound, time would grow exponentially with the length of a word.
    """
    for middle in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        tail = word[middle:]
        head = _head(word[:middle], language, known, further) if tail in known else []
        if head:
            return [*head, tail]
    return []


def _head(written: str, language: str, known: Vocabulary, further: int = 1) -> list[str]:
    """What stands before a compound's last part, as the corpus has it: one word, or the parts of a shorter compound.

    Inside a compound a word is not stemmed: the "friedens" of Friedensverhandlung is "fried" by itself.
    """
    unlinked = [written.removesuffix(link) for link in _LINKS if written.endswith(link)]
    bases = dict.fromkeys(term for bare in unlinked for term in (bare, stem(bare, language)))
    whole = ([term] for term in bases if len(term) >= _SHORTEST_PART - 1 and term in known)
    shorter = (parts for term in bases if further and (parts := _split(term, language, known, further - 1)))
    return next(chain(whole, shorter), [])


def _compounds(word: str, base: str, language: str, known: Vocabulary) -> Iterator[str]:
    """The corpus' own words that end with a word's stem or begin with it or the word, if the corpus has what remains."""
    for term in known.ending_with(base):
        before = term.removesuffix(base)
        if _is_part(before) and _head(before, language, known):
            yield term
    for beginning in dict.fromkeys((word, base)):
        for term in known.beginning_with(beginning):
            after = term.removeprefix(beginning)
            if _is_part(after) and _is_known(after, language, known):
                yield term


def _is_part(rest: str) -> bool:
    return _SHORTEST_PART <= len(rest) <= _LONGEST_PART


def _is_known(rest: str, language: str, known: Vocabulary) -> bool:
    """Whether the corpus has what stands after a compound's first part, or its parts."""
    bare = {rest.removeprefix(link) for link in _LINKS}
    return any(b in known for b in bare) or any(_split(b, language, known) for b in bare)
