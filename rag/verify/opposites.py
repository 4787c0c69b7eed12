"""The words of `opposites.txt`, by language: negations, and the two poles of each matter."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

Poles = tuple["re.Pattern[str]", "re.Pattern[str]"]
_NO_MATTERS = ("negation", "negative", "empty", "phrase", "prefix")
_NEVER = re.compile("(?!)")


def negations(language: str) -> re.Pattern[str]:
    """The words that deny."""
    return _compiled(_blocks()["negation"].get(language, ""))


def negatives(language: str) -> re.Pattern[str]:
    """The words that deny without a negation: refused."""
    return _compiled(_blocks()["negative"].get(language, ""))


def empty_negations(language: str) -> re.Pattern[str]:
    """What has a negation in it and denies nothing: "not only"."""
    return _compiled(_blocks()["empty"].get(language, ""))


def phrase_negations(language: str) -> re.Pattern[str]:
    """The negations that deny a phrase, and no sentence: "without"."""
    return _compiled(_blocks()["phrase"].get(language, ""))


@cache
def prefixes(language: str) -> tuple[str, ...]:
    """What makes the opposite of a word: un-, dis-."""
    return tuple(_blocks()["prefix"].get(language, "").split())


@cache
def opposites(language: str) -> tuple[Poles, ...]:
    """The two poles of each matter, matters in the same order in every language."""
    matters = (lines for name, lines in _blocks().items() if name not in _NO_MATTERS)
    return tuple(_poles(lines.get(language, "<>")) for lines in matters)


def _poles(line: str) -> Poles:
    one, _, other = line.partition("<>")
    return _compiled(one), _compiled(other)


@cache
def _compiled(words: str) -> re.Pattern[str]:
    fragments = "|".join(words.split()).replace("_", " ")
    return re.compile(rf"(?<![\w-])(?:{fragments})(?![\w-])", re.IGNORECASE) if fragments else _NEVER


@cache
def _blocks() -> dict[str, dict[str, str]]:
    """Each block's lines by language."""
    blocks: dict[str, dict[str, str]] = {}
    for line in (files("rag.verify") / "opposites.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            own = blocks[line.strip("[]")] = {}
        elif line and not line.startswith("#"):
            language, _, words = line.partition(":")
            own[language] = words
    return blocks
