"""Words as answers are compared by them: SQuAD's normalisation (Rajpurkar et al., 2016), per language as in MLQA (Lewis et al., 2020).

Lower case; what Unicode calls punctuation, and ASCII symbols, go; so do the articles of the language; a Han character or a kana
is a word by itself. Beyond MLQA: that is so in every language; compatibility forms are unified first (NFKC: ５８ is 58); French,
Italian, Portuguese, Dutch and Catalan have their articles too, elided ones included; and the Arabic article goes only where a
word begins with it.
"""

from __future__ import annotations

import re
import string
import unicodedata
from functools import lru_cache

_ARTICLES = {
    "en": "a|an|the",
    "de": "ein|eine|einen|einem|eines|einer|der|die|das|den|dem|des",
    "es": "un|una|unos|unas|el|la|los|las",
    "fr": "le|la|les|un|une|des|du",
    "it": "il|lo|la|i|gli|le|un|uno|una",
    "pt": "o|a|os|as|um|uma|uns|umas",
    "nl": "de|het|een",
    "ca": "el|la|els|les|un|una|uns|unes",
    "vi": "của|là|cái|chiếc|những",
}
_ELIDED = {"fr": "l", "it": "l|un", "ca": "l"}
_CHARACTER = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff])")


@lru_cache(maxsize=10_000)  # one quote is compared with many answers, by several measures
def words(text: str, language: str, *, gap: str = "") -> tuple[str, ...]:
    """The words of `text` in `language` (BCP 47; of an unknown one no article is removed), with `gap` for punctuation."""
    language = language.lower().split("-")[0]
    lower = unicodedata.normalize("NFKC", text).lower()
    if language in _ELIDED:
        lower = re.sub(rf"\b(?:{_ELIDED[language]})['’](?=\w)", " ", lower)
    plain = "".join(gap if _is_punctuation(character) else character for character in lower)
    if language == "ar":
        plain = re.sub(r"\bال", " ", plain)
    if language in _ARTICLES:
        plain = re.sub(rf"\b(?:{_ARTICLES[language]})\b", " ", plain)
    return tuple(_CHARACTER.sub(r" \1 ", plain).split())


@lru_cache(maxsize=10_000)
def _is_punctuation(character: str) -> bool:
    return character in string.punctuation or unicodedata.category(character).startswith("P")
