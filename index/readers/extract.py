"""What a reader found in one file, before anything is concluded from it."""

from __future__ import annotations

from dataclasses import dataclass

from index.types import Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Extract:
    """The text of a file and what the file itself says about it; `date` is as written there."""

    text: str
    title: str | None = None
    date: str | None = None
    outlet: str | None = None
    author: str | None = None
    language: str | None = None
    places: tuple[Place, ...] = ()
