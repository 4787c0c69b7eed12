"""The command line: a contract that other tools call.

Exit status: 0 answered or refused, 2 usage, 3 a named failure (one line on stderr: what happened and what to do).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from index import memory
from index.errors import SourcelineError
from index.shown import one_line
from index.types import Filters
from rag.settings import load_settings
from ui import evaluation, models, moving, render, terminal
from ui.options import (
    After,
    AsJson,
    AsOf,
    Files,
    From,
    Home,
    Languages,
    Mode,
    NoDates,
    NoOutlets,
    OrQuotes,
    Outlets,
    Stream,
    SupportPolicy,
    Until,
    filters_of,
)

if TYPE_CHECKING:
    from rag.question.types import Question

app = typer.Typer(
    help="Answers over a folder of articles, every sentence cited to the exact characters that say so.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(evaluation.app, name="eval")
app.add_typer(models.app, name="model")
app.command("export")(moving.export_command)
app.command("import")(moving.import_command)


@app.callback()
def main_options(context: typer.Context, home: Home = None) -> None:
    """Answers over a folder of articles, every sentence cited to the exact characters that say so."""
    if home:  # `sourceline --home X ask …` is `sourceline ask … --home X`
        context.default_map = _defaults(context.command, {"home": str(home)})


def _defaults(command: Any, values: dict[str, Any]) -> dict[str, Any]:
    """The values for every command below one, as click takes them."""
    return {name: _defaults(below, values) | values for name, below in getattr(command, "commands", {}).items()}


@app.command()
def index(
    paths: Annotated[list[Path] | None, typer.Argument(help="Folders of articles, or single articles.")] = None,
    prune: Annotated[bool, typer.Option("--prune", help="Forget articles whose file is gone.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on until Ctrl-C, and index whatever changes.")] = False,
    re_embed: Annotated[
        bool, typer.Option("--re-embed", help="Embed every passage again with the model set now.")
    ] = False,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Add articles, or refresh what changed; says of every file that was skipped why."""
    from ui.indexing import index_paths, print_report, re_embed_home, watch_paths

    settings = load_settings(home=home)
    if not paths and not re_embed:
        raise typer.BadParameter("name a folder of articles, or one article", param_hint="PATH")
    try:
        if re_embed:
            count = re_embed_home(settings)
            typer.echo(
                json.dumps({"embedded": count}) if as_json else f"{render.counted(count, 'passage')} embedded again"
            )
        if paths:
            print_report(index_paths(settings, paths, prune=prune), as_json=as_json)
        if paths and watch:
            watch_paths(settings, paths, prune=prune, then=lambda report: print_report(report, as_json=as_json))
    except KeyboardInterrupt:
        typer.echo("sourceline: stopped; what was indexed so far is kept", err=True)
        raise typer.Exit(130) from None


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you want to know, in any language.")],
    as_json: AsJson = False,
    stream: Stream = False,
    mode: Mode = None,
    support_policy: SupportPolicy = None,
    or_quotes: OrQuotes = None,
    after: After = None,
    lang: Languages = None,
    outlet: Outlets = None,
    since: From = None,
    until: Until = None,
    file: Files = None,
    as_of: AsOf = None,
    no_dates: NoDates = False,
    no_outlets: NoOutlets = False,
    home: Home = None,
) -> None:
    """Answer a question; every sentence cites the characters that say so."""
    from rag import build, contract
    from rag.types import Answer, Claim

    asked = _question(question, after, filters_of(lang, outlet, since, until, file, as_of), no_dates, no_outlets)
    settings = load_settings(
        home=home,
        mode=mode.value if mode else None,
        support_policy=support_policy.value if support_policy else None,
        or_quotes=or_quotes,
    )
    with build.assistant(settings, one_question=True) as assistant:
        for told in assistant.stream(asked, or_quotes=settings.or_quotes):
            if isinstance(told, Answer):
                answer = told
            elif isinstance(told, Claim) and stream and as_json:
                _print_json(contract.claim_object(told))
            elif isinstance(told, Claim) and stream:
                terminal.print_claim(told)
    if as_json:
        _print_json(contract.answer_object(answer))
    else:
        terminal.print_answer(answer, without_claims=stream)


