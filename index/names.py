"""Names that sound alike though they are spelled otherwise: Teheran, Tehran, Тегеран, Τεχεράνη.

A word in Latin, Cyrillic or Greek letters is romanised and read as the sounds that its letters may stand for in English, German,
French, Spanish, Italian, Polish and Turkish. Two words are alike when they have the same consonants, and vowels that differ
little for their length. Precision goes before recall. Scripts that do not write their vowels (Arabic, Hebrew) or write no sounds
(Chinese) have no part in it, nor has Greek μπ for b and ντ for d, nor names that were translated (Moscow, Москва).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, islice, product

from index.terms import stem

_SPELLINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("tsch|tch|cz", ("C",)),
    ("ts|tz", ("c",)),
    ("dsch|dzh|dj|zh|sch|sh|sz", ("S",)),
    ("hh|kh", ("h",)),
    ("gh", ("g", "h")),  # Г, which is an h in Ukrainian, and where Russian has no h of its own
    ("ch", ("h", "C", "S")),
    ("th", ("t",)),
    ("ph", ("f",)),
    (r"ff\b", ("v", "f")),
    ("[cq]k|qu?", ("k",)),
    ("x", ("ks",)),
    ("c(?=[eiy])", ("c", "C", "s")),
    (r"c\b", ("k", "C", "c")),  # Vučić has lost its accents
    ("c", ("k",)),
    ("z", ("s", "c")),
    (r"\bs(?=[pt])", ("s", "S")),
    ("w", ("v",)),
    ("j(?=[aeiouy])", ("i", "S", "h")),
    ("[yj]", ("i",)),
    (r"h(?=[lmn]|\b)", ("h", "")),
    ("ou|oo", ("u", "o")),
    ("ie", ("ie", "i")),
    ("ee", ("e", "i")),
    *((letter, (letter,)) for letter in "abdefghiklmnoprstuv"),
)
"""How letters are written, the longer first, and the sounds that they may stand for: C is ч, c is ц, S is ш and ж, s is с and з."""
_SPELLING = re.compile("|".join(f"({written})" for written, _ in _SPELLINGS))
_BEGINS = {"C": "ct", "c": "ctz", "S": "cdjsz", "s": "csz", "h": "cghjk", "k": "ckqx", "v": "vw", "f": "fp"}
_BEGINS |= dict.fromkeys("aeiou", "aeijouy")
"""The letters that a word may begin with whose first sound is this one; of other sounds, their own."""
_FIRM = {c: f"{c}+" for c in "blmnr"} | dict.fromkeys("fpv", "[fpvw](?:h?[fpvw])*")
_FIRM_ALONE = str.maketrans("fpwcq", "vvvkk", "aeghijosuyz ")
_NOT_FIRM = re.compile(r"t(?=[sz]|ch)|d(?=sch|zh|j)|k(?=h)|c(?=[eiyhz]|\b)")
"""A t, d, k or c that is part of another sound, or may be; all others stand for t, d and k, and among others in any place."""
_SOFT = "cdghjkqstxz"  # letters that stand for several sounds, and which of them together for others
_MOST_READINGS = 24
_SHORTEST, _SHORTEST_ALIKE = 4, 5  # sounds, between two scripts and within one
_FEWEST = 3  # consonants and a first vowel; with fewer, only what sounds the very same in another script: Киев, Kiew
_LONGEST = 24  # letters: no name is longer, and matching takes longer with each
_FURTHEST, _FURTHEST_SHORT = 0.09, 0.05  # what the vowels may differ by, as a share of the sounds
_VOWELS = str.maketrans("", "", "aeiou")
_GROUP = re.compile("[^aeiouhjy][^aeiou]*")
_GLIDE = re.compile("i(?=[aeou])")
_DOUBLED = re.compile(r"(.)\1+")
_NEAR = ({"", "e"}, {"e", "i"}, {"o", "u"})
_CYRILLIC = {"г": "gh", "з": "s", "х": "hh", "ч": "tch", "щ": "shtch"}
"""Letters that would be ambiguous as they are romanised in English."""
_CASES = re.compile(r"(?<=[^аеиоуыэюя])(?:ого|ому|ыми|ими|ами|ями|ым|им|ом|ем|ой|ей|ий|ый|ая|ую|ах|ях|[аеиоуыэюяьй])$")
"""What Russian adds to a name that ends with a consonant. Its stemmer takes more: of Горбачёв it leaves горбач."""
_STEMMED = re.compile(r"(?:[eo]v|(?<=a)n)$")
"""What Russian's stemmer takes of a name that stands in the nominative."""


