"""What Sourceline says of itself, which is English everywhere, in the language of the page.

`words/messages.LANGUAGE.json` has its messages with `{}` for each value, as gettext has them; a value may be a message itself. What is not
there stays as it is.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

from index.errors import SourcelineError
from ui.web.words import Words

_HOLE = re.compile(r"\\\{\\\}")


def said(message: str, words: Words) -> str:
    """A warning, a reason or what went wrong, in the language of `words`; "what: remedy" by its parts."""
    known = _known(message, words)
    if known is not None:
        return known
    for colon in reversed(list(re.finditer(": ", message))):
        remedy = _known(message[colon.end() :], words)
        if remedy is not None:
            return f"{said(message[: colon.start()], words)}: {remedy}"
    return message


def _known(message: str, words: Words) -> str | None:
    for form, translation in _messages(words.language):
        if found := form.fullmatch(message):
            return translation.format(*(said(value, words) for value in found.groups()))
    return None


def error_said(error: SourcelineError, words: Words) -> dict[str, str]:
    """What went wrong and what to do about it, as the page's scripts take it."""
    return {"error": said(error.what, words), "remedy": said(error.remedy, words)}


@cache
def _messages(language: str) -> list[tuple[re.Pattern[str], str]]:
    """The form of each message and its translation, those that leave the least open first."""
    file = files("ui.web") / "words" / f"messages.{language}.json"
    known: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    exact = sorted(known, key=lambda form: -len(form.replace("{}", "")))
    return [(re.compile(_HOLE.sub("(.+?)", re.escape(form)), re.DOTALL), known[form]) for form in exact]
