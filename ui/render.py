"""What people and programs are shown: pure functions from answers to text and to JSON.

Text of articles is hostile until shown: control characters, direction overrides and invisible tags are made visible.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rag.types import Answer, Citation, Claim, Hit, Refusal

if TYPE_CHECKING:
    from rag.cite import Located

_JOINERS = "\u200c\u200d"  # needed by Persian, Hindi and emoji, and harmless


def shown(text: str) -> str:
    """`text` with every character that could steer a terminal or hide something written out as <U+202E>."""
    return "".join(c if _harmless(c) else f"<U+{ord(c):04X}>" for c in text)


def _harmless(c: str) -> bool:
    return c in "\n\t" + _JOINERS or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def one_line(text: str) -> str:
    """`text` on one line: for titles, file names and quotes in a list."""
    return shown(" ".join(text.split()))


def answer_object(answer: Answer) -> dict[str, Any]:
    """The JSON form of an answer: the contract of `ask --json` and of every case that `eval run` writes."""
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
        "hits": [hit_object(h) for h in answer.hits],
        "warnings": list(answer.warnings),
        "timings": {k: round(v, 4) for k, v in answer.timings.items()},
        "usage": answer.usage,
    }


def claim_object(claim: Claim) -> dict[str, Any]:
    """The JSON form of a claim."""
    return {
        "text": claim.text,
        "support": claim.support,
        "reasons": list(claim.reasons),
        "citations": list(claim.citations),
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


def located_object(located: Located) -> dict[str, Any]:
    """The JSON form of a citation that was followed."""
    from rag.cite import lines_of

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
