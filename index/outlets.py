"""The names that an outlet goes by: "Northline Post / Meridian Wire" is both, and "The Harbour Gazette" the Harbour Gazette."""

from __future__ import annotations

import re
from functools import lru_cache

_TOGETHER = re.compile(r"\s*/\s*")
_SUBTITLE = re.compile(r"\s+[|–—-]\s+|:\s+")
_ARTICLE = re.compile(r"(?:the|der|die|das|les?|la|el|los|las|il|lo|gli)\s+|l['’]", re.IGNORECASE)


@lru_cache(maxsize=4096)
def names_of(outlet: str) -> tuple[str, ...]:
    """The whole name, then its parts, each of them also without a subtitle and without "the"; nothing of an empty one."""
    whole = " ".join(outlet.split())
    parts = [whole, *_TOGETHER.split(whole)]
    titles = [name for part in parts for name in (part, _SUBTITLE.split(part)[0])]
    names = [name for title in titles for name in (title, without_article(title))]
    return tuple(dict.fromkeys(filter(None, names)))


def without_article(name: str) -> str:
    """The name without its "the"; the name itself where it has none, or is nothing else."""
    found = _ARTICLE.match(name)
    return name[found.end() :] if found else name


def goes_by(outlet: str | None, name: str) -> bool:
    """Whether a whole part of the outlet's name is `name`, in capitals or not."""
    wanted = " ".join(name.split()).casefold()
    return outlet is not None and any(wanted == known.casefold() for known in names_of(outlet))
