"""A report as text: the same sections as a plain table and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from textwrap import wrap

from rich.cells import cell_len, set_cell_size

from evals.measures.measure import Unit
from evals.outline import significant
from evals.report.contents import RIGHT, UNTESTED, UNTESTED_MEANS, Contents, Score, Slice, Tally, contents_of, seconds
from evals.report.heading import heading
from evals.runs import Run
from index.shown import one_line

WIDTH = 100  # columns of a console table
_HEAD, _NARROW = 12, 12  # the widest line of a heading; words are not cut shorter
_FIRST = 5  # of the missed cases in a console
_FEW = 20  # cases
_WORDS = ("meaning", "question", "error", "verdict", "note")  # columns that are text, as every first one is


@dataclass(frozen=True, kw_only=True)
class Section:
    """A table with a title. The first column and those of `_WORDS` are text, the others figures."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def console(run: Run) -> str:
    """The report as plain text, at most 100 columns wide."""
    contents = contents_of(run)
    parts = [_wrapped(heading(run))] + ["\n".join(_plain(section)) for section in sections(contents) if section.rows]
    return "\n\n".join([*parts, *map(_wrapped, untested(contents)), *_first_missed(contents)]) + "\n"


def markdown(run: Run) -> str:
    """The report with GitHub's tables."""
    contents = contents_of(run)
    parts = ["# Evaluation", escaped(heading(run))]
    parts += ["\n".join(github(section)) for section in sections(contents) if section.rows]
    return "\n\n".join([*parts, *untested(contents), *_all_missed(contents)]) + "\n"


def untested(contents: Contents) -> list[str]:
    """How many cases are not among those that came out right or were missed, in a sentence; none where all are."""
    n = contents.came_out.count(UNTESTED)
    return [f"Not tested: {n:,} of {len(contents.came_out):,} cases. {UNTESTED_MEANS}"] if n else []


def _first_missed(contents: Contents) -> Iterator[str]:
    """The first of the missed cases by their cause, on lines of their own."""
    if missed := _missed(contents):
        yield "Missed cases"
        for t in missed:
            more = f" … and {t.count - _FIRST} more; see --format markdown or html" if t.count > _FIRST else ""
            yield _wrapped(f"{t.name}: {', '.join(t.ids[:_FIRST])}{more}")


def _all_missed(contents: Contents) -> Iterator[str]:
    """Every missed case by its cause, folded."""
    if missed := _missed(contents):
        yield "## Missed cases"
        for t in missed:
            yield folded(f"{t.name} ({t.count:,})", t.ids)


def _missed(contents: Contents) -> list[Tally]:
    return [t for t in contents.tallies if t.name != RIGHT]


def sections(contents: Contents) -> list[Section]:
    """What a report says after its heading."""
    total = sum(t.count for t in contents.tallies)
    tallies = [(t.name, str(t.count), f"{t.count / total:.1%}", t.meaning) for t in contents.tallies]
    causes = Section(title="How the cases came out", columns=("", "cases", "share", "meaning"), rows=tuple(tallies))
    slowest = [(row.case.id, in_words(seconds(row), "seconds"), row.case.question) for row in contents.slowest]
    crashed = [(row.case.id, row.error or "") for row in contents.crashed]
    return [
        causes,
        *_scored(contents.scores),
        *_sliced(contents),
        Section(title="Slowest cases", columns=("case", "time", "question"), rows=tuple(slowest)),
        Section(title="Crashed cases", columns=("case", "error"), rows=tuple(crashed)),
    ]


def _scored(scores: Sequence[Score]) -> list[Section]:
    groups = ((name, list(some)) for name, some in groupby(scores, key=lambda s: s.measure.group))
    return [_group(name, some) for name, some in groups]


def _group(name: str, some: Sequence[Score]) -> Section:
    """The scores of a group, with a note where one is over few cases."""
    few = any(score.n < _FEW for score in some)
    columns = ("measure", "value", "95 % interval", "cases", *(["note"] if few else []))
    return Section(title=f"Scores: {name}", columns=columns, rows=tuple(_score_row(s)[: len(columns)] for s in some))


