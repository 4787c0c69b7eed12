"""The page as a web application: its routes and Gradio's engine behind a guard."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.resources import files

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from index.errors import SourcelineError
from ui.web import routes
from ui.web.guard import Guard, Throttle
from ui.web.later import Later
from ui.web.messages import error_said
from ui.web.page import Page, words_for


def application(page: Page, *, hosts: frozenset[str], asking: Throttle | None = None) -> Guard:
    """The whole page. `hosts` are the names it answers to (empty: any); `asking` limits how often an address may ask."""
    gradio = Later(lambda: _engine(page))
    app = FastAPI(title="Sourceline", docs_url=None, redoc_url=None, openapi_url=None, lifespan=gradio.lifespan)
    app.add_exception_handler(SourcelineError, _in_words)
    app.mount("/static", StaticFiles(directory=str(files("ui.web") / "static")))
    routes.add(app, page)
    app.mount("/", gradio)
    return Guard(app=app, hosts=hosts, door=page.door, asking=asking)


def _engine(page: Page) -> Callable[[], FastAPI]:
    from ui.web.engine import engine  # Gradio takes seconds to import

    return partial(engine, page.ask, page.line.waiting)


async def _in_words(request: Request, error: Exception) -> Response:
    """A named failure, for a person."""
    assert isinstance(error, SourcelineError)
    return JSONResponse(error_said(error, words_for(request)), status_code=400)
