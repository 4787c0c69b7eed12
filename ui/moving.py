"""`sourceline export` and `sourceline import`: a home as one file, kept as a backup or carried to another machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from index.shown import one_line
from rag.settings import load_settings
from ui.options import AsJson, Home
from ui.render import counted

Replace = Annotated[
    bool, typer.Option("--replace", help="Even where there is something already; `import` keeps that aside.")
]


def export_command(
    file: Annotated[Path, typer.Argument(help="The file to write, for instance backup.zip.")],
    replace: Replace = False,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Write the home into one file: articles, vectors, conversations, feedback and settings, and no key; a page may be running."""
    from ui.archive.writing import export_home

    manifest = export_home(load_settings(home=home).home, file, replace=replace)
    if as_json:
        typer.echo(json.dumps({"path": str(file), **manifest.model_dump()}, ensure_ascii=False))
        return
    typer.echo(
        f"{one_line(str(file))}: {counted(len(manifest.members), 'file')}, {file.stat().st_size / 1e6:.1f} MB, each with its SHA-256"
    )
    typer.echo("it has your conversations in it, and no key: take it in with `sourceline import`")


def import_command(
    file: Annotated[Path, typer.Argument(help="What `sourceline export` wrote.")],
    articles: Annotated[
        list[str] | None,
        typer.Option(metavar="OLD=NEW", help="A folder of articles is elsewhere here; again for more."),
    ] = None,
    replace: Replace = False,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Make a home of an exported one, after checking all of it; nothing is embedded again."""
    from ui.archive.reading import import_home

    moved = dict(_moved(value) for value in articles or ())
    settings = load_settings(home=home)
    done = import_home(file, settings.home, moved, replace=replace)
    if as_json:
        told = {"home": str(settings.home), "files": len(done.manifest.members), "made": done.manifest.made}
        folders = {name: [str(p) for p in getattr(done, name)] for name in ("dropped", "outside", "missing")}
        typer.echo(json.dumps({**told, **folders, "before": done.before and str(done.before)}))
        return
    typer.echo(
        f"{one_line(str(settings.home))}: {counted(len(done.manifest.members), 'file')} of {done.manifest.made}, each as it was exported"
    )
    if done.dropped:
        typer.echo(
            f"not taken over: {', '.join(done.dropped)}, which say where articles are sent: choose a language model again"
        )
    for folder in done.outside:
        typer.echo(
            f"{one_line(str(folder))} is outside of the home: refreshing the library, or `index`, reads the articles in it"
        )
    for folder in done.missing:
        typer.echo(
            f"{one_line(str(folder))} is not on this machine: its articles are answered from as before, and cannot be refreshed;"
            " import again with --replace --articles OLD=NEW where they are elsewhere"
        )
    if done.before:
        typer.echo(f"what was there before is in {one_line(str(done.before))}; delete it when you are content")


def _moved(value: str) -> tuple[Path, Path]:
    old, _, new = value.partition("=")
    if not old or not new:
        raise typer.BadParameter("write OLD=NEW", param_hint="--articles")
    return Path(old), Path(new).expanduser().resolve()
