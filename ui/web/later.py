"""An application that takes seconds to make: made when it is first asked for, beside everything else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send


class Later:
    """ASGI: whatever is asked for before the application is made waits for it."""

    def __init__(self, load: Callable[[], Callable[[], FastAPI]]) -> None:
        """`load` takes long, and is called in a thread; what it returns makes the application, in the loop that will run it."""
        self._load = load
        self._made: asyncio.Task[FastAPI] | None = None
        self._until_the_end = AsyncExitStack()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does."""
        self._made = self._made or asyncio.create_task(self._make())
        await (await asyncio.shield(self._made))(scope, receive, send)

    @asynccontextmanager
    async def lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        """For the application around it: ends this one in order, if it was made."""
        async with self._until_the_end:
            yield
            if self._made:
                await asyncio.wait([self._made])

    async def _make(self) -> FastAPI:
        make = await run_in_threadpool(self._load)
        app = make()
        await self._until_the_end.enter_async_context(app.router.lifespan_context(app))
        return app
