"""A text becomes the terms that lexical search sees, by its language.

Snowball stems, bigrams for scripts without spaces, digits without their separators, no diacritics.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable

# fmt: off
_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}
# fmt: on
_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"  # Thai, Kana, Han
_GROUPED = re.compile(r"\d(?<![\d.,]\d)\d{0,2}(?:[.,'’\u00a0\u202f ]\d{3})+(?![\d])")
"""A number with its separators; looking back comes after the first digit, so that letters are passed over fast."""
_LETTERS = rf"[^\W_{_UNSPACED}]"
_MARKS = "".join(c for c in map(chr, range(0x300, 0xFE00)) if unicodedata.category(c) in {"Mn", "Mc"})
"""Accents, and the vowel signs of Hindi, Tamil or Bengali, which `\\w` lacks; U+FE00 begins what says how emoji are drawn."""
_RUN = rf"{_LETTERS}+(?:[{_MARKS}]+{_LETTERS}*)*"
_WORD = re.compile(rf"[{_UNSPACED}]+|{_RUN}(?:['’]{_RUN})*")
_local = threading.local()


def terms(text: str, language: str) -> list[str]:
    """The terms of a text, in order, as lexical search sees them."""
    return [t for word in words(text) for t in terms_of(word, language)]


def words(text: str) -> list[str]:
    """The words of a text in lower case, numbers without separators: "2.000" and "2,000" are both "2000"."""
    plain = unicodedata.normalize("NFKC", text)
    plain = _GROUPED.sub(lambda m: re.sub(r"\D", "", m[0]), plain).casefold()
    found: list[str] = _WORD.findall(plain)
    return [w for word in found for w in _without_elision(word)] if "'" in plain or "’" in plain else found


def names_in(question: str) -> set[str]:
    """The words, in lower case, that are written as names (with a capital, not as the first word) or hold a digit."""
    plain = unicodedata.normalize("NFKC", question).strip()
    rest = plain.partition(" ")[2]
    capital = {w for m in _WORD.finditer(rest) if m[0][0].isupper() for w in words(m[0])}
    return capital | {w for w in words(plain) if any(c.isdigit() for c in w)}


def _without_elision(word: str) -> list[str]:
    """ "l'accord" is accord, "iran's" is iran."""
    if "'" not in word and "’" not in word:  # nearly all, and there are many
        return [word]
    parts = re.split("['’]", word)
    return [p for p in parts if len(p) > 1] or parts[:1]


def terms_of(word: str, language: str) -> list[str]:
    """The terms that stand for one lower-case word in a text of that language."""
    if re.match(f"[{_UNSPACED}]", word):
        return [word[i : i + 2] for i in range(max(1, len(word) - 1))]
    return [stem(word, language)]


def stemmed_apart(languages: Iterable[str]) -> list[str]:
    """The languages, in their order, without those whose terms are the same as an earlier one's: all that have no stemmer are one."""
    first: dict[str | None, str] = {}
    for language in languages:
        first.setdefault(_STEMMERS.get(language), language)
    return list(first.values())


def stem(word: str, language: str) -> str:
    """A lower-case word's stem without diacritics; the word itself where there is no stemmer for the language."""
    name = _STEMMERS.get(language)
    return _plain(_stemmer(name).stemWord(word) if name else word)


def _plain(word: str) -> str:
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c)) or word


def _stemmer(name: str):  # type: ignore[no-untyped-def]  # PyStemmer has no types; its stemmers are not thread-safe
    import Stemmer

    kept = _local.__dict__.setdefault("stemmers", {})
    if name not in kept:
        kept[name] = Stemmer.Stemmer(name)
    return kept[name]
