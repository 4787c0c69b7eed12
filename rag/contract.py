"""The JSON form of an answer: what `ask --json` prints, and what `eval run` writes for every case."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from index.types import Filters
from rag.cite import Located, lines_of
from rag.question.types import Query
from rag.question.when import Period
from rag.types import Answer, Citation, Claim, Disagreement, Hit, Refusal


def answer_object(answer: Answer) -> dict[str, Any]:
    """The JSON form of an answer."""
    return {
        "question": answer.question,
        "rewritten": answer.rewritten,
        "mode": answer.mode,
        "answer": answer.text,
        "refused": answer.refusal is not None,
        "refusal": _refusal_object(answer.refusal) if answer.refusal else None,
        "answerability": round(answer.answerability, 4),
        "claims": [claim_object(c) for c in answer.claims],
        "citations": [citation_object(c) for c in answer.citations],
        "disagreements": [disagreement_object(d) for d in answer.disagreements],
        "unanswered": list(answer.unanswered),
        "hits": [hit_object(h) for h in answer.hits],
        "warnings": list(answer.warnings),
        "timings": {k: round(v, 4) for k, v in answer.timings.items()},
        "usage": answer.usage,
        **searched_object(answer),
    }


def searched_object(of: Answer | Query) -> dict[str, Any]:
    """Which articles were searched, and the days and outlets that were read in the question."""
    return {
        "filters": filters_object(of.filters),
        "periods": [period_object(p) for p in of.periods],
        "outlets": [{"name": o.name, "text": o.text, "only": o.only} for o in of.outlets],
    }


def filters_object(filters: Filters) -> dict[str, Any]:
    """The JSON form of the filters that keep articles out; those that allow all are left out."""
    values = {f.name: getattr(filters, f.name) for f in fields(filters)}
    return {name: v.isoformat() if isinstance(v, date) else list(v) for name, v in values.items() if v}


def period_object(period: Period) -> dict[str, Any]:
    """The JSON form of days that the question names."""
    since, until = (day.isoformat() if day else None for day in (period.since, period.until))
    return {"since": since, "until": until, "text": period.text, "kind": period.kind}


def claim_object(claim: Claim) -> dict[str, Any]:
    """The JSON form of a claim."""
    return {
        "text": claim.text,
        "support": claim.support,
        "reasons": list(claim.reasons),
        "citations": list(claim.citations),
        "added": list(claim.added),
        "lead": claim.lead,
    }


def citation_object(citation: Citation) -> dict[str, Any]:
    """The JSON form of a citation; `selectors` are those of the W3C Web Annotation Data Model."""
    start, end = citation.span.start, citation.span.end
    return {
        "number": citation.number,
        "file": citation.file,
        "start": start,
        "end": end,
        "line_start": citation.line_start,
        "line_end": citation.line_end,
        "quote": citation.quote,
        "title": citation.title,
        "date": citation.date.isoformat() if citation.date else None,
        "outlet": citation.outlet,
        "language": citation.language,
        "sha256": citation.sha256,
        "uri": citation.uri,
        "place": citation.place,
        "also_in": list(citation.also_in),
        "selectors": [
            {"type": "TextPositionSelector", "start": start, "end": end},
            {"type": "TextQuoteSelector", "exact": citation.quote},
        ],
    }


def disagreement_object(disagreement: Disagreement) -> dict[str, Any]:
    """The JSON form of what articles differ in, newest last."""
    values = [
        {
            "text": v.text,
            "citation": v.citation,
            "start": v.span.start,
            "end": v.span.end,
            "outlet": v.outlet,
            "date": v.date.isoformat() if v.date else None,
        }
        for v in disagreement.values
    ]
    return {"matter": disagreement.matter, "text": disagreement.text, "values": values}


def hit_object(hit: Hit) -> dict[str, Any]:
    """The JSON form of a hit."""
    return {
        "rank": hit.rank,
        "file": hit.passage.article_id,
        "start": hit.passage.span.start,
        "end": hit.passage.span.end,
        "score": round(hit.score, 4),
        "parts": {k: round(v, 4) for k, v in hit.parts.items()},
        "copies": list(hit.copies),
    }


def _refusal_object(refusal: Refusal) -> dict[str, Any]:
    closest = [
        {"file": c.file, "title": c.title, "date": c.date.isoformat() if c.date else None, "outlet": c.outlet}
        for c in refusal.closest
    ]
    return {"reason": refusal.reason, "closest": closest}


def located_object(located: Located) -> dict[str, Any]:
    """The JSON form of a citation that was followed."""
    first, last = lines_of(located.text, located.span)
    return {
        "state": located.state,
        "file": located.article.id,
        "quote": located.quote,
        "start": located.span.start,
        "end": located.span.end,
        "line_start": first,
        "line_end": last,
        "title": located.article.title,
        "outlet": located.article.outlet,
        "date": located.article.date.isoformat() if located.article.date else None,
    }