class NameSounds:
    """The terms of a vocabulary, found by what they sound like."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._lines = _by_firm_letters(vocabulary)
        self._known = lru_cache(maxsize=1024)(self._found)  # every question is looked at several times

    def like(self, word: str, language: str) -> tuple[str, ...]:
        """The terms, which may be stems, that sound like a name in lower case of a text in that language."""
        return self._known(word, language)

    def _found(self, word: str, language: str) -> tuple[str, ...]:
        names = list(dict.fromkeys(n for n in (word, base(word, language)) if sounds(n)))
        found = dict.fromkeys(term for name in names for term in self._may_be(name))
        return tuple(term for term in found if term not in names and any(alike(name, term) for name in names))

    def _may_be(self, name: str) -> Iterator[str]:
        """The terms with the same consonants, and a letter at their beginning that may be the same sound."""
        letters = {letter for reading in sounds(name) for letter in _BEGINS.get(reading[0], reading[0])}
        fewest, most = _consonants(name)
        firm = _firm_of(name)
        for key in sorted({letter + some for letter in letters for some in firm} & self._lines.keys()):
            for written, term in _pattern(name).findall(self._lines[key]):
                enough = len(written.translate(_VOWELS)) >= fewest and len(_GROUP.findall(written)) <= most
                if enough and _may_agree(name, written, term):
                    yield term


def _firm_of(name: str) -> set[str]:
    """The firm letters that a term may have: a stem may lack an n or v, which may be written "ff", and a c at the end may be a k."""
    written = romanised(name).replace("x", "ks")
    return {_firm(written[:end]) + k for end in (None, -1, -2) for k in ("", "k"[: written[:end].endswith("c")])}


def _may_agree(name: str, written: str, term: str) -> bool:
    """Whether two words have as many a, which no other vowel is near (see `_distance`) in words as short as most."""
    if len(max(name, written, key=len)) * _FURTHEST >= 1 or not (name.isascii() and term.isascii()):
        return True
    return name.replace("aa", "a").count("a") == written.replace("aa", "a").count("a")


def _consonants(name: str) -> tuple[int, int]:
    """How many letters for consonants, at least, and groups of them, at most, a term has that sounds like a name.

    A sound takes a letter at least, and a stem may lack one; a group is one sound at least, but h, j and y alone perhaps none.
    """
    counts = [len(reading.translate(_VOWELS)) for reading in sounds(name)]
    return min(counts) - 1, max(counts)


def alike(name: str, term: str) -> bool:
    """Whether a term, which may be a stem, sounds like a name."""
    across = script(name) != script(term)
    stems = across and script(term) == "Cyrillic"
    if not stems and _skeletons(name).isdisjoint(_skeletons(term)):
        return False  # as nearly always; what follows takes longer
    return any(
        _agree(one, other, across)
        or (stems and (taken := _STEMMED.search(one)) and _agree(one, other + taken[0], across, whole=True))
        for one in sounds(name)
        for other in sounds(term)
    )


def script(word: str) -> str:
    """Latin, Cyrillic or Greek; nothing for a word that has letters of another script, or of two, or a digit."""
    if word.isascii():
        return "Latin" if word.isalpha() else ""
    scripts = {_script(c) for c in word}
    return scripts.pop() if len(scripts) == 1 else ""


def romanised(word: str) -> str:
    """A word in the letters a to z; nothing for one whose script does not write its sounds."""
    if word.isascii():
        return word.lower() if word.isalpha() else ""
    return "".join(map(_roman, word)) if script(word) else ""


@lru_cache(maxsize=4096)
def sounds(word: str) -> tuple[str, ...]:
    """The sounds that a word may stand for, likely ones first, each a letter: `gorbaCov` for Gorbatschow."""
    readings = (_DOUBLED.sub(r"\1", "".join(one)) for one in product(*_spelled(word)))
    return tuple(dict.fromkeys(r for r in islice(readings, _MOST_READINGS) if len(r) >= _SHORTEST - 1))


@lru_cache(maxsize=4096)
def _skeletons(word: str) -> frozenset[str]:
    """The consonants of each reading."""
    return frozenset(reading.translate(_VOWELS) for reading in sounds(word))


def _spelled(word: str) -> list[tuple[str, ...]]:
    """What each letter, or group of letters, may stand for."""
    letters = romanised(word)
    return (
        [_SPELLINGS[(m.lastindex or 1) - 1][1] for m in _SPELLING.finditer(letters)] if len(letters) <= _LONGEST else []
    )


def _agree(one: str, other: str, across: bool, *, whole: bool = False) -> bool:
    """Whether the consonants of two readings are the same, and their vowels nearly; see `_FURTHEST`.

    Across scripts the last vowels may be missing from a stem, unless both are `whole`.
    """
    consonants = one.translate(_VOWELS)
    if consonants != other.translate(_VOWELS):
        return False
    longest, shortest = max(one, other, key=len), min(one, other, key=len)
    if len(shortest) < _SHORTEST:
        return False
    if len(re.findall("^[aeiou]|[^aeiou]", one)) < _FEWEST:
        return across and one == other and one[-1:] == consonants[-1:]
    if len(longest) < _SHORTEST_ALIKE:
        return across and one == other
    runs = zip(re.split("[^aeiou]", one), re.split("[^aeiou]", other), f" {consonants}", strict=True)
    *differs, last = (_distance(a, b, after) for a, b, after in runs)
    if whole or not across or not _may_end(longest, shortest):
        differs.append(float(last > 0))
    return sum(differs) / len(longest) <= (_FURTHEST if len(shortest) >= _SHORTEST_ALIKE else _FURTHEST_SHORT)


def _may_end(name: str, stem: str) -> bool:
    """Whether a stem may lack the last vowels of a name: Обам(а), but not Петр(а), which is another name."""
    return len(stem) >= _SHORTEST_ALIKE or bool(re.search("[aeiou][^aeiou]$", stem) and name.endswith("a"))


def _distance(one: str, other: str, after: str) -> float:
    """How far two runs of vowels are apart, 0 to 1: a glide is little; e and nothing, or e and o after ч (ё), are half way."""
    if one == other:
        return 0.0
    if one and other and _GLIDE.sub("", one) == _GLIDE.sub("", other):
        return 0.3
    both = {one, other}
    return 0.6 if both in _NEAR or (both == {"e", "o"} and after == "C") else 1.0


def base(word: str, language: str) -> str:
    """The name without its case: a stemmer takes too much of names, but knows a genitive's s and the e of Poutine."""
    if script(word) == "Cyrillic":
        return _CASES.sub("", word)
    if not script(word):
        return word
    base = stem(word, language)
    return base if word == f"{base}s" or language == "fr" or script(word) == "Greek" else word


