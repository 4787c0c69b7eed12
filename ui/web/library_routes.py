"""The library's routes: what is indexed, and changing it, which only its own machine may do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import Body, FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from index.errors import SettingsWrong
from ui.web import uploads
from ui.web.library_html import PAGE, articles_page, report_html, table_html
from ui.web.page import Page, words_for


def add(app: FastAPI, page: Page) -> None:
    """Add the library's routes."""
    _looking(app, page)
    _adding(app, page)
    _changing(app, page)


def _looking(app: FastAPI, page: Page) -> None:
    @app.get("/library/facets")
    def facets() -> Response:
        """The outlets and languages that there are, the commonest first."""
        sql = "SELECT {0} AS name FROM article WHERE {0} IS NOT NULL GROUP BY {0} ORDER BY count(*) DESC, {0} LIMIT 500"
        columns = {"outlets": "outlet", "languages": "language"}
        rows = {name: page.library.catalog.rows(sql.format(column)) for name, column in columns.items()}
        return JSONResponse({name: [r["name"] for r in found] for name, found in rows.items()})

    @app.get("/library/articles")
    def articles(request: Request, words: str = "", outlet: str = "", language: str = "", at: int = 0) -> Response:
        catalog = page.library.catalog
        total, rows = articles_page(catalog, words[:200], outlet, language, max(0, at))
        html = table_html(catalog, rows, words_for(request), removable=not page.shared)
        return JSONResponse({"html": html, "total": total, "pages": -(-total // PAGE), "mayChange": not page.shared})

    @app.get("/library/report")
    def report(request: Request) -> Response:
        """What became of the files that were indexed last."""
        job = page.library.job
        return HTMLResponse(
            report_html(job.report, page.library.settings.home, words_for(request)) if job and job.report else ""
        )


def _adding(app: FastAPI, page: Page) -> None:
    home = page.library.settings.home

    @app.put("/library/file")
    async def file(request: Request, name: str) -> Response:
        page.only_here()
        return JSONResponse({"name": await uploads.keep(home, name, request.stream())})

    @app.post("/library/uploaded")
    def uploaded() -> Response:
        page.only_here()
        page.library.index_beside([uploads.folder(home)])
        return JSONResponse({})

    @app.post("/library/folder")
    def folder(path: Annotated[str, Body(embed=True)]) -> Response:
        page.only_here()
        chosen = Path(path).expanduser()
        if not chosen.is_absolute() or not chosen.exists():
            raise SettingsWrong(f"there is no folder {path}", "write its whole path, as /home/me/articles")
        page.library.index_beside([chosen])
        return JSONResponse({})


def _changing(app: FastAPI, page: Page) -> None:
    @app.post("/library/refresh")
    def refresh() -> Response:
        """Look at every indexed folder again; articles whose file is gone are forgotten."""
        page.only_here()
        page.library.index_beside(
            [root.path for root in page.library.catalog.roots() if root.path.is_dir()], prune=True
        )
        return JSONResponse({})

    @app.post("/library/remove")
    def remove(files: Annotated[list[str], Body(embed=True)]) -> Response:
        """Forget articles; of uploaded ones the file goes, too."""
        page.only_here()
        catalog = page.library.catalog
        uploads.discard(catalog.home, filter(None, map(catalog.file_of, files)))
        catalog.remove(files)
        return JSONResponse({})
