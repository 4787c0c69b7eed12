"""`sourceline eval`: how good the answers are, whether a change helped, and why a case failed.

Exit status as everywhere: 0, 2 usage, 3 a named failure. `compare --fail-if-worse` ends with 1 when a run is worse; `run` and
`judge` end with 130 when they are interrupted, and keep what is done.
"""

from __future__ import annotations

import typer

from ui.evaluation.asking import judge, run
from ui.evaluation.making import check, convert, import_ranking, sets
from ui.evaluation.reading import compare, measures, report

app = typer.Typer(
    help="How good the answers are, whether a change helped, and why a case failed.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (sets, convert, check, run, judge, report, compare, measures):
    app.command()(command)
app.command("import")(import_ranking)
