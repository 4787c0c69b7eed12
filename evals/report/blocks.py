"""The parts of the page that need no script, as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby
from urllib.parse import quote

from evals.measures import refusals
from evals.report import charts
from evals.report.contents import RIGHT, Contents, Score, Slice, seconds
from evals.report.text import in_words, untested
from evals.runs import Row
from index.shown import one_line

_FILTERS = {"type": "by-type", "languages": "by-languages", "answerable": "by-answerable"}  # slice -> field of the page


def text(words: str) -> str:
    """Words on one line as they stand in the page: visible and escaped."""
    return escape(one_line(words), quote=True)


def verdict(contents: Contents) -> str:
    """How good, and why not better, in a sentence."""
    total, right = sum(t.count for t in contents.tallies), contents.came_out.count(RIGHT)
    missed = [t for t in contents.tallies if t.name != RIGHT]
    why = f" The most frequent fault: <em>{text(missed[0].name)}</em> ({missed[0].count:,})." if missed else ""
    share = f" ({right / total:.0%})" if total else ""
    rest = "".join(f" <small>{text(sentence)}</small>" for sentence in untested(contents))
    return f"<b>{right:,} of {total:,}</b> cases came out right{share}.{why}{rest}"


def tallies(contents: Contents, colours: Mapping[str, str]) -> str:
    """What became of the cases; each opens its cases."""
    return "".join(
        f'<li><a {_shows("by-outcome", t.name)}><i class="swatch {colours[t.name]}"></i><b>{t.count:,}</b>'
        f'<span class="name">{text(t.name)}</span><small>{text(t.meaning)}</small></a></li>'
        for t in contents.tallies
    )


def tiles(main: Iterable[Score]) -> str:
    """The main measures, large."""
    return "".join(
        f'<div><dt>{text(s.measure.name)}</dt><dd class="figure">{in_words(s.value, s.measure.unit)}</dd>'
        f'<dd class="range">{_range(s) or "&nbsp;"} · n {s.n:,}</dd><dd>{_bar(s)}</dd></div>'
        for s in main
    )


def scores(some: Iterable[Score]) -> str:
    """A table for each group of measures."""
    return "".join(_group(name, list(group)) for name, group in groupby(some, key=lambda s: s.measure.group))


def _group(name: str, some: Sequence[Score]) -> str:
    head = '<tr><th>measure</th><th class="chart"></th><th class="n">value</th><th class="n">95 %</th><th class="n">n</th></tr>'
    return f"<div><h3>{name}</h3><table><thead>{head}</thead><tbody>{''.join(map(_score, some))}</tbody></table></div>"


def _score(score: Score) -> str:
    measure = score.measure
    lower = ' <span class="lower" title="lower is better">↓</span>' if measure.better == "lower" else ""
    return (
        f'<tr><th title="{text(measure.source)}">{text(measure.name)}{lower}</th><td class="chart">{_bar(score)}</td>'
        f'<td class="n">{in_words(score.value, measure.unit)}</td><td class="n range">{_range(score)}</td>'
        f'<td class="n">{score.n:,}</td></tr>'
    )


def _bar(score: Score) -> str:
    return charts.bar(score.value, score.interval) if score.measure.unit == "share" else ""


def _range(score: Score) -> str:
    return "–".join(in_words(end, score.measure.unit) for end in score.interval) if score.interval else ""


def certainty(rows: Iterable[Row]) -> str:
    """How well the system knows what it knows; nothing where it does not say."""
    rows = list(rows)
    curve = refusals.risk_coverage([risk for row in rows if (risk := refusals.risk(row))])
    bins = refusals.reliability([pair for row in rows if (pair := refusals.calibration(row))])
    if not curve or not bins:
        return ""
    risk_chart, calibration = charts.risk_coverage(curve), charts.calibration(bins)
    return (
        '<section aria-labelledby="certainty"><h2 id="certainty">How well it knows what it knows</h2><div class="pair">'
        f"<figure>{risk_chart}<figcaption><b>Risk and coverage.</b> Answering only the surest cases, what share of them is not "
        "answered right? Low on the left is good: then a stricter threshold helps.</figcaption></figure>"
        f"<figure>{calibration}<figcaption><b>Calibration.</b> Where answerability was said to be so much, what share of "
        "the cases was answerable? On the dashed line it can be taken at its word; large dots are many cases."
        "</figcaption></figure></div></section>"
    )


def slices(contents: Contents) -> str:
    """A table for each kind of slice."""
    return "".join(_sliced(by, list(some), contents) for by, some in groupby(contents.slices, key=lambda s: s.by))


def _sliced(by: str, some: Sequence[Slice], contents: Contents) -> str:
    names = "".join(f'<th class="n">{text(s.measure.name)}</th>' for s in contents.main)
    rows = "".join(
        f'<tr><th><a {_shows(_FILTERS[by], s.name)}>{text(s.name)}</a></th><td class="n">{s.n:,}</td>'
        + _heated(s.share, "-" if s.share is None else f"{s.share:.0%}")
        + "".join(_heated(v, in_words(v, m.measure.unit)) for v, m in zip(s.values, contents.main, strict=True))
        + "</tr>"
        for s in some
    )
    head = f'<tr><th>{by}</th><th class="n">cases</th><th class="n">right</th>{names}</tr>'
    table = f'<table class="heat"><thead>{head}</thead><tbody>{rows}</tbody></table>'
    return f'<div class="scroll" tabindex="0" role="region" aria-label="By {by}">{table}</div>'


def _heated(value: float | None, words: str) -> str:
    heat = "" if value is None else f" h{min(5, max(0, int(value * 6)))}"
    return f'<td class="n{heat}">{words}</td>'


def slow(contents: Contents) -> str:
    """The slowest cases, and those that crashed."""
    slowest = [(row, in_words(seconds(row), "seconds"), row.case.question) for row in contents.slowest]
    crashed = [(row, "", row.error or "") for row in contents.crashed]
    return _cases("Slowest", slowest) + _cases("Crashed", crashed)


def _cases(title: str, some: Sequence[tuple[Row, str, str]]) -> str:
    rows = "".join(
        f'<tr><th><a href="#case-{quote(one_line(row.case.id), safe="")}">{text(row.case.id)}</a></th>'
        f'<td dir="auto">{text(words)}</td><td class="n">{figure}</td></tr>'
        for row, figure, words in some
    )
    return f"<div><h3>{title}</h3><table><tbody>{rows}</tbody></table></div>" if some else ""


def settings(some: Iterable[tuple[str, str]]) -> str:
    """Name and value of all that the header holds."""
    return "".join(f"<tr><th>{text(name)}</th><td>{text(value)}</td></tr>" for name, value in some)


def _shows(field: str, value: str) -> str:
    """The attributes of a link that shows some of the cases."""
    return f'href="#cases" data-filter="{field}" data-value="{text(value)}"'
