"""Words that say nothing of a text's subject: NLTK's lists, which llama-index-core ships, and question words they lack.

In a small corpus "when" or "between" can be as rare as a name; without this they would weigh as much.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

_FOLDER = Path("_static", "nltk_cache", "corpora", "stopwords")
# fmt: off
_LISTS = {
    "ar": "arabic", "az": "azerbaijani", "be": "belarusian", "bn": "bengali", "ca": "catalan", "da": "danish", "de": "german",
    "el": "greek", "en": "english", "es": "spanish", "eu": "basque", "fi": "finnish", "fr": "french", "he": "hebrew",
    "hu": "hungarian", "id": "indonesian", "it": "italian", "kk": "kazakh", "ne": "nepali", "nl": "dutch", "no": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sl": "slovene", "sq": "albanian", "sv": "swedish", "ta": "tamil",
    "tg": "tajik", "tr": "turkish", "uz": "uzbek", "zh": "chinese",
}
_QUESTION_WORDS = {
    "de": "wann wer wen wem wessen warum wieso weshalb wohin woher wieviel wieviele gibt gab wurde wurden worden seit laut",
    "en": "whose many much tell us would could may according",
    "es": "cuándo cuánto cuánta cuántos cuántas cómo dónde quién quiénes cuál cuáles hay fue según",
    "fr": "quand combien pourquoi comment où quel quelle quels quelles est-ce selon depuis a-t-il a-t-elle y a fut",
    "it": "quando quanto quanta quanti quante perché dove chi quale quali secondo fu",
    "ru": "когда сколько почему где кто кого кому зачем какой какая какие каков откуда куда согласно",
}
# fmt: on


LISTED = tuple(_LISTS)
"""The languages that have a list."""


@cache
def stopwords(language: str) -> frozenset[str]:
    """The stop words of a language in lower case; none where there is no list."""
    own = _QUESTION_WORDS.get(language, "").split()
    return frozenset((*_listed(language), *own))


def _listed(language: str) -> list[str]:
    name, package = _LISTS.get(language), find_spec("llama_index.core")
    if not name or not package or not package.submodule_search_locations:
        return []
    file = Path(package.submodule_search_locations[0]) / _FOLDER / name
    return file.read_text(encoding="utf-8").casefold().split() if file.exists() else []
