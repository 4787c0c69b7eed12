"""What every reply goes through, whichever vendor it comes from: one limit on its whole time, and a word if it is empty.

A client's own time limit is for each read: a server that sends a keep-alive or one byte now and then passes it for ever.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from queue import Empty, Queue
from threading import Event, Thread
from typing import TypeVar

from index.errors import ModelFailed, ModelUnavailable, ReplyFiltered, SourcelineError
from rag.llm.seam import Piece

_Part = TypeVar("_Part")
Source = Callable[[ExitStack], Iterator[_Part]]
"""A reply, about to be asked for. It puts on the stack what ends its waiting when called from another thread."""


def guarded(name: str, seconds: float, source: Source[Piece]) -> Iterator[Piece]:
    """The pieces of `source`, within `seconds`. Raises ModelUnavailable when the time is up, and as `spoken` does."""
    remedy = "ask again, or give it more time with SOURCELINE_LLM_SECONDS"
    late = ModelUnavailable(f"{name} did not finish within {seconds:g} seconds", remedy)
    return spoken(name, within(seconds, source, late))


def spoken(name: str, pieces: Iterator[Piece]) -> Iterator[Piece]:
    """The pieces of a reply that says something. Raises ReplyFiltered or ModelFailed at the end of one that does not."""
    said = False
    for piece in pieces:
        said = said or bool(piece.text.strip())
        if piece.ended and not said:
            raise _silence(name, piece)
        yield piece


def _silence(name: str, last: Piece) -> ModelFailed:
    if last.ended == "filtered":
        return ReplyFiltered(f"the provider of {name} withheld the reply", "ask in other words")
    if last.ended == "too long":
        return ModelFailed(f"{name} used up its tokens before it wrote anything", "raise SOURCELINE_LLM_TOKENS")
    return ModelFailed(f"{name} replied with nothing", "ask again, or set another model")


def within(seconds: float, source: Source[_Part], late: SourcelineError) -> Iterator[_Part]:
    """The parts of `source`, which runs in a thread of its own. Raises `late` when the time is up."""
    queue: Queue[_Part | BaseException | None] = Queue()
    left, closing, end = Event(), ExitStack(), time.monotonic() + seconds

    def fill() -> None:
        try:
            for part in source(closing):
                queue.put(part)
                if left.is_set():
                    return
            queue.put(None)
        except BaseException as error:  # noqa: BLE001 - it is raised where the parts are read
            queue.put(error if time.monotonic() < end else late)  # by then it is the client's own limit, or our leaving

    Thread(target=fill, daemon=True).start()
    try:
        while (told := _next(queue, end - time.monotonic(), late)) is not None:
            if isinstance(told, BaseException):
                raise told
            yield told
    finally:
        left.set()
        closing.close()


def _next(queue: Queue[_Part], remaining: float, late: SourcelineError) -> _Part:
    try:
        return queue.get(timeout=max(0.0, remaining))
    except Empty:
        raise late from None
