"""What can be asked for beside an answer: the page, articles, originals and conversations."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import parse_qs, quote

from fastapi import Body, FastAPI, Query
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)

from index.errors import CitationUnknown
from index.types import Article, Span
from ui.web import export, feedback_routes, library_routes, settings_routes
from ui.web.answer_html import turn_html
from ui.web.guard import address
from ui.web.messages import said
from ui.web.page import VISITOR, Page, html, words_for
from ui.web.viewer import View, article_html, part_html

_INERT = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"  # an article's own file, shown
_SHOWN = {"txt": "text/plain; charset=utf-8", "md": "text/plain; charset=utf-8", "html": "text/html"}
_YEAR = 365 * 24 * 3600
_NAMED = 200  # characters of a file's name in what is told of it
_LARGEST_ORIGINAL = 200 * 1024 * 1024  # bytes


def add(app: FastAPI, page: Page) -> None:
    """Add every route to the app."""
    _entry(app, page)
    _asking(app, page)
    _articles(app, page)
    _conversations(app, page)
    library_routes.add(app, page)
    settings_routes.add(app, page)
    feedback_routes.add(app, page)


def _entry(app: FastAPI, page: Page) -> None:
    @app.get("/")
    def index(request: Request) -> Response:
        response = HTMLResponse(html("index.html", words_for(request)))
        if not VISITOR.fullmatch(request.cookies.get("visitor", "")):
            _set(response, "visitor", secrets.token_urlsafe(24))
        return response

    @app.get("/login")
    def login(request: Request) -> Response:
        return HTMLResponse(html("login.html", words_for(request)))

    @app.post("/login")
    async def enter(request: Request) -> Response:
        sent = parse_qs((await request.body()).decode("utf-8", "replace"))
        session = page.door.enter(sent.get("password", [""])[0], address(dict(request.scope)))
        if isinstance(session, float):
            told = said(f"too many wrong passwords: wait {session:.0f} s", words_for(request))
            return PlainTextResponse(told, 429, {"retry-after": f"{session:.0f}"})
        if not session:
            return RedirectResponse("/login?wrong", 303)
        response = RedirectResponse("/", 303)
        _set(response, "session", session)
        return response

    @app.get("/state")
    def state(request: Request) -> Response:
        return JSONResponse(page.state(words_for(request)))


def _asking(app: FastAPI, page: Page) -> None:
    @app.post("/ask")
    async def ask(request: Request, question: Annotated[dict[str, Any], Body()]) -> Response:
        """What is told for a question, one JSON object a line."""
        lines = (json.dumps(told, ensure_ascii=False) + "\n" async for told in page.ask(question, request))
        return StreamingResponse(lines, media_type="application/x-ndjson")

    @app.post("/stop")
    async def stop(request: Request, name: Annotated[str, Body(embed=True)]) -> Response:
        page.stop(page.visitor(request), name)
        return JSONResponse({})

    @app.get("/suggestions")
    def suggested(request: Request) -> Response:
        return JSONResponse(page.suggestions.of(page.library.assistant, words_for(request)))


def _set(response: Response, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=_YEAR, httponly=True, samesite="strict")


def _articles(app: FastAPI, page: Page) -> None:
    @app.get("/article")
    def article(request: Request, file: str, at: str = "", cited: str = "", also: str = "", n: int = 1) -> Response:
        found = _article(page, file)
        view = View(
            current=_span(at, found),
            cited=_spans(cited, found),
            also_in=_names(also),
            number=n,
        )
        return HTMLResponse(article_html(page.library.catalog, found, view, words_for(request)))

    @app.get("/article/part")
    def part(
        request: Request, file: str, first: Annotated[int, Query(alias="from")], last: Annotated[int, Query(alias="to")],
        at: str = "", cited: str = "",
    ) -> Response:  # fmt: skip
        found = _article(page, file)
        shown = _clipped(first, last, found)
        view = View(current=_span(at, found), cited=_spans(cited, found))
        return HTMLResponse(part_html(page.library.catalog, found, shown, view, words_for(request)))

    @app.get("/original")
    def original(file: str) -> Response:
        """The very file that was indexed; one that says something else now, whatever it is, is not shown."""
        found = _article(page, file)
        path = page.library.catalog.file_of(found.id)
        try:
            descriptor = os.open(path or "", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with open(descriptor, "rb") as opened:
                content = opened.read(_LARGEST_ORIGINAL)
        except (OSError, ValueError) as error:
            raise CitationUnknown(f"the file of {file} cannot be opened", "index its folder again") from error
        if sha256(content).hexdigest() != found.sha256:  # an imported catalog can name any file of this machine
            raise CitationUnknown(f"the file of {file} is not as it was indexed", "index its folder again")
        name = quote(file.rsplit("/", 1)[-1])
        kind = _SHOWN.get(found.format)
        headers = {
            "content-security-policy": _INERT,
            "content-disposition": f"{'inline' if kind else 'attachment'}; filename*=UTF-8''{name}",
        }
        return Response(content, media_type=kind or "application/octet-stream", headers=headers)


def _article(page: Page, file: str) -> Article:
    """An indexed article."""
    found = page.library.catalog.article(file)
    if found is None:
        raise CitationUnknown(f"no article {file[:_NAMED]!r} is indexed", "see the library; index its folder again")
    return found


def _clipped(start: int, end: int, article: Article) -> Span:
    last = len(article.text)
    start = min(max(start, 0), last)
    return Span(start=start, end=min(max(end, start), start + 60_000, last))


def _span(written: str, article: Article) -> Span | None:
    """A span written as "12-34"; None where it is none."""
    start, _, end = written.partition("-")
    return (
        _clipped(int(start), int(end), article) if start.isdecimal() and end.isdecimal() and len(written) < 30 else None
    )


def _names(written: str) -> tuple[str, ...]:
    """Names of files as JSON has them; none where it is none."""
    try:
        return TypeAdapter(tuple[str, ...]).validate_json(written or "[]")[:100]
    except ValidationError:
        return ()


def _spans(written: str, article: Article) -> tuple[Span, ...]:
    return tuple(filter(None, (_span(one, article) for one in written.split(",")[:100])))


def _conversations(app: FastAPI, page: Page) -> None:
    kept = page.conversations

    @app.get("/conversations")
    def listed(request: Request, words: str = "") -> Response:
        return JSONResponse([{"id": i, "title": title} for i, title in kept.listed(page.visitor(request), words[:200])])

    @app.get("/conversations/{name}")
    def opened(request: Request, name: str) -> Response:
        turns, words = kept.turns(page.visitor(request), name), words_for(request)
        shown = [
            {"html": turn_html(t.number, t.asked, t.answer, words), "asked": t.asked, "answer": t.answer} for t in turns
        ]
        return JSONResponse({"turns": shown})

    @app.patch("/conversations/{name}")
    def rename(request: Request, name: str, title: Annotated[str, Body(embed=True)]) -> Response:
        kept.rename(page.visitor(request), name, title)
        return JSONResponse({})

    @app.delete("/conversations/{name}")
    def remove(request: Request, name: str) -> Response:
        kept.remove(page.visitor(request), name)
        return JSONResponse({})

    @app.get("/conversations/{name}/export")
    def exported(request: Request, name: str, form: str = "md") -> Response:
        answers = [t.answer for t in kept.turns(page.visitor(request), name)]
        title = str(answers[0]["question"]) if answers else ""
        writer: Callable[[str, list[object]], str] = export.as_json if form == "json" else export.markdown  # type: ignore[assignment]
        kind = "application/json" if form == "json" else "text/markdown; charset=utf-8"
        name = quote(export.file_name(title, "json" if form == "json" else "md"))
        headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(writer(title, answers), media_type=kind, headers=headers)  # type: ignore[arg-type]
