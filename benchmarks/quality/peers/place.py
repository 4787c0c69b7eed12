"""Where the pieces of a text stand in it, for systems that split a text and do not say where.

llama-index looks each piece up from the beginning of the text, so a piece that occurs twice is put in the wrong place. Here the
pieces are walked forward: one that follows another begins after that one's beginning and, so that nothing is left out, no later
than its end. White space is ignored, because splitters trim it; so a place is right to the character that is not white space.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index.types import Span


@dataclass(frozen=True, kw_only=True)
class Placed:
    """The places of the pieces in their order, None for one that is not in the text, and how many had several to choose from.

    Of several places the last is taken: it repeats least of the piece before, and is the right one if nothing is repeated.
    """

    spans: tuple[Span | None, ...]
    ambiguous: int

    @property
    def lost(self) -> int:
        """How many pieces have no place."""
        return self.spans.count(None)


def place(text: str, pieces: Sequence[str]) -> Placed:
    """The places of `pieces`, which a splitter took from `text` in this order; neighbours may overlap."""
    solid = [i for i, c in enumerate(text) if not c.isspace()]
    found = list(_walk(_without_space(text), [_without_space(piece) for piece in pieces]))
    spans = [Span(start=solid[start], end=solid[end - 1] + 1) if end else None for start, end, _ in found]
    return Placed(spans=tuple(spans), ambiguous=sum(several for _, _, several in found))


def span_of(metadata: Mapping[str, Any]) -> Span:
    """The place that a passage carries in its metadata."""
    return Span(start=metadata["start"], end=metadata["end"])


def _walk(text: str, pieces: Sequence[str]) -> Iterator[tuple[int, int, bool]]:
    """Start, end (0: nowhere) and whether there was a choice, for each piece; nothing here has white space."""
    first, last = 0, 0
    for piece in pieces:
        start = text.rfind(piece, first, last + len(piece))
        several = start > text.find(piece, first) >= 0
        if start < 0:  # a piece before it has no place
            start = text.find(piece, last)
        if start < 0 or not piece:
            yield 0, 0, False
            continue
        yield start, start + len(piece), several
        first, last = start + 1, start + len(piece)


def _without_space(text: str) -> str:
    return "".join(c for c in text if not c.isspace())
