"""Places and peoples that each language calls by a name of its own: Germany, Deutschland, Германия; Moscow, Moskau; Persian.

The names are those of Unicode's CLDR, as Babel ships them: countries, languages (which are mostly peoples, too) and the cities of
time zones, in English, German, French, Spanish, Italian and Russian. What sounds alike is found by `index/names.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from index.terms import stem
from index.types import Span

LANGUAGES = frozenset({"en", "de", "fr", "es", "it", "ru"})
_LONGEST = 4  # words
_WORD = re.compile(r"[^\W\d_]+(?:\.(?=[^\W\d_]\.)[^\W\d_])*")
_PEOPLES = {
    "ru": "RU", "fa": "IR", "fr": "FR", "de": "DE", "es": "ES", "pl": "PL", "tr": "TR", "zh": "CN", "ja": "JP", "ko": "KR", "pt": "PT",
    "nl": "NL", "sv": "SE", "da": "DK", "fi": "FI", "nb": "NO", "el": "GR", "uk": "UA", "hu": "HU", "cs": "CZ", "he": "IL", "ro": "RO",
    "bg": "BG", "hr": "HR", "sr": "RS", "it": "IT", "be": "BY", "ka": "GE", "hy": "AM",
}  # fmt: skip
"""The country that a language stands for."""
_PEOPLE = {
    "en": r"i?an|n|ese|i|is|ish",
    "de": r"isch|er|ern|erin|erinnen|i|n|en",
    "fr": r"i?en|ienne|ais|aise|ien|ienn|ois|oise|o-",
    "es": r"i|í|an[oa]|ian[oa]|es|esa|eñ[oa]|n[oa]|és|o",
    "it": r"i?an[oaie]|ese|esi|n[oi]",
    "ru": r"(?:[иь]?й)?ск\w*|ец|ц\w{1,3}",
}
"""What makes a people or an adjective of a country's stem."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A name with a meaning that is the same in every language: where it stands, and which it is."""

    span: Span
    id: str


def known_names(text: str, language: str) -> list[Known]:
    """The places and peoples that a text names, none inside of another."""
    if language not in LANGUAGES:
        return []
    words = list(_WORD.finditer(text))
    found, at = list[Known](), 0
    while at < len(words):
        size, name = next(_at(words[at : at + _LONGEST], language), (1, ""))
        if name and (words[at][0][0].isupper() or _is_adjective(words[at][0], language)):
            found.append(Known(span=Span(start=words[at].start(), end=words[at + size - 1].end()), id=name))
        at += size
    return found


def _at(words: list[re.Match[str]], language: str) -> Iterator[tuple[int, str]]:
    """How many of the words are one name, and which, the longest first."""
    texts = [w[0].lower().replace(".", "") for w in words]
    for size in range(len(words), 0, -1):
        phrase = " ".join(texts[:size])
        name = _names(language).get(_stems(phrase, language)) or _names(language).get(
            _stems(phrase.removesuffix("s"), language)
        )
        if name:
            yield size, name
    if people := _people(texts[0], language):
        yield 1, people


def _is_adjective(word: str, language: str) -> bool:
    """Whether a word in lower case is one of a people; only English gives these a capital."""
    if language == "en" or (language == "de" and "sch" not in word):  # not "indem"
        return False
    return bool(_people(word, language) or _stems(word, language) in _peoples(language))


def _people(word: str, language: str) -> str:
    """The country of a people or an adjective, "" for any other word: iranisch, иранский."""
    endings, word = _PEOPLE[language], stem(word, "")
    return next(
        (
            i
            for begin, i in _begins(language)
            if word.startswith(begin) and re.fullmatch(rf"(?:{endings})(?:e[mnrs]?|s)?", word[len(begin) :])
        ),
        "",
    )


@cache
def _begins(language: str) -> tuple[tuple[str, str], ...]:
    """What the names of countries in one word begin with, the longest first."""
    from babel import Locale

    names = [(name.lower(), i) for i, name in Locale(language).territories.items() if len(i) == 2 and name.isalpha()]
    pairs = [(re.sub("[aeiouyаеиоуыяь]+$", "", name), i) for name, i in names]
    return tuple(sorted((p for p in pairs if len(p[0]) > 3), key=lambda p: -len(p[0])))


@cache
def _names(language: str) -> dict[tuple[str, ...], str]:
    """Every name as its stems, and which it is."""
    from babel import Locale

    locale = Locale(language)
    places = {name: i for i, name in locale.territories.items() if len(i) == 2}
    cities = {zone.get("city") or _city(i): f"city {i}" for i, zone in locale.time_zones.items()}
    named = {_city(i): f"city {i}" for i in _zones()} | cities | places
    return {_stems(name.lower(), language): i for name, i in named.items()} | _peoples(language)


@cache
def _peoples(language: str) -> dict[tuple[str, ...], str]:
    """The peoples and adjectives that are no country's name with an ending."""
    from babel import Locale

    locale = Locale(language)
    named = [(locale.languages[code], i) for code, i in _PEOPLES.items()]
    named += [(word, i) for i, words in _more() for word in words.split()]
    return {_stems(name.lower(), language): i for name, i in named}


def _more() -> Iterator[tuple[str, str]]:
    """The lines of `peoples.txt`: a country and its words."""
    for line in (files("rag.verify") / "peoples.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _, words = line.partition(":")
            yield country, words


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _zones() -> list[str]:
    """The time zones that any of the languages names."""
    from babel import Locale

    zones = {str(zone) for language in LANGUAGES for zone in Locale(language).time_zones}
    return sorted(z for z in zones if "/" in z and not z.startswith("Etc"))


@lru_cache(maxsize=65536)
def _stems(name: str, language: str) -> tuple[str, ...]:
    return tuple(stem(w, language) for w in _WORD.findall(name.replace(".", "")))