def _score_row(score: Score) -> tuple[str, ...]:
    unit = score.measure.unit
    between = " to ".join(in_words(end, unit) for end in score.interval) if score.interval else ""
    return (
        score.measure.name,
        in_words(score.value, unit),
        between,
        str(score.n),
        "n is small" if score.n < _FEW else "",
    )


def _sliced(contents: Contents) -> list[Section]:
    names = [score.measure.name for score in contents.main]
    return [
        Section(
            title=f"By {by}",
            columns=(by, "cases", "right", *names),
            rows=tuple(_slice_row(one, contents.main) for one in some),
        )
        for by, some in groupby(contents.slices, key=lambda s: s.by)
    ]


def _slice_row(one: Slice, main: Sequence[Score]) -> tuple[str, ...]:
    values = (in_words(v, s.measure.unit) for v, s in zip(one.values, main, strict=True))
    return one.name, str(one.n), "-" if one.share is None else f"{one.share:.1%}", *values


def in_words(value: float | None, unit: Unit) -> str:
    """A figure as it is read: a share "0.813"; all else with three significant digits, "1.20 s", "340"; "-" where there is none."""
    if value is None:
        return "-"
    match unit:
        case "seconds":
            return f"{significant(value * 1000)} ms" if value < 1 else f"{significant(value)} s"
        case "share":
            return f"{value:.3f}"
        case _:
            return significant(value)


def _plain(section: Section) -> list[str]:
    """The lines of a table whose headings are wrapped, and whose words are cut so that it fits."""
    heads = [wrap(column, _HEAD) or [""] for column in section.columns]
    cells = [[one_line(cell) for cell in row] for row in section.rows]
    widths = [max(map(cell_len, (*head, *(row[i] for row in cells)))) for i, head in enumerate(heads)]
    for i in (len(widths) - 1, 0):  # the last column gives way first
        if i == 0 or section.columns[i] in _WORDS:
            widths[i] = max(_NARROW, min(widths[i], WIDTH - sum(widths) - 2 * (len(widths) - 1) + widths[i]))
    tops = zip_longest(*heads, fillvalue="")
    rule = ["-" * width for width in widths]
    return [section.title, "", *(_line(row, widths, section.columns) for row in (*tops, rule, *cells))]


def _line(cells: Sequence[str], widths: Sequence[int], columns: Sequence[str]) -> str:
    """Words begin at the left, figures end at the right."""
    padded = [
        _cut(cell, width) if i == 0 or column in _WORDS else cell.rjust(width)
        for i, (column, cell, width) in enumerate(zip(columns, cells, widths, strict=True))
    ]
    return "  ".join(padded).rstrip()


def _cut(text: str, width: int) -> str:
    """`text` in exactly `width` columns of a terminal, in which a Chinese character takes two."""
    return set_cell_size(text, width) if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"


def _wrapped(text: str) -> str:
    return "\n".join(wrap(one_line(text), WIDTH))


def github(section: Section) -> list[str]:
    """The lines of a table as GitHub writes it."""
    aligned = ["---" if i == 0 or c in _WORDS else "---:" for i, c in enumerate(section.columns)]
    rows = [section.columns, aligned, *section.rows]
    return [f"## {escaped(section.title)}", "", *("| " + " | ".join(map(escaped, row)) + " |" for row in rows)]


def folded(summary: str, ids: Sequence[str]) -> str:
    """The ids of cases, shown when the summary is clicked."""
    return f"<details><summary>{escaped(summary)}</summary>\n\n{', '.join(map(escaped, ids))}\n\n</details>"


def escaped(text: str) -> str:
    """`text` on one line, with nothing left that Markdown or HTML would read as more than text."""
    return re.sub(r"([\\`*_\[\]<>|#&~!])", r"\\\1", one_line(text))
