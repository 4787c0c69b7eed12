"""An application that takes seconds to make: made beside the page, which is shown meanwhile."""

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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does."""
        assert self._made is not None
        await (await asyncio.shield(self._made))(scope, receive, send)

    @asynccontextmanager
    async def lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        """For the application around it: begins to make this one, and ends it in order."""
        async with AsyncExitStack() as open_until_the_end:
            self._made = asyncio.create_task(self._start(open_until_the_end))
            yield
            await asyncio.wait([self._made])

    async def _start(self, open_until_the_end: AsyncExitStack) -> FastAPI:
        make = await run_in_threadpool(self._load)
        app = make()
        await open_until_the_end.enter_async_context(app.router.lifespan_context(app))
        return app
