"""Evidence by the character: how much of it the first hits hold, and how much else.

After Smith and Troynikov (2024), Evaluating Chunking Strategies for Retrieval (Chroma Technical Report), with characters for
their tokens: of the evidence each character counts once, of the hits as often as it is found, for a reader and a language
model read it as often. Passages that overlap are therefore less precise.

They apply where every piece of evidence has a span, for a system that says what it found.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from evals.measures.measure import Measure
from evals.measures.ranking import searched
from evals.runs import Region, Row
from index.types import Span

CHROMA = "Smith and Troynikov (2024), Evaluating chunking strategies for retrieval"
_K = 5  # as many as they retrieve


def merged(regions: Sequence[Region]) -> list[Region]:
    """The same characters in regions that have none in common, in order."""
    apart: list[Region] = []
    for region in sorted(regions, key=lambda r: (r.file, r.span)):
        last = apart[-1] if apart else None
        if last and last.file == region.file and region.span.start <= last.span.end:
            end = max(last.span.end, region.span.end)
            apart[-1] = Region(file=region.file, span=Span(start=last.span.start, end=end))
        else:
            apart.append(region)
    return apart


def length(regions: Sequence[Region]) -> int:
    """The characters of all regions, those in two of them twice."""
    return sum(len(region.span) for region in regions)


def shared(some: Sequence[Region], others: Sequence[Region]) -> int:
    """The characters that both have, each counted once."""
    return sum(_in_common(one, other) for one in merged(some) for other in merged(others) if one.file == other.file)


def _in_common(one: Region, other: Region) -> int:
    return max(0, min(one.span.end, other.span.end) - max(one.span.start, other.span.start))


def recall(found: Sequence[Region], gold: Sequence[Region]) -> float:
    """The share of the evidence that was found."""
    return shared(found, gold) / length(merged(gold))


def precision(found: Sequence[Region], gold: Sequence[Region]) -> float | None:
    """The share of what was found that is evidence, what is found again being of no use; None of nothing."""
    return shared(found, gold) / length(found) if length(found) else None


def iou(found: Sequence[Region], gold: Sequence[Region]) -> float:
    """Intersection over union: evidence found, over what was found or is evidence."""
    both = shared(found, gold)
    return both / (length(found) + length(merged(gold)) - both)


def has_spans(row: Row) -> bool:
    """Whether there is evidence, all of it with a span."""
    return 0 < len(row.gold) == len(row.case.evidence)


_MEASURED = {"recall": recall, "precision": precision, "IoU": iou}


def _value(name: str, row: Row) -> float | None:
    return _MEASURED[name](row.hits[:_K], row.gold) if searched(row) and has_spans(row) else None


MEASURES = tuple(
    Measure(name=f"evidence {name}@{_K}", value=partial(_value, name), source=CHROMA, group="evidence")
    for name in _MEASURED
)
