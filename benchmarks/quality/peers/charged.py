"""Measures that charge for length.

A passage of 1,024 tokens overlaps a gold span more easily than one of 128, and costs its reader eight times as much. So what is
found is also measured within a budget: a reader, or a language model, who reads the hits in their order and stops.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from statistics import fmean

from evals.measures import Measure
from evals.measures.citations import places
from evals.measures.ranking import by_passage
from evals.runs import Region, Row
from index.types import Span

BUDGETS = (1_000, 3_000)
"""Characters: about one passage of a thousand characters, and what fits into the prompt of a small local model."""
SOURCE = (
    "Sakai and Dou (2013), Summaries, ranked retrieval and sessions (U-measure: what is found by how much text is read)"
)


def read(hits: Sequence[Region], budget: int) -> Iterator[Region]:
    """What is read of the hits, in their order, until `budget` characters are."""
    for hit in hits:
        size = min(len(hit.span), budget)
        budget -= size
        if size:
            yield Region(file=hit.file, span=Span(start=hit.span.start, end=hit.span.start + size))


def recall_within(budget: int, row: Row) -> float | None:
    """The share of the evidence of which something is read within the budget; None where there is none with a span."""
    if by_passage(row) is None:
        return None
    seen = list(read(row.hits, budget))
    return fmean(any(region.overlaps(piece) for region in seen) for piece in row.gold)


def characters(rows: Sequence[Row]) -> float:
    """How many characters the hits of a question have, on average."""
    return fmean(sum(len(hit.span) for hit in row.hits) for row in rows)


def cited_characters(rows: Sequence[Row]) -> float | None:
    """How many characters a citation has, on average; None where nothing is cited."""
    sizes = [len(place.span) for row in rows for place in places(row)]
    return fmean(sizes) if sizes else None


MEASURES = tuple(
    Measure(
        name=f"Recall in {budget} characters",
        value=partial(recall_within, budget),
        source=SOURCE,
        group="retrieval",
    )
    for budget in BUDGETS
)
