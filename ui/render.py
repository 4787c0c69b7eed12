"""What people are shown: pure functions from answers to text."""

from __future__ import annotations

from collections.abc import Iterable

from index.shown import one_line
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
