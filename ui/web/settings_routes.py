"""The settings' routes: what answers and how. A key goes in and never comes out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Body, FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from index.errors import SettingsWrong
from rag import build
from rag.settings import Settings
from ui.web import kept_settings
from ui.web.messages import said
from ui.web.page import Page, words_for
from ui.web.words import Words


def add(app: FastAPI, page: Page) -> None:
    """Add the settings' routes."""
    library = page.library

    @app.get("/settings")
    def shown(request: Request) -> Response:
        return JSONResponse({} if page.shared else settings_object(library.settings, words_for(request)))

    @app.post("/settings")
    def change(
        request: Request,
        wanted: Annotated[dict[str, Any], Body()],
        keep: Annotated[bool, Body()] = False,
        keep_key: Annotated[bool, Body()] = False,
    ) -> Response:
        page.only_here()
        library.change(kept_settings.changed(library.settings, wanted))
        if keep:
            kept_settings.keep(library.settings.home, library.settings, key=keep_key)
        return JSONResponse(settings_object(library.settings, words_for(request)))

    @app.post("/settings/test")
    def test(request: Request, wanted: Annotated[dict[str, Any], Body(embed=True)]) -> Response:
        """Ask the language model for a word, with what is filled in and not yet used."""
        page.only_here()
        tried = build.tried(kept_settings.changed(library.settings, {**wanted, "mode": "auto"}))
        if tried is None:
            raise SettingsWrong("no language model is named", "fill in an address, or the path of a .gguf file")
        error = said(tried.error, words_for(request))
        return JSONResponse({"name": tried.name, "seconds": tried.seconds, "error": error})


def settings_object(settings: Settings, words: Words) -> dict[str, Any]:
    """What may be seen: of the key only whether there is one."""
    values = {name: getattr(settings, name) for name in kept_settings.CHOSEN if name != "llm_key"}
    return values | {"has_key": bool(settings.llm_key), "answers": said(build.mode_in_words(settings), words)}