@lru_cache(maxsize=256)
def _pattern(name: str) -> re.Pattern[str]:
    """The lines (see `_by_firm_letters`) of the terms that may have the consonants of the name: a filter, and a coarse one.

    Firm letters must be the same, and between them stand some others or vowels alone. No letter can be matched in two ways, so
    the time is linear whatever people ask; with all spellings of all sounds in the pattern it grew exponentially.
    """
    pieces: list[str] = []
    between: list[tuple[str, ...]] = []
    for alternatives in _spelled(name):
        if alternatives[0] in _FIRM:
            pieces += [_between(between), _FIRM[alternatives[0]]]
            between = []
        else:
            between.append(alternatives)
    if pieces and not between and pieces[-1] in (_FIRM["n"], _FIRM["v"]):  # which a stem may lack
        pieces[-1] = rf"(?:{pieces[-1]}|(?=\t[\u0400-\u04ff]))"
    return re.compile(rf"\n({''.join(pieces)}{_between(between)})\t(.*)")


def _between(spelled: Sequence[tuple[str, ...]]) -> str:
    """What may stand between two firm letters, or before the first, or after the last."""
    soft = {s for alternatives in spelled for s in "".join(alternatives)} - set("aeiou")
    written = {c for letters, stands_for in _SPELLINGS if soft & set("".join(stands_for)) for c in letters}
    some = "".join(sorted(written & set(_SOFT) | {"h", "j"}))
    if any(not any(map(_is_vowel, alternatives)) for alternatives in spelled):
        return f"[aeiouy]*[{some}][aeiouy{some}]*"
    return f"[aeiouy{some}]*"


def _is_vowel(sounds: Sequence[str]) -> bool:
    return set("".join(sounds)) <= set("aeiou")


def _by_firm_letters(vocabulary: Iterable[str]) -> dict[str, str]:
    """Of each first letter and firm letters the lines "romanised, tab, term", each after a line break.

    All terms are romanised at once: one by one they would take ten times as long.
    """
    terms = sorted(filter(str.isalpha, vocabulary))
    text = "\n".join(terms)
    letters = str.maketrans({c: _roman(c) if _script(c) else " " for c in set(text) - {"\n"}})
    written = text.translate(letters).replace("x", "ks")
    lines = sorted(
        (word[0] + firm, f"\n{word}\t{term}")
        for word, firm, term in zip(written.split("\n"), _firm(written).split("\n"), terms or [""], strict=True)
        if word.isalpha() and len(word) <= _LONGEST
    )
    return {key: "".join(line for _, line in some) for key, some in groupby(lines, lambda line: line[0])}


def _firm(written: str) -> str:
    """The firm letters of each romanised word, with t, d and k, f, p and w as v, and once where one follows another of its kind."""
    return _DOUBLED.sub(r"\1", _NOT_FIRM.sub("", written).translate(_FIRM_ALONE))


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    of = unicodedata.name(letter, "").partition(" ")[0].title()
    return of if letter.isalpha() and of in {"Latin", "Cyrillic", "Greek"} else ""


@lru_cache(maxsize=4096)
def _roman(letter: str) -> str:
    """A letter as none, one or more of a to z."""
    from anyascii import anyascii

    plain = _CYRILLIC.get(letter.casefold()) or anyascii(letter).casefold()
    return re.sub("[^a-z]", "", plain)
