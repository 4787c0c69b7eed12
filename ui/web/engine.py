"""Gradio's part: the API `ask` for other programs, over the same line of questions as the page. The only module that imports gradio."""

import os
from collections.abc import AsyncIterator, Callable
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # before the import, or its server asks the network at start

import gradio
from fastapi import FastAPI
from gradio.events import api
from starlette.requests import HTTPConnection

Ask = Callable[[object, HTTPConnection], AsyncIterator[dict[str, Any]]]


def engine(answers: Ask, waiting: int) -> FastAPI:
    """An application with the endpoint `ask`: what `answers` yields for a question is streamed, and says how many are answered at a time.

    `waiting` questions may wait in Gradio's own queue, which takes 40 at a time out of it; the next one is told that it is full.
    """

    async def ask(question: dict[str, Any], request: gradio.Request) -> AsyncIterator[dict[str, Any]]:
        """Answer a question: each claim as HTML, then the whole turn with the answer as `sourceline ask --json` prints it."""
        assert request.request is not None  # it is None only where a program calls without HTTP
        async for told in answers(question, request.request):
            yield told

    with gradio.Blocks(title="Sourceline", analytics_enabled=False) as blocks:
        api(ask, api_name="ask", concurrency_limit=None)
    blocks.queue(max_size=waiting)
    app = FastAPI()
    gradio.mount_gradio_app(app, blocks, path="/", run_history=False, footer_links=[], show_error=False)
    return app
