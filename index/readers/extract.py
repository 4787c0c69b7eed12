"""What a reader found in one file, before anything is concluded from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from index.types import Place, PlaceKind, Span


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A stretch of extracted text, the number of its page, paragraph or chapter (from 1), and what separates it from
    the piece before."""

    text: str
    number: int
    before: str = "\n\n"


def lay_out(pieces: Iterable[Piece], kind: PlaceKind) -> tuple[str, tuple[Place, ...]]:
    """One text of all pieces, and a place for each run of pieces with the same number."""
    parts: list[str] = []
    places: list[Place] = []
    end = 0
    for piece in pieces:
        if parts:
            parts.append(piece.before)
            end += len(piece.before)
        start, end = end, end + len(piece.text)
        parts.append(piece.text)
        if places and places[-1].number == piece.number:
            start = places.pop().span.start
        places.append(Place(span=Span(start=start, end=end), kind=kind, number=piece.number))
    return "".join(parts), tuple(places)
