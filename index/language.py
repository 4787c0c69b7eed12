"""Which language a text is in, without asking anybody outside."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from index.stopwords import LISTED, stopwords
from index.terms import words

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

_loading = Lock()
UNKNOWN = "und"
"""ISO 639-2: undetermined."""
_ENOUGH = 600
"""Characters: more of a text makes no answer better."""
_LEAST_SHARE = 0.15
_LEAST_SHARE_AMONG_FEW = 0.5
_SURE = 0.9
_LEAST_MASS = 0.01
"""Below this the text is in none of the possible languages: Chinese, where only English and German may be."""

_NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian",
    "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "no": "Norwegian", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sv": "Swedish", "th": "Thai", "tr": "Turkish",
    "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


def name_of(language: str) -> str:
    """The English name of a language, "" where it is not one of the better known."""
    return _NAMES.get(language, "")


def detect_language(text: str, among: Collection[str] | None = None, *, least: float | None = None) -> str:
    """The ISO 639-1 code of the text's language, or "und" where there is too little to tell it from.

    `among` names the languages that are possible, such as those of the indexed articles; with it, a question of three
    words is enough. `least` is the share of the likelihood, 0 to 1, that the language must have.
    """
    sample = text[:_ENOUGH]
    if not any(map(str.isalpha, sample)):
        return UNKNOWN
    possible = {code: share for code, share in _identifier().rank(sample) if _possible(code, among)}
    mass = sum(possible.values())
    if mass < _LEAST_MASS:
        return UNKNOWN
    best = max(possible, key=possible.__getitem__)
    if least is None:
        least = _LEAST_SHARE if among is None else _LEAST_SHARE_AMONG_FEW
    return best if possible[best] / mass >= least else UNKNOWN


def question_language(question: str, among: Collection[str] | None = None) -> str:
    """The language of a question, which may name foreign people and outlets: only what is not written as a name tells it.

    The language with most of its function words ("what", "did", "in") counts; of several, the likeliest.
    """
    first, *others = question.split() or [""]
    spoken = " ".join([first, *(word for word in others if not word.lstrip("«\"“„'(").istitle())])
    sure = detect_language(spoken, among, least=_SURE)
    if sure not in (UNKNOWN, *LISTED):
        return sure  # its function words are not known, and look like those of its neighbours
    said = words(spoken)
    known = {code: sum(word in stopwords(code) for word in said) for code in LISTED if _possible(code, among)}
    most = max(known.values(), default=0)
    leaders = [code for code, count in known.items() if count == most]
    found = detect_language(spoken, leaders if most else among)
    return found if found != UNKNOWN else detect_language(question, among)


def _possible(code: str, among: Collection[str] | None) -> bool:
    return len(code) == 2 if among is None else code in among


def prepare() -> None:
    """Load the model now; for a thread beside other work, because it takes about half a second."""
    _identifier()


def _identifier() -> LanguageIdentifier:
    with _loading:  # one load, whoever asks first
        return _load()


@cache
def _load() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
