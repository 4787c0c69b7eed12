"""Which lines of an article are not the article: links to others, share bars, comment counters, agency footers."""

from __future__ import annotations

from index.types import Mark


def boilerplate_marks(text: str, title: str | None = None, start: int = 0) -> tuple[Mark, ...]:
    """Marks for the boilerplate of `text` from `start` on."""
    return ()
