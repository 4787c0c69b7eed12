"""What Sourceline says of itself, which is English everywhere, in the language of the page.

`words/messages.LANGUAGE.json` has its messages with `{}` for each value, as gettext has them; a value may be a message itself. What is not
there stays as it is, and so does what is quoted, or too long: a reader's own text is in some messages, and finding the form of a long one
takes time that grows with the cube of its length.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

from index.errors import SourcelineError
from ui.web.words import Words

_HOLE = re.compile(r"\\\{\\\}")
_LONGEST, _LONGEST_VALUE = 500, 200  # characters
_DEEPEST = 3  # a message in a message in a message
_MARKS = tuple("\"'`“„")


def said(message: str, words: Words) -> str:
    """A warning, a reason or what went wrong, in the language of `words`; "what: remedy" by its parts."""
    return _said(message, words, _DEEPEST) if len(message) <= _LONGEST else message


def _said(message: str, words: Words, deep: int) -> str:
    known = _known(message, words, deep)
    if known is not None or not deep:
        return known or message
    for colon in reversed(list(re.finditer(": ", message))):
        remedy = _known(message[colon.end() :], words, deep)
        if remedy is not None:
            return f"{_said(message[: colon.start()], words, deep - 1)}: {remedy}"
    return message


def _known(message: str, words: Words, deep: int) -> str | None:
    for form, translation in _messages(words.language):
        if found := form.fullmatch(message):
            return translation.format(*(_value(found, hole, words, deep) for hole in range(1, form.groups + 1)))
    return None


def _value(found: re.Match[str], hole: int, words: Words, deep: int) -> str:
    """What stands in a hole: a message of ours, or anybody's text."""
    value, before = found[hole], found.string[: found.start(hole)]
    if not deep or len(value) > _LONGEST_VALUE or before.endswith(_MARKS):
        return value
    return _said(value, words, deep - 1)


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
