"""Why a case was missed: the first part that failed it.

The parts stand in a row, and each can only use what the one before it gave: an index, two legs, fusion with collapse and rerank,
the decision to answer, the choice of what to say, the citations. A missed case is put down to the first that failed, so every
missed case has exactly one cause: a question that was refused because nothing was found counts as not retrieved, and an
answer that is right by luck, beside evidence that was never found, too.

Evidence is found when a hit overlaps any piece of it, for the pieces say the same; evidence without a span is its whole article.
A case that names answers but no evidence is judged by its answer alone, and a run that only searches by its hits alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from evals.cases import Evidence
from evals.measures.answers import holds, quotes, said, wrong_given
from evals.measures.citations import numbers, places
from evals.runs import Region, Row

Cause = Literal[
    "crashed",
    "evidence not indexed",
    "not retrieved",
    "lost in fusion, collapse or rerank",
    "refused wrongly",
    "answered wrongly",
    "retrieved but not used",
    "right answer, wrong citation",
    "citation unsupported",
]
CAUSES: tuple[Cause, ...] = get_args(Cause)

EXPLANATIONS: Mapping[str, str] = {
    "crashed": "there is no answer, but an error",
    "evidence not indexed": "no passage of the index overlaps the evidence",
    "not retrieved": "no leg had the evidence among its first k passages, k being the number of hits",
    "lost in fusion, collapse or rerank": "a leg or the fusion had the evidence among its first k, and it is not among the hits",
    "refused wrongly": "the question was refused, though no evidence was missing among the hits",
    "answered wrongly": "answered although the articles do not, or with an answer that is known to be wrong",
    "retrieved but not used": "the evidence was among the hits, but was not cited, and the answer does not hold an accepted one",
    "right answer, wrong citation": "the answer holds an accepted one, but none of its citations overlaps the evidence",
    "citation unsupported": "the evidence was cited, but a claim is unsupported or cites a number that does not exist",
}


def cause(row: Row) -> Cause | None:
    """The first part that failed the case; None where it went right."""
    if row.error is not None:
        return "crashed"
    if not row.case.answerable:
        return "answered wrongly" if row.answered else None
    return _search_cause(row) or (_answer_cause(row) if row.answered is not None else None)


def tested(row: Row) -> bool:
    """Whether the run can show that the case went right: a search alone shows nothing of a case without evidence."""
    return row.error is not None or row.answered is not None or bool(row.case.evidence)


def causes(rows: Iterable[Row]) -> dict[Cause, list[str]]:
    """The ids of the missed cases by their cause, in the order of `CAUSES`; every cause is there."""
    missed: dict[Cause, list[str]] = {name: [] for name in CAUSES}
    for row in rows:
        if found := cause(row):
            missed[found].append(row.case.id)
    return missed


def _search_cause(row: Row) -> Cause | None:
    if not row.case.evidence or "hits" not in row.answer or _show_evidence(row, (*row.hits, *places(row))):
        return None  # what is cited was found, and a system that does not name its hits cannot be blamed for them
    if row.trace and not any(piece.indexed for piece in row.trace):
        return "evidence not indexed"
    ranks = [rank for piece in row.trace for rank in (piece.dense, piece.lexical, piece.fused) if rank is not None]
    first = min(ranks, default=len(row.hits) + 1)
    return "lost in fusion, collapse or rerank" if first <= len(row.hits) else "not retrieved"


def _answer_cause(row: Row) -> Cause | None:
    if not row.answered:
        return "refused wrongly"
    says_right = any(holds(text, row.case.answers, row) for text in (said(row), *quotes(row)))
    if wrong_given(row) or not (says_right or row.case.evidence):
        return "answered wrongly"
    if row.case.evidence and not _show_evidence(row, places(row)):
        return "right answer, wrong citation" if says_right else "retrieved but not used"
    return "citation unsupported" if _unsupported(row) else None


def _show_evidence(row: Row, regions: Iterable[Region]) -> bool:
    return any(_overlaps(region, piece) for region in regions for piece in row.case.evidence)


def _overlaps(region: Region, piece: Evidence) -> bool:
    return region.file == piece.file and (piece.span is None or region.span.overlaps(piece.span))


def _unsupported(row: Row) -> bool:
    claims = row.answer.get("claims") or ()
    return bool(numbers(row) - row.citations.keys()) or any(claim["support"] == "unsupported" for claim in claims)
