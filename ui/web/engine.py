"""Gradio's part: questions wait in its queue, and what is told is streamed by it. The only module that imports gradio."""

import os
from collections.abc import Callable, Iterator
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # before the import, or its server asks the network at start

import gradio
from fastapi import FastAPI
from gradio.events import api
from starlette.requests import HTTPConnection

Tell = Callable[[dict[str, Any], HTTPConnection], Iterator[dict[str, Any]]]


def engine(tell: Tell, at_once: int, waiting: int) -> FastAPI:
    """An application with the endpoint `ask`: what `tell` yields for a question is streamed.

    `at_once` questions are answered at the same time and `waiting` may wait; the next one is told that the queue is full.
    """

    def ask(question: dict[str, Any], request: gradio.Request) -> Iterator[dict[str, Any]]:
        """Answer a question: each claim as HTML, then the whole turn with the answer as `sourceline ask --json` prints it."""
        assert request.request is not None  # it is None only where a program calls without HTTP
        yield from tell(question, request.request)

    with gradio.Blocks(title="Sourceline", analytics_enabled=False) as blocks:
        api(ask, api_name="ask", concurrency_limit=at_once)
    blocks.queue(max_size=waiting)
    app = FastAPI()
    gradio.mount_gradio_app(app, blocks, path="/", run_history=False, footer_links=[], show_error=False)
    return app
