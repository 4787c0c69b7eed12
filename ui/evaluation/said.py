"""What the evaluation commands take and say alike."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from index.errors import SettingsWrong, SourcelineError
from index.shown import one_line

Cases = Annotated[Path, typer.Argument(help="A file of cases: one JSON object a line.", exists=True, dir_okay=False)]
Corpus = Annotated[
    Path,
    typer.Option("--corpus", help="The folder of articles that the cases are about.", exists=True, file_okay=False),
]
RunOut = Annotated[Path, typer.Option("--out", help="The file that the run is written to.", dir_okay=False)]
RunFile = Annotated[Path, typer.Argument(metavar="RUN", help="A file that `eval run` has written.")]


class Modes(str, Enum):
    """What is evaluated."""

    search = "search"
    quotes = "quotes"
    written = "written"


AnswersIn = Annotated[
    Modes | None,
    typer.Option(
        "--mode",
        help="search: retrieval alone; quotes: the articles' own words; written: by the language model.",
        show_default="as `ask` answers: written where a language model is set, else quotes",
    ),
]
Hits = Annotated[int | None, typer.Option("-k", min=1, max=100, help="How many passages are found.", show_default="10")]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        max=64,
        help="How many cases at the same time.",
        show_default="1; 4 where a language model elsewhere writes",
    ),
]
Limit = Annotated[
    int | None,
    typer.Option("--limit", min=1, help="Only so many cases, drawn by the sha256 of their ids: always the same ones."),
]
Fresh = Annotated[
    bool,
    typer.Option("--fresh", help="Write over what is in --out, finished or interrupted, though it was made otherwise."),
]
AllowStale = Annotated[
    bool, typer.Option("--allow-stale", help="Run though evidence is not where the cases say it is.")
]


@contextmanager
def each_on_a_line() -> Iterator[None]:
    """A failure that names several faults: each on a line of its own before the one that says what to do."""
    try:
        yield
    except SourcelineError as error:
        faults = error.what.splitlines()
        if len(faults) < 2:
            raise
        for fault in faults:
            say(one_line(fault))
        raise type(error)("the lines above say what is wrong", error.remedy or "mend it") from error


def say(text: str) -> None:
    """On stderr: what a person should know, and a program need not."""
    typer.echo(text, err=True)


def print_json(value: object) -> None:
    """One object on one line."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def refuse_far(out: Path) -> None:
    """Raise SettingsWrong where more than the last folder of `out` is missing: a slip of the pen makes no tree of folders."""
    if not out.parent.exists() and not out.parent.parent.exists():
        raise SettingsWrong(
            f"there is no folder {out.parent.parent} for {out}", "check --out, or make the folder first"
        )


def print_or_write(text: str, out: Path | None) -> None:
    """The text, or, where it goes into a file, the file's name."""
    if out is None:
        typer.echo(text, nl=not text.endswith("\n"))
        return
    refuse_far(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _replace(out, text)
    except OSError as error:
        raise SourcelineError(f"{out} cannot be written ({error.strerror})", "give another --out") from error
    typer.echo(str(out))


def _replace(path: Path, text: str) -> None:
    """Write a file that is there whole or not at all; through a link, where it leads."""
    whole = path.resolve()
    if whole.exists() and not whole.is_file():  # /dev/stdout
        whole.write_text(text, encoding="utf-8", errors="replace")
        return
    unfinished = whole.with_name(f"{whole.name}.{os.getpid()}")
    try:
        unfinished.write_text(text, encoding="utf-8", errors="replace")
        os.replace(unfinished, whole)
    finally:
        unfinished.unlink(missing_ok=True)
