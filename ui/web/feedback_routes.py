"""The routes of feedback and of benchmarks: cases that readers make, runs, their reports, and two beside each other."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response

from index.errors import SettingsWrong
from index.home import RUNS
from index.types import Span
from ui.web import feedback
from ui.web.page import Page

_REPORT = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
)


def add(app: FastAPI, page: Page) -> None:
    """Add the routes."""
    _feedback(app, page)
    _runs(app, page)


def _feedback(app: FastAPI, page: Page) -> None:
    @app.post("/feedback")
    def say(
        request: Request,
        conversation: Annotated[str, Body()],
        number: Annotated[int, Body()],
        verdict: Annotated[feedback.Verdict, Body()],
        places: Annotated[list[tuple[str, int, int]], Body()] = [],  # noqa: B006 - FastAPI copies it
        remark: Annotated[str, Body()] = "",
    ) -> Response:
        visitor = page.visitor(request)
        turns = [t for t in page.conversations.turns(visitor, conversation) if t.number <= number]
        if not turns or turns[-1].number != number:
            raise SettingsWrong("this answer is not kept", "ask again")
        chosen = [(file, Span(start=start, end=end)) for file, start, end in places[:20] if 0 <= start < end]
        case = feedback.save(page.library.catalog, turns, verdict, chosen, remark)
        page.conversations.judge(visitor, conversation, number, verdict)
        return JSONResponse({"case": case.id if case else None})

    @app.get("/feedback/cases")
    def cases() -> Response:
        page.only_here()
        path = feedback.cases_file(page.library.settings.home)
        return FileResponse(path, filename=path.name) if path.is_file() else PlainTextResponse("", 404)


def _runs(app: FastAPI, page: Page) -> None:
    folder = page.library.settings.home / RUNS

    @app.get("/runs")
    def listed() -> Response:
        """The runs in the home, newest first, and how many cases readers made."""
        page.only_here()
        from ui.web import runs

        home = page.library.settings.home
        made = feedback.cases_file(home)
        shown = {"runs": runs.runs_in(folder), "cases": runs.cases_in(made), "file": str(made)}
        return JSONResponse(shown | {"command": runs.command(home)})

    @app.get("/runs/report")
    def reported(name: str) -> Response:
        page.only_here()
        from ui.web import runs

        return HTMLResponse(runs.report_of(folder, name), headers={"content-security-policy": _REPORT})

    @app.get("/runs/compare")
    def compared(base: str, other: str) -> Response:
        page.only_here()
        from ui.web import runs

        return PlainTextResponse(runs.beside(folder, base, other))
