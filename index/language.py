"""Which language a text is in, without asking anybody outside."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

UNKNOWN = "und"
"""ISO 639-2: undetermined."""
_ENOUGH = 2_000
"""Characters: more of the text makes no answer better."""


def detect_language(text: str, among: Collection[str] | None = None) -> str:
    """The ISO 639-1 code of the text's language, or "und" where there is nothing to tell it from.

    `among` names the languages that are possible, such as those of the indexed articles; with it a question of three words is enough.
    """
    sample = text[:_ENOUGH]
    if not any(map(str.isalpha, sample)):
        return UNKNOWN
    for language, _ in _identifier().rank(sample):
        if among is None or language in among:
            return str(language)
    return UNKNOWN


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
