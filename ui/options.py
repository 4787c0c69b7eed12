"""The options that several commands take."""

from __future__ import annotations

from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from index.types import Filters


def _day(text: str) -> date:
    """A day as it is given."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no day: write it as 2025-01-31") from error


Home = Annotated[
    Path | None, typer.Option("--home", help="The folder that holds everything a run creates.", show_default="var")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
After = Annotated[
    list[str] | None,
    typer.Option(
        "--after", help="The question before this one, if this one follows it up; again for more, oldest first."
    ),
]
Languages = Annotated[list[str] | None, typer.Option("--lang", help="Only articles in this language (de, en, …).")]
Outlets = Annotated[list[str] | None, typer.Option("--outlet", help="Only articles of this outlet.")]
From = Annotated[
    date | None, typer.Option("--from", parser=_day, metavar="DAY", help="Only articles of this day or later.")
]
Until = Annotated[
    date | None, typer.Option("--until", parser=_day, metavar="DAY", help="Only articles of this day or earlier.")
]
AsOf = Annotated[
    date | None,
    typer.Option(
        "--as-of", parser=_day, metavar="DAY", help="Ask as on this day: nothing that was published later is known."
    ),
]
NoDates = Annotated[
    bool, typer.Option("--no-dates", help="Take the days that the question names for words like any other.")
]


class ModeName(str, Enum):
    """What answers; auto: written where a language model is set."""

    auto = "auto"
    quotes = "quotes"
    written = "written"


class PolicyName(str, Enum):
    """What becomes of a written sentence that no article supports."""

    mark = "mark"
    drop = "drop"
    quote = "quote"


Stream = Annotated[
    bool,
    typer.Option("--stream", help="Each claim as soon as it is written; with --json each on a line, then the answer."),
]
Mode = Annotated[
    ModeName | None,
    typer.Option(
        help="quotes: the articles' own words; written: by a language model; auto: written where one is set.",
    ),
]
SupportPolicy = Annotated[
    PolicyName | None,
    typer.Option(help="A written sentence that no article supports is marked, dropped, or replaced by a quote."),
]
OrQuotes = Annotated[
    bool | None,
    typer.Option(
        "--or-quotes/--or-fail",
        help="When the language model fails: the articles' own words and a warning, or exit status 3.",
        show_default="--or-quotes",
    ),
]
NoOutlets = Annotated[
    bool, typer.Option("--no-outlets", help="Take the outlets that the question names for words like any other.")
]
Files = Annotated[list[str] | None, typer.Option("--file", help="Only this article, or the articles in this folder.")]


def filters_of(lang: Languages, outlet: Outlets, since: From, until: Until, file: Files, as_of: AsOf) -> Filters:
    """Which articles may answer."""
    return Filters(
        languages=tuple(lang or ()),
        outlets=tuple(outlet or ()),
        since=since,
        until=until,
        files=tuple(file or ()),
        as_of=as_of,
    )
