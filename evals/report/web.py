"""A report as one HTML page that asks nothing of any network: style, script and cases are in it.

A Content-Security-Policy names the one style and the one script by their hashes and forbids all else. What comes from a run is escaped
here, or written into JSON from which the script sets it as text.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from string import Template

from evals.attribution import CAUSES
from evals.report import blocks, charts
from evals.report.blocks import text
from evals.report.contents import RIGHT, UNTESTED, contents_of
from evals.report.details import details
from evals.report.excerpts import ArticleText
from evals.report.heading import facts, settings
from evals.runs import Run

COLOURS = {name: f"c{i}" for i, name in enumerate((RIGHT, *CAUSES, UNTESTED))}  # as in page.css; a cause keeps its own


def page(run: Run, article_text: ArticleText | None = None) -> str:
    """The page. `article_text` gives the text of an article by its id, None where it has none; without it quotes stand alone."""
    contents, known, made = contents_of(run), facts(run), settings(run)
    certainty = blocks.certainty(run.rows)
    style, script = _asset("page.css"), _asset("page.js")
    return Template(_asset("page.html")).substitute(
        title=text(" over ".join(known[name] for name in ("mode", "corpus") if name in known)) or "A run",
        facts=text(" · ".join(value for name, value in known.items() if name not in ("mode", "corpus"))),
        verdict=blocks.verdict(contents),
        strip=charts.strip(contents.tallies, COLOURS),
        tallies=blocks.tallies(contents, COLOURS),
        tiles=blocks.tiles(contents.main),
        scores=blocks.scores(contents.scores),
        certainty=certainty,
        certainty_link='<a href="#certainty">Certainty</a> ' if certainty else "",
        slices=blocks.slices(contents),
        slow=blocks.slow(contents),
        settings_count=len(made),
        settings=blocks.settings(made),
        run=details(contents, article_text, COLOURS),
        style=style,
        style_hash=_hash(style),
        script=script,
        script_hash=_hash(script),
    )


def _asset(name: str) -> str:
    return files("evals.report").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()
