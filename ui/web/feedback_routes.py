"""The routes of feedback and of benchmarks: cases that readers make, runs, their reports, and two beside each other."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import Body, FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response

from evals import report
from evals.cases import load_cases
from evals.compare import compare
from evals.comparison import comparison_table
from evals.runs import Run, read_run
from index.errors import SettingsWrong
from index.types import Span
from ui.web import feedback
from ui.web.page import Page

_REPORT = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
)
_SHOWN = 200  # runs


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
        turns = [t for t in page.conversations.turns(page.visitor(request), conversation) if t.number <= number]
        if not turns or turns[-1].number != number:
            raise SettingsWrong("this answer is not kept", "ask again")
        chosen = [(file, Span(start=start, end=end)) for file, start, end in places[:20] if 0 <= start < end]
        case = feedback.save(page.library.catalog, turns, verdict, chosen, remark)
        return JSONResponse({"case": case.id if case else None})

    @app.get("/feedback/cases")
    def cases() -> Response:
        page.only_here()
        path = feedback.cases_file(page.library.settings.home)
        return FileResponse(path, filename=path.name) if path.is_file() else PlainTextResponse("", 404)


def _runs(app: FastAPI, page: Page) -> None:
    folder = page.library.settings.home / "evals"

    @app.get("/runs")
    def runs() -> Response:
        """The runs in the home, newest first, and how many cases readers made."""
        page.only_here()
        made = feedback.cases_file(page.library.settings.home)
        cases = len(load_cases(made)) if made.is_file() else 0
        return JSONResponse({"runs": [_told(path) for path in _files(folder)], "cases": cases, "file": str(made)})

    @app.get("/runs/report")
    def reported(name: str) -> Response:
        page.only_here()
        run = _read(folder, name)
        return HTMLResponse(report.page(run, report.articles_of(run)), headers={"content-security-policy": _REPORT})

    @app.get("/runs/compare")
    def compared(base: str, other: str) -> Response:
        page.only_here()
        return PlainTextResponse(
            comparison_table(compare([(base, _read(folder, base)), (other, _read(folder, other))]))
        )


def _files(folder: Path) -> list[Path]:
    found = [path for path in folder.glob("*.json") if path.is_file()] if folder.is_dir() else []
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)[:_SHOWN]


def _told(path: Path) -> dict[str, object]:
    return {"name": path.name, "bytes": path.stat().st_size, "changed": path.stat().st_mtime}


def _read(folder: Path, name: str) -> Run:
    """A run of the home, by its file's name; nothing else can be named. Raises SettingsWrong, RunWrong."""
    found = next((path for path in _files(folder) if path.name == name), None)
    if found is None:
        raise SettingsWrong(f"there is no run {name}", "make one with `sourceline eval run`")
    return read_run(found)
