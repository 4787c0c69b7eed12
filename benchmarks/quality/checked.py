"""Written sentences of a kept run verified anew: when the verifier changes, nothing need be written again."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from evals.runs import Region, Row
from evals.systems import question_of
from index.catalog import Catalog
from rag.assistant import Assistant
from rag.types import Candidate, Hit


def checked(row: Row, assistant: Assistant) -> Row:
    """The row with the support that its sentences have by today's verifier, and the seconds that this took."""
    if not row.answered:
        return row
    found = assistant.finder.found(question_of(row.case))
    cited = {number: _candidate(assistant.catalog, place) for number, place in row.citations.items()}
    start = time.perf_counter()
    claims = [_checked(claim, cited, found.best, found.query.language, assistant) for claim in row.answer["claims"]]
    timings = dict(row.answer["timings"]) | {"verify": round(time.perf_counter() - start, 4)}
    return replace(row, answer=dict(row.answer) | {"claims": claims, "timings": timings})


def _checked(
    claim: Mapping[str, Any],
    cited: Mapping[int, Candidate],
    retrieved: Sequence[Candidate],
    language: str,
    assistant: Assistant,
) -> dict[str, Any]:
    own = [number for number in claim["citations"] if number not in claim.get("added", ())]
    if not own:
        found = assistant.verifier.supporting(claim["text"], language, retrieved)
        return dict(claim) | {"support": "supported" if found else "unsupported"}
    if not set(own) <= cited.keys():
        return dict(claim) | {"support": "unsupported"}
    verdict = assistant.verifier.verdict(claim["text"], language, [cited[number] for number in own])
    return dict(claim) | {"support": verdict.support, "reasons": list(verdict.reasons)}


def _candidate(catalog: Catalog, place: Region) -> Candidate:
    """A cited sentence, in the passage that it stands in."""
    article = catalog.article(place.file)
    assert article
    sql = (
        "SELECT passage.id FROM passage JOIN article ON passage.article = article.number"
        " WHERE article.id = ? AND start <= ? AND end >= ?"
    )
    found, *_ = catalog.rows(sql, (place.file, place.span.start, place.span.end))
    passage = catalog.passages([found["id"]])[found["id"]]
    hit = Hit(passage=passage, rank=1, score=0.0, parts={})
    return Candidate(article=article, hit=hit, span=place.span, text=place.span.of(article.text))
