"""The interface's own words, one file a language: `words/en.json`, `words/de.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
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

    def language_name(self, code: str) -> str:
        """ "English" for "en"; the code itself where it has no name here."""
        return self.texts.get(f"language_{code}", code)

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
    return words("day", day=day.day, month=_month(day, words), year=day.year)


def days_in_words(since: str | None, until: str | None, words: Words) -> str:
    """ "2022", "March 2022", "17 January 2025", "1 March 2022 – 9 March 2022"; without one of its ends "…"."""
    first, last = (date.fromisoformat(iso) if iso else None for iso in (since, until))
    if first and last and first.day == 1 and (last + timedelta(days=1)).day == 1 and first.year == last.year:
        if (first.month, last.month) == (1, 12):
            return str(first.year)
        if first.month == last.month:
            return f"{_month(first, words)} {first.year}"
    return " – ".join(dict.fromkeys(day_in_words(iso, words) or "…" for iso in (since, until)))


def _month(day: date, words: Words) -> str:
    return words("months").split()[day.month - 1]
