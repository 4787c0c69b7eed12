"""What people are shown: pure functions from answers to text."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Iterable, Sequence
from datetime import timedelta

from index.shown import one_line
from rag.question.types import NamedOutlet
from rag.question.when import Period
from rag.types import Citation


def about(title: str | None, outlet: str | None, date: object) -> str:
    """ "Title (Outlet, 2025-01-17)" of what is known."""
    where = ", ".join(one_line(str(part)) for part in (outlet, date) if part)
    return " ".join(filter(None, (one_line(title or ""), f"({where})" if where else "")))


def source_lines(citation: Citation) -> list[str]:
    """A citation under an answer: what it is, and where exactly."""
    lines = line_range(citation.line_start, citation.line_end)
    exact = f"{one_line(citation.file)}:{lines}, characters {citation.span.start}-{citation.span.end}"
    place = f", {citation.place}" if citation.place else ""
    copies = [f"also in {', '.join(one_line(c) for c in citation.also_in)}"] if citation.also_in else []
    return [
        *filter(None, [about(citation.title, citation.outlet, citation.date)]),
        exact + place,
        *copies,
        citation.uri,
    ]


def asked_as(question: str, rewritten: str) -> list[str]:
    """What was searched, where a follow-up was completed."""
    return [f"asked as: {one_line(rewritten)}"] if rewritten != " ".join(question.split()) else []


def searched(periods: Sequence[Period], outlets: Sequence[NamedOutlet] = (), *, dated: bool = True) -> list[str]:
    """What the days and outlets in a question did to the search, and how to take them off; `dated`: whether any article has a date."""
    lines = []
    for period in periods:
        only = period.kind == "published" and len(periods) == 1 and dated
        which = in_words(period) if dated else f"that name days {in_words(period)}, for none has a date"
        lines.append(_steered(which, period.text, "--no-dates", only=only))
    return [*lines, *(_steered(f"of {one_line(o.name)}", o.text, "--no-outlets", only=o.only) for o in outlets)]


def _steered(which: str, text: str, option: str, *, only: bool) -> str:
    did, off = ("Searched: only", "searches all") if only else ("Preferred:", "ignores it")
    return f"{did} articles {which} (from “{one_line(text)}”; {option} {off})"


def in_words(period: Period) -> str:
    """ "of March 2022", "since 2022-03-05"."""
    since, until = period.since, period.until
    if since is None or until is None:
        return f"since {since}" if since else f"until {until}"
    if since == until:
        return f"of {since}"
    if (since.month, since.day, until.month, until.day, since.year) == (1, 1, 12, 31, until.year):
        return f"of {since.year}"
    whole_month = since.day == 1 and (until + timedelta(days=1)).day == 1
    if whole_month and (since.year, since.month) == (until.year, until.month):
        return f"of {month_name[since.month]} {since.year}"
    return f"of {since} to {until}"


def line_range(first: int, last: int) -> str:
    """ "12", or "12-14"."""
    return f"{first}" if first == last else f"{first}-{last}"


def snippet(text: str, most: int = 200) -> str:
    """The beginning of a passage on one line."""
    line = one_line(text)
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def counted(number: int, one: str, many: str | None = None) -> str:
    """ "1 article", "2 articles"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: Iterable[str], most: int = 20) -> list[str]:
    """Names on lines of their own, the rest counted."""
    everything = [one_line(n) for n in names]
    return everything[:most] + [f"… and {len(everything) - most} more"] * (len(everything) > most)
