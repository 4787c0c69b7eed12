"""The interface's own words, one file a language: `words/en.json`, `words/de.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "de")


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What the interface says in one language."""

    language: str
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its values put in. Raises KeyError for a key that there is not."""
        return self.texts[key].format(**values) if values else self.texts[key]

    def counted(self, key: str, number: int) -> str:
        """ "1 source", "2 sources": of the keys `key_one` and `key_many`."""
        return self(f"{key}_one" if number == 1 else f"{key}_many", n=number)


@cache
def words(language: str) -> Words:
    """The words of a language; English where there is no such file."""
    known = language if language in LANGUAGES else "en"
    texts = (files("ui.web") / "words" / f"{known}.json").read_text(encoding="utf-8")
    return Words(language=known, texts=json.loads(texts))


def preferred(cookie: str | None, accepted: str) -> Words:
    """The words that a browser wants: those that its reader chose, or the first it accepts (RFC 9110, Accept-Language)."""
    tags = [part.split(";")[0].strip()[:2].lower() for part in accepted.split(",")]
    return words(next((tag for tag in (cookie, *tags) if tag in LANGUAGES), "en"))


def day_in_words(iso: str | None, words: Words) -> str:
    """ "17 January 2025", "17. Januar 2025"."""
    if not iso:
        return ""
    day = date.fromisoformat(iso)
    return words("day", day=day.day, month=words("months").split()[day.month - 1], year=day.year)
