"""The line of those who ask: so many are answered at the same time, so many wait, and each is told how many come before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field

from index.errors import SourcelineError

AT_ONCE = 16  # questions: most of answering is waiting for a language model
WAITING = 256


class LineFull(SourcelineError):
    """So many wait already that no more may."""


@dataclass(kw_only=True)
class Line:
    """Who came first is answered first. For the tasks of one event loop."""

    at_once: int = AT_ONCE
    waiting: int = WAITING
    _here: list[object] = field(default_factory=list)
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    def __len__(self) -> int:
        """How many are being answered or wait."""
        return len(self._here)

    @contextmanager
    def joined(self, over: Future[None] | None = None) -> Iterator[AsyncIterator[int]]:
        """A place: how many have to be answered before, whenever that changes, until it is one's turn. Raises LineFull.

        Where `over` runs when one leaves, the place is free only when it is done.
        """
        if len(self) >= self.at_once + self.waiting:
            raise LineFull(
                f"{self.waiting} questions are waiting already, so yours was not taken", "ask again in a minute"
            )
        one, over = object(), over or Future()
        self._here.append(one)
        try:
            yield self._before(one)
        finally:
            if over.cancel() or over.done():
                self._free(one)
            else:
                loop = asyncio.get_running_loop()
                over.add_done_callback(lambda _: loop.is_closed() or loop.call_soon_threadsafe(self._free, one))

    def _free(self, one: object) -> None:
        self._here.remove(one)
        self.look()

    def look(self) -> None:
        """Have everybody who waits look again."""
        self._moved.set()
        self._moved = asyncio.Event()

    async def _before(self, one: object) -> AsyncIterator[int]:
        while (before := self._here.index(one) + 1 - self.at_once) > 0:
            yield before
            await self._moved.wait()
