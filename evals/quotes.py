"""Where a quote stands in a text: exactly, but for white space and hyphens, or at least nearly."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from index.types import Span

HYPHENS = "-\u00ad\ufffe"
"""Hyphen, soft hyphen, and the mark that PDFium leaves where a word was broken."""


def find_quote(text: str, quote: str) -> list[Span]:
    """Every place where `text` has the characters of `quote`, white space and hyphens left aside."""
    kept, wanted = _kept(text), "".join(quote[place] for place in _kept(quote))
    if not wanted:
        return []
    folded = "".join(text[place] for place in kept)
    starts = [match.start() for match in re.finditer(re.escape(wanted), folded)]
    return [Span(start=kept[start], end=kept[start + len(wanted) - 1] + 1) for start in starts]


def locate(text: str, quote: str, near: int = 0) -> Span | None:
    """The place of `quote` that starts closest to the offset `near`; None where `text` does not have it."""
    if quote and text.startswith(quote, near):
        return Span(start=near, end=near + len(quote))
    return min(find_quote(text, quote), key=lambda place: abs(place.start - near), default=None)


def nearest(text: str, quote: str) -> Span:
    """Where `text` is most like `quote`: around the longest run of characters that both have."""
    run = SequenceMatcher(None, text, quote, autojunk=False).find_longest_match()
    start = max(0, run.a - run.b)
    return Span(start=start, end=min(len(text), start + len(quote)))


def _kept(text: str) -> list[int]:
    """Where the characters stand that no reader joins, splits or drops at the end of a line."""
    return [place for place, character in enumerate(text) if not character.isspace() and character not in HYPHENS]
