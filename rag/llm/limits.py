"""A reply kept within what was asked for, where the model itself may not have been told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.tokens import count_tokens, truncate_tokens
from rag.llm.seam import Piece


def up_to(pieces: Iterator[Piece], tokens: int) -> Iterator[Piece]:
    """The pieces within so many tokens (o200k_base): as many as a model's own tokenizer makes of them, or fewer."""
    said = ""
    for piece in pieces:
        before, said = len(said), said + piece.text
        if len(said) > tokens and count_tokens(said) > tokens:
            yield from _told(truncate_tokens(said, tokens)[before:])
            yield Piece(ended="too long")
            return
        yield piece


def until(pieces: Iterator[Piece], stop: Sequence[str]) -> Iterator[Piece]:
    """The pieces before the first of some words, each of which may be spread over several pieces."""
    held = ""
    for piece in pieces:
        held += piece.text
        if (end := _first(held, stop)) is not None:
            yield from _told(held[:end])
            yield Piece(ended="whole")
            return
        ready = len(held) if piece.ended else len(held) - _begun(held, stop)
        yield from _told(held[:ready])
        held = held[ready:]
        if piece.ended:
            yield piece


def _told(text: str) -> Iterator[Piece]:
    if text:
        yield Piece(text=text)


def _first(text: str, stop: Sequence[str]) -> int | None:
    return min((at for word in stop if (at := text.find(word)) >= 0), default=None)


def _begun(text: str, stop: Sequence[str]) -> int:
    """The characters at the end of a text with which one of the words begins."""
    return max((n for word in stop for n in range(1, len(word)) if text.endswith(word[:n])), default=0)
