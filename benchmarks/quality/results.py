"""What RESULTS.md says: pure functions of runs. No text of an article or of a question is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.quality.known_sets import KnownSet
from evals.measures import MEASURES
from evals.report.contents import Score, Tally, contents_of
from evals.report.text import Section, escaped, github, in_words
from evals.runs import Run

MODES = ("search", "quotes")
_RANKED = ("Success@1", "Recall@5", "Recall@10", "nDCG@10", "RR")
_CITED = tuple(
    f"citation {what} ({by})" for by in ("span", "sentence", "article") for what in ("precision", "recall", "F1")
)
_TIMES = ("time to end p50", "time to end p95")
MEASURED: Mapping[str, tuple[str, ...]] = {
    "search": (
        *(f"{name} ({by})" for by in ("passage", "article") for name in _RANKED),
        *(f"evidence {what}@5" for what in ("recall", "precision", "IoU")),
        *_TIMES,
        "crashed",
    ),
    "quotes": (
        "answered right",
        *_CITED,
        "answer in quote",
        "wrong answer given",
        *(f"refusal {what}" for what in ("precision", "recall", "F1")),
        *("wrongly answered", "wrongly refused", "AURC", "calibration error"),
        *_TIMES,
        "crashed",
    ),
}
"""The measures of a set's own table, by mode."""
MAIN: Mapping[str, tuple[str, ...]] = {
    "search": (
        *(f"{name} (passage)" for name in ("Success@1", "Recall@5", "Recall@10", "nDCG@10", "RR")),
        *("Success@1 (article)", "nDCG@10 (article)", "evidence IoU@5", "time to end p50"),
    ),
    "quotes": (
        *("answered right", "citation precision (sentence)", "citation F1 (sentence)", "citation F1 (article)"),
        *("answer in quote", "refusal F1", "wrongly answered", "wrongly refused", "AURC", "time to end p50"),
    ),
}
"""The columns of the table over all sets, by mode."""
_BY_NAME = {measure.name: measure for measure in MEASURES}