@app.command()
def search(
    question: Annotated[str, typer.Argument(help="What to look for, in any language.")],
    k: Annotated[int | None, typer.Option("-k", min=1, max=1000, help="How many passages.", show_default="10")] = None,
    as_json: AsJson = False,
    after: After = None,
    lang: Languages = None,
    outlet: Outlets = None,
    since: From = None,
    until: Until = None,
    file: Files = None,
    as_of: AsOf = None,
    no_dates: NoDates = False,
    no_outlets: NoOutlets = False,
    home: Home = None,
) -> None:
    """Retrieval only: the passages that fit a question best."""
    from rag import build, contract
    from rag.found import warnings_of
    from rag.question.remarks import remarks

    asked = _question(question, after, filters_of(lang, outlet, since, until, file, as_of), no_dates, no_outlets)
    with build.assistant(load_settings(home=home), one_question=True) as assistant:
        query = assistant.finder.query(asked)
        ranked = assistant.finder.ranked(query, k)
        warnings = (*warnings_of(ranked.fault), *remarks(assistant.catalog, query))
    if as_json:
        found = [contract.hit_object(h) | {"text": h.passage.text} for h in ranked.hits]
        searched = contract.searched_object(query)
        _print_json({"question": question, "rewritten": query.text, **searched, "hits": found, "warnings": warnings})
    else:
        terminal.print_hits(question, query, ranked.hits)
        terminal.print_warnings(warnings)


@app.command()
def show(
    citation: Annotated[
        str, typer.Argument(help="As `ask` prints it: FILE#char=340,512 or FILE:12, characters 340-512; or FILE:12-14.")
    ],
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """The cited lines in their context, and whether the file still says so: unchanged, moved or gone."""
    from rag import build, contract
    from rag.cite import locate

    with build.catalog(load_settings(home=home)) as catalog:
        located = locate(catalog, citation)
    if as_json:
        _print_json(contract.located_object(located))
    else:
        terminal.print_located(located)


@app.command()
def chat(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port of the page.")] = 7860,
    host: Annotated[
        str, typer.Option(help="The address to serve it on; one that others can reach needs SOURCELINE_PASSWORD.")
    ] = "127.0.0.1",
    home: Home = None,
) -> None:
    """Open the chat page on http://127.0.0.1:7860; an empty home is given the sample articles."""
    from ui.web.server import serve

    serve(load_settings(home=home), host, port)


@app.command()
def status(as_json: AsJson = False, home: Home = None) -> None:
    """What is indexed, with which models, and who is using it; the language model is asked for a word."""
    from ui.upkeep import status_object

    values = status_object(load_settings(home=home))
    if as_json:
        _print_json(values)
    else:
        terminal.print_status(values)


@app.command()
def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="Rebuild what is damaged; nothing is embedded again.")
    ] = False,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Check that everything stored is whole, and mend it. Exit status 3 if something is not in order."""
    from ui.upkeep import examine

    findings = examine(load_settings(home=home), repair=repair)
    if as_json:
        _print_json({"findings": [{"what": f.what, "ok": f.ok, "detail": f.detail} for f in findings]})
    else:
        terminal.print_findings(findings)
    if not all(f.ok for f in findings):
        left = (
            "run `sourceline index` on its folders again (`sourceline status` names them); what that does not mend needs"
            " a new home, or what you have exported: `sourceline import FILE --replace`"
        )
        raise SourcelineError("the home is not in order", left if repair else "run `sourceline doctor --repair`")


def _question(
    text: str, after: list[str] | None, filters: Filters, no_dates: NoDates, no_outlets: NoOutlets
) -> Question:
    from rag.question.types import Question, Turn

    history = tuple(Turn(question=earlier) for earlier in after or ())
    return Question(text=text, filters=filters, history=history, dates=not no_dates, outlets=not no_outlets)


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))


def main() -> NoReturn:
    """Run the command line; a named failure is one line on stderr and exit status 3."""
    memory.given_back()
    try:
        app()
    except SourcelineError as error:
        print(f"sourceline: {one_line(str(error))}", file=sys.stderr)
        sys.exit(3)
    sys.exit(0)
