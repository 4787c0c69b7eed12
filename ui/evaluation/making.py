"""The commands that make what is evaluated: cases from public sets, and runs from the rankings of other systems."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from index.errors import SourcelineError
from index.shown import one_line
from ui.evaluation.said import Cases, Corpus, RunOut, each_on_a_line, print_json, refuse_far, say
from ui.options import AsJson
from ui.render import counted, listed


def sets(as_json: AsJson = False) -> None:
    """The public sets of questions that `eval convert` reads."""
    from evals.sets import SETS

    if as_json:
        print_json({"sets": [{"name": s.name, "about": s.about, "holds": s.holds} for s in SETS.values()]})
        return
    for one in SETS.values():
        typer.echo(f"{one.name:<12} {one.about}\n{'':<12} from {one.holds}")


def convert(
    name: Annotated[str, typer.Argument(metavar="SET", help="One of `eval sets`.")],
    source: Annotated[Path, typer.Argument(metavar="FROM", help="The file or folder that holds it.")],
    folder: Annotated[Path, typer.Argument(help="The folder to make: cases.jsonl and the articles in corpus/.")],
) -> None:
    """Turn a public set of questions into cases and articles."""
    from evals import sets as known

    with each_on_a_line():
        made = known.convert(name, source, folder)
    typer.echo(
        f"{counted(made.case_count, 'case')} ({made.answerable_count} answerable), {counted(made.article_count, 'article')}"
    )
    for line in listed(made.told):
        typer.echo(f"  {line}")
    for line in listed(made.left_out):
        typer.echo(f"  left out: {line}")
    typer.echo(f"sourceline eval run {made.cases} --corpus {made.corpus} --out {folder / 'run.json'}")


def check(cases: Cases, corpus: Corpus) -> None:
    """Whether every case is well-formed and its evidence is where it says. Exit status 3 if not."""
    from evals.cases import numbered_cases, several
    from evals.places import check_cases, lines_of

    with each_on_a_line():
        numbered = numbered_cases(cases)
    if wrong := check_cases(numbered.values(), corpus, lines_of(cases, numbered)):
        for line in several(wrong).splitlines():
            typer.echo(one_line(line))
        raise SourcelineError(
            f"{counted(len(wrong), 'place')} of evidence not found as given",
            "mend the cases, or give the --corpus that they are about",
        )
    typer.echo(f"{counted(len(numbered), 'case')}, all evidence is where it says")


def import_ranking(
    ranking: Annotated[
        Path,
        typer.Argument(metavar="TREC_RUN", help="Lines of: case Q0 file rank score tag.", exists=True, dir_okay=False),
    ],
    cases: Cases,
    corpus: Corpus,
    out: RunOut,
) -> None:
    """Make a run of another system's ranking of articles, to be reported and compared like ours."""
    from evals.run import refuse_foreign, refuse_other, save_run
    from evals.sets.trec import imported, read_run_file

    refuse_far(out)
    refuse_foreign(out)
    with each_on_a_line():
        made = imported(ranking, cases, corpus)
    refuse_other(out, made.header["made_with"], "give another --out, or remove that file")
    save_run(out, made)
    ranked = sum(bool(row.hits) for row in made.rows)
    typer.echo(f"{out}: {counted(len(made.rows), 'case')}, {ranked} with a ranking")
    if bare := len(made.rows) - ranked:
        say(f"{counted(bare, 'case')} unranked: counted as nothing found")
    if others := sorted(read_run_file(ranking).keys() - {row.case.id for row in made.rows}):
        say(
            f"left out: {counted(len(others), 'ranking')} of cases that {cases} does not have, as {one_line(others[0])}"
        )
    typer.echo(f'sourceline eval compare {out} RUN.json --measure "nDCG@10 (article)"')