@dataclass(frozen=True, kw_only=True)
class Part:
    """Some cases of a set: their main measures, None where one does not apply."""

    by: str
    name: str
    n: int
    values: tuple[float | None, ...]


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A run of one set in one mode, as far as it is told; the rows are let go."""

    known: KnownSet
    mode: str
    header: Mapping[str, Any]
    cases: int
    answerable: int
    left_out: int
    scores: Mapping[str, Score]
    unseen: int = 0
    unseen_scores: Mapping[str, Score] = field(default_factory=dict)
    tallies: tuple[Tally, ...] = ()
    parts: tuple[Part, ...] = ()


def scored(known: KnownSet, mode: str, run: Run, left_out: int = 0) -> Scored:
    """What is told of `run`; `left_out` records of the set became no case."""
    contents = contents_of(run)
    unseen = known.unseen.rows(run.rows) if known.unseen else []
    return Scored(
        known=known,
        mode=mode,
        header=run.header,
        cases=len(run.rows),
        answerable=sum(row.case.answerable for row in run.rows),
        left_out=left_out,
        scores=_by_name(contents.scores),
        unseen=len(unseen),
        unseen_scores=_by_name(contents_of(Run(header={}, rows=tuple(unseen))).scores) if unseen else {},
        tallies=contents.tallies,
        parts=tuple(_parts(known, mode, run)),
    )


def _by_name(scores: Iterable[Score]) -> dict[str, Score]:
    return {score.measure.name: score for score in scores}


def _parts(known: KnownSet, mode: str, run: Run) -> Iterator[Part]:
    for by, parts in known.parts.items():
        names = parts(run.rows)
        for name in filter(None, dict.fromkeys(names)):
            some = [row for row, own in zip(run.rows, names, strict=True) if own == name]
            values = tuple(_BY_NAME[measure].score(some) for measure in MAIN[mode])
            yield Part(by=by, name=name, n=len(some), values=values)


def results(command: str, found: Sequence[Scored]) -> str:
    """The whole document; `command` wrote it."""
    sets = list(dict.fromkeys(one.known.name for one in found))
    by_set = [[one for one in found if one.known.name == name] for name in sets]
    return "\n".join(
        [
            f"Written by `{command}`: do not edit.\n",
            "# Results of the public sets\n",
            *_made_with(found),
            *(line for mode in MODES for line in _over_all(mode, [one for one in found if one.mode == mode])),
            *_sizes(by_set),
            *(line for some in by_set for line in _details(some)),
        ]
    )


def _made_with(found: Sequence[Scored]) -> Iterator[str]:
    """When, where and with what; and what makes the runs less alike than one would think."""
    days = sorted({str(one.header.get("started", ""))[:10] for one in found})
    yield f"- Date: {_several(dict.fromkeys((days[0], days[-1])), ' to ') if days else '-'}"
    for name, value in _FACTS.items():
        values = list(dict.fromkeys(value(one) for one in found))
        yield f"- {name}: {_several(map(escaped, values), ' — and — ')}"
        if len(values) > 1:
            yield "  (**the runs differ in this**: they cannot all be compared)"
    yield (
        "\nEvery figure is of the product as it is installed, with no language model and no network. Intervals are of 95 %: "
        "Wilson's of a share of yes and no, else that of cases drawn with replacement (the bootstrap's percentiles). A measure that "
        "applies to no case of a set is left out, or “-”. Times are those of this machine with whatever else ran on it. What each "
        "measure is: [evals/README.md](../../evals/README.md). What a set cannot show is said "
        "with it, and no figure should be told without that.\n"
    )


def _made(one: Scored) -> Mapping[str, Any]:
    made: Mapping[str, Any] = one.header.get("made_with", {})
    return made


_FACTS: Mapping[str, Callable[[Scored], str]] = {
    "Machine": lambda one: _flat(one.header.get("machine", {}), ": "),
    "Versions": lambda one: _flat(_made(one).get("versions", {}), " "),
    "Embedding model": lambda one: str(_made(one).get("embedder")),
    "Our weights (sha256)": lambda one: str(_made(one).get("weights"))[:12],
    "Our code (sha256)": lambda one: str(_made(one).get("code"))[:12],
    "Settings": lambda one: _flat(_made(one).get("settings", {}), " "),
}


def _flat(values: Mapping[str, Any], between: str) -> str:
    return ", ".join(f"{name}{between}{value}" for name, value in values.items() if value not in (None, "", {}, []))


def _several(values: Iterable[str], between: str) -> str:
    return between.join(value for value in values if value) or "-"


def _over_all(mode: str, found: Sequence[Scored]) -> list[str]:
    """One row for each set, and one for the part of it that trained nothing."""
    rows = []
    for one in found:
        rows.append(_main_row(one.known.name, one.cases, one.scores, mode))
        if one.known.unseen and one.unseen:
            rows.append(_main_row(f"{one.known.name}: {one.known.unseen.name}", one.unseen, one.unseen_scores, mode))
    return _table(f"## All sets, {mode} mode", ("set", "cases", *MAIN[mode]), rows) if rows else []


def _main_row(name: str, n: int, scores: Mapping[str, Score], mode: str) -> tuple[str, ...]:
    return name, f"{n:,}", *(_shown(m, scores[m].value if m in scores else None) for m in MAIN[mode])


def _shown(measure: str, value: float | None) -> str:
    return in_words(value, _BY_NAME[measure].unit)


def _sizes(by_set: Sequence[Sequence[Scored]]) -> list[str]:
    rows = []
    for one, *_ in by_set:
        indexed = (one.header.get(what, 0) for what in ("articles", "passages"))
        rows.append((one.known.name, *(f"{n:,}" for n in (one.cases, one.answerable, one.left_out, *indexed))))
    return _table("## The sets", ("set", "cases", "answerable", "left out", "articles", "passages"), rows)


def _details(some: Sequence[Scored]) -> Iterator[str]:
    """Everything about one set."""
    known = some[0].known
    yield f"## {known.name}: {known.title}\n\nShows: {known.can}\n\nDoes not show: {known.cannot}\n\nLicence: {known.licence}.\n"
    if known.unseen:
        yield f"Unseen, below: {known.unseen.name}, which trained and chose nothing of ours.\n"
    for one in some:
        yield from _table(f"### {known.name}, {one.mode} mode", *_scores_table(one))
        for by in dict.fromkeys(part.by for part in one.parts):
            rows = [_part_row(part, one.mode) for part in one.parts if part.by == by]
            if len(rows) > 1:
                yield from _table(f"#### By {by}, {one.mode} mode", (by, "cases", *MAIN[one.mode]), rows)
    yield from _causes(known, some)


def _scores_table(one: Scored) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    columns: tuple[str, ...] = ("measure", "value", "95 %", "cases")
    unseen = one.known.unseen
    names = [m for m in MEASURED[one.mode] if m in one.scores]
    if not unseen or not one.unseen:
        return columns, [(m, *_score(one.scores[m])) for m in names]
    columns += tuple(f"unseen: {column}" for column in columns[1:])
    return columns, [(m, *_score(one.scores[m]), *_score(one.unseen_scores.get(m))) for m in names]


def _score(score: Score | None) -> tuple[str, str, str]:
    if score is None:
        return "-", "", ""
    unit = score.measure.unit
    between = " to ".join(in_words(end, unit) for end in score.interval) if score.interval else ""
    return in_words(score.value, unit), between, f"{score.n:,}"


def _part_row(part: Part, mode: str) -> tuple[str, ...]:
    return part.name, f"{part.n:,}", *(_shown(m, v) for m, v in zip(MAIN[mode], part.values, strict=True))


def _causes(known: KnownSet, some: Sequence[Scored]) -> list[str]:
    """How many cases came out right, or were missed for which cause, by mode."""
    meanings = {t.name: t.meaning for one in some for t in one.tallies}
    counts = [{t.name: t.count for t in one.tallies} for one in some]
    rows = [(name, *(f"{count.get(name, 0):,}" for count in counts), meaning) for name, meaning in meanings.items()]
    return _table(f"### {known.name}: how the cases came out", ("", *(one.mode for one in some), "meaning"), rows)


def _table(title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    return [f"{title}\n", *github(Section(title=title, columns=columns, rows=tuple(rows)))[2:], ""]
