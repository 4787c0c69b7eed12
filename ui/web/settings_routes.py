"""The settings' routes: what answers and how. A key goes in and never comes out."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated, Any

from fastapi import Body, FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from index.errors import SettingsWrong
from rag import build
from rag.llm.fetch import in_words
from rag.llm.nearby import nearby
from rag.settings import Settings
from ui.models import models_object
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

    @app.get("/settings/models")
    def models(request: Request) -> Response:
        """What is served on this machine or lies here, to be filled in by whoever wants it; and what can be fetched, with the command."""
        page.only_here()
        return JSONResponse(models_found(library.settings, words_for(request)))

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


def models_found(settings: Settings, words: Words) -> dict[str, Any]:
    """Language models that could be used: each with what to fill in, or with the command that fetches it."""
    served = [
        {"whose": server.whose, "name": name, "fill": {"llm_url": server.url, "llm_model": name, "llm": ""}}
        for server in nearby()
        for name in server.models
    ]
    listed = models_object(settings)
    paths = [*(model["path"] for model in listed["models"] if model["path"]), *listed["others"]]
    files = [
        {"whose": "", "name": Path(path).name, "fill": {"llm_url": "", "llm_model": "", "llm": path}} for path in paths
    ]
    home = (
        "" if settings.home == Settings.model_fields["home"].default else f" --home {shlex.quote(str(settings.home))}"
    )
    fetched = [
        {
            "name": model["name"],
            "about": f"{model['licence']}, {in_words(model['size'])}; {said(model['about'], words)}",
            "command": f"sourceline model fetch {model['name']}{home}",
        }
        for model in listed["models"]
        if not model["path"]
    ]
    return {"found": served + files, "to_fetch": fetched}


def settings_object(settings: Settings, words: Words) -> dict[str, Any]:
    """What may be seen: of the key only whether there is one."""
    values = {name: getattr(settings, name) for name in kept_settings.CHOSEN if name != "llm_key"}
    return values | {"has_key": bool(settings.llm_key), "answers": said(build.mode_in_words(settings), words)}
