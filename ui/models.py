"""`sourceline model`: language models in a file, fetched for those who are online."""

from __future__ import annotations

import json
from importlib.util import find_spec
from typing import Annotated, Any

import typer

from index.shown import one_line
from rag.llm.fetch import fetch, file_of, folder_of, in_words, offer_for
from rag.llm.offers import OFFERS, Offer
from rag.settings import Settings, load_settings
from ui.bars import bars
from ui.options import AsJson, Home

app = typer.Typer(help="Language models in a file, that run on this machine.", no_args_is_help=True)


@app.command("fetch")
def fetch_model(
    wanted: Annotated[str, typer.Argument(metavar="NAME|URL", help="A name of `model list`, or a .gguf file's URL.")],
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Bring a model here, and say what to set to use it; interrupted, the same command goes on."""
    settings, offer = load_settings(home=home), offer_for(wanted)
    typer.echo(f"fetching {_about(offer)}", err=True)
    try:
        with bars() as tell:
            megabytes = f"{file_of(offer)}, MB"
            come = fetch(
                offer,
                folder_of(settings.home),
                lambda done, total: tell(megabytes, done // 1_000_000, (total or done) // 1_000_000),
            )
    except KeyboardInterrupt:
        typer.echo("sourceline: stopped; what has come is kept, and the same command goes on", err=True)
        raise typer.Exit(130) from None
    setting = f"SOURCELINE_LLM={come.path}"
    if as_json:
        typer.echo(json.dumps({"path": str(come.path), "checked": come.checked, "setting": setting}))
        return
    typer.echo(f"{come.path}: {come.checked}\nto use it, set {setting}")
    if not find_spec("xllamacpp"):
        typer.echo("and, to run it, pip install 'sourceline[local]'")


@app.command("list")
def list_models(as_json: AsJson = False, home: Home = None) -> None:
    """The models that can be fetched by name, and those that are here."""
    listed = models_object(load_settings(home=home))
    if as_json:
        typer.echo(json.dumps(listed))
        return
    for offer, entry in zip(OFFERS, listed["models"], strict=True):
        typer.echo(f"{offer.name:<14} {_about(offer)}; {offer.about}")
        if entry["path"]:
            typer.echo(f"{'':<14} here: SOURCELINE_LLM={entry['path']}")
    for path in listed["others"]:
        typer.echo(f"here: SOURCELINE_LLM={one_line(path)}")


def models_object(settings: Settings) -> dict[str, Any]:
    """The models that can be fetched by name, each with its path where it is here, and the paths of others that are here."""
    listed = [_object(offer, settings) for offer in OFFERS]
    known = {entry["path"] for entry in listed}
    others = [str(p) for p in sorted(folder_of(settings.home).glob("*.gguf")) if str(p) not in known]
    return {"models": listed, "others": others}


def _object(offer: Offer, settings: Settings) -> dict[str, Any]:
    path = folder_of(settings.home) / file_of(offer)
    told = {"name": offer.name, "url": offer.url, "size": offer.size, "licence": offer.licence, "about": offer.about}
    return {**told, "path": str(path) if path.exists() else None}


def _about(offer: Offer) -> str:
    licence = (
        f" ({offer.licence}, {in_words(offer.size)})" if offer.licence else ", whose licence is for you to look up"
    )
    return one_line(file_of(offer)) + licence
