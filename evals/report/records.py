"""A report for programs: JSON with everything, CSV with a row for each case."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from evals.measures import MEASURES, Measure
from evals.report.contents import Contents, contents_of, languages, seconds
from evals.runs import Row, Run

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # OWASP, CSV injection
_ABOUT = ("case", "question", "type", "languages", "answerable", "came out", "error", "seconds")


def as_json(run: Run) -> str:
    """Header, scores, slices, causes and the values of every case, as one JSON object."""
    contents = contents_of(run)
    cases = [
        {"case": row.case.id, "came_out": out, "seconds": seconds(row), "error": row.error, "values": _values(row)}
        for row, out in zip(run.rows, contents.came_out, strict=True)
    ]
    written = {
        "header": run.header,
        "scores": _scores(contents),
        "slices": list(_slices(contents)),
        "came_out": {t.name: {"cases": t.count, "meaning": t.meaning, "ids": t.ids} for t in contents.tallies},
        "cases": cases,
    }
    return json.dumps(written, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def as_csv(run: Run) -> str:
    """A row for each case: what it is, how it came out, and the measures that are a number for one case.

    A text that a spreadsheet would take for a formula begins with a quote.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    contents, measures = contents_of(run), scalar_measures(run)
    writer.writerow([*_ABOUT, *(m.name for m in measures)])
    for row, came_out in zip(run.rows, contents.came_out, strict=True):
        writer.writerow([*map(_harmless, _about(row, came_out)), *(_cell(m.value(row)) for m in measures)])
    return out.getvalue()


def scalar_measures(run: Run) -> list[Measure]:
    """The measures that are a number for some case of the run: not those that only a whole run has, nor times and their p95."""
    steady = [m for m in MEASURES if m.group != "time"]
    return [m for m in steady if any(isinstance(m.value(row), int | float) for row in run.rows)]


def _scores(contents: Contents) -> dict[str, Any]:
    return {
        s.measure.name: {
            "value": s.value,
            "n": s.n,
            "interval": s.interval,
            "unit": s.measure.unit,
            "better": s.measure.better,
            "group": s.measure.group,
            "source": s.measure.source,
        }
        for s in contents.scores
    }


def _slices(contents: Contents) -> Iterator[dict[str, Any]]:
    names = [s.measure.name for s in contents.main]
    for one in contents.slices:
        known = {name: value for name, value in zip(names, one.values, strict=True) if value is not None}
        yield {"by": one.by, "name": one.name, "n": one.n, "tested": one.tested, "right": one.right, "scores": known}


def _values(row: Row) -> dict[str, float]:
    """The measures that apply to one case and are a number for it."""
    values = {m.name: m.value(row) for m in MEASURES if m.group != "time"}
    return {name: value for name, value in values.items() if isinstance(value, int | float)}


def _about(row: Row, came_out: str) -> list[Any]:
    case, took = row.case, seconds(row)
    answerable = "yes" if case.answerable else "no"
    return [case.id, case.question, case.type, languages(row), answerable, came_out, row.error or "", _cell(took)]


def _cell(value: object) -> str:
    return repr(value) if isinstance(value, int | float) else ""


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
