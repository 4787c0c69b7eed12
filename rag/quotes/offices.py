"""Who holds an office is asked plainly: then a sentence that names neither the office nor anything like it is not quoted.

"Who is the foreign minister of Russia?" is not answered by whoever pays foreign visits. Only questions that are no longer than that
are looked at, only offices that `offices.txt` names, and in doubt a sentence names one: whatever tells of leading, electing and
appointing counts for all of them.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_WHO = r"who(?:['’]s| is| was)|wer (?:ist|war)|qui (?:est|était)|qui[eé]n (?:es|era|fue)|chi (?:è|era)|кто(?: сейчас| является| был[аи]?)?"
_WHOSE = r"(?:(?:the|d(?:er|ie)|l[ea]|el|il|[\w-]+['’]s?)\s|l['’])(?:[\w'’-]+\s){0,2}?"
_OF = r"\s(?:(?:of|in|von|der|des|de|du|del|della|di)\s|d['’])(?:[\w'’-]+\s){0,2}[\w'’-]+|\s[а-яё-]+"
SPOKEN = ("en", "de", "fr", "es", "it", "ru")
"""The languages whose words for the offices are known."""


def office_of(question: str) -> re.Pattern[str] | None:
    """What tells the office whose holder is plainly asked for."""
    return next((named for asked, named in _offices() if asked.search(question)), None)


def without_office(text: str, language: str, question: str) -> bool:
    """Whether a sentence names neither the office whose holder is asked for nor anything like it."""
    office = office_of(question) if language in SPOKEN else None
    return office is not None and not office.search(text)


@cache
def _offices() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """What asks for each office, and what names it; the last line of the file names every one."""
    written = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").replace("\n ", "")
    lines = [line.partition(" ") for line in written.splitlines() if line and not line.startswith("#")]
    asked, named = ([words for kind, _, words in lines if kind == wanted] for wanted in ("asked", "named"))
    *each, every = named
    return tuple(
        (
            re.compile(rf"^\W*(?:{_WHO})\s(?:{_WHOSE})?(?:{ask})(?:{_OF})?\W*$", re.IGNORECASE),
            re.compile(rf"(?<!\w)(?:{name}|{every})(?!\w)", re.IGNORECASE),
        )
        for ask, name in zip(asked, each, strict=True)
    )
