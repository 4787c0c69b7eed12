"""What the page's script knows of a run: every case with its answer, excerpts, hits and scores, as JSON.

Words are written as `shown` makes them visible, so nothing hidden or steering reaches the page; what occurs in many cases, pieces of
articles and passages, is written once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from evals.measures import Measure
from evals.report.contents import UNTESTED, UNTESTED_MEANS, Contents, languages, seconds
from evals.report.excerpts import ArticleText, Excerpt, excerpts
from evals.report.records import scalar_measures
from evals.runs import Region, Row
from index.shown import shown

_OPENING = 140  # characters of a found passage
_PARTS = ("dense", "centred", "lexical", "standing")  # of a hit's score, as our retriever names them


class Passages:
    """The passages that any case found, numbered."""

    def __init__(self, article_text: ArticleText) -> None:
        self._text, self._numbers = article_text, dict[Region, int]()

    def number(self, hit: Region) -> int:
        """The number of a passage."""
        return self._numbers.setdefault(hit, len(self._numbers))

    def written(self) -> list[list[Any]]:
        """File, start, end and first words of each."""
        return [[p.file, p.span.start, p.span.end, self._opening(p)] for p in self._numbers]

    def _opening(self, passage: Region) -> str:
        words = passage.span.of(self._text(passage.file) or "")
        return " ".join(words[: 2 * _OPENING].split())[:_OPENING]


def details(contents: Contents, article_text: ArticleText | None, colours: dict[str, str]) -> str:
    """The JSON that the page holds, safe inside of a script element."""
    text = cache(article_text or (lambda _: None))
    rows, measures, passages = contents.run.rows, scalar_measures(contents.run), Passages(text)
    cut = excerpts(rows, text)
    parts = [
        name
        for name in _PARTS
        if any(name in hit.get("parts", {}) for row in rows for hit in row.answer.get("hits", ()))
    ]
    cases = [
        _case(row, came_out)
        | {"values": [_number(m.value(row)) for m in measures], "excerpts": [_excerpt(e) for e in some]}
        | {"hits": _hits(row, passages, parts)}
        for row, came_out, some in zip(rows, contents.came_out, cut.rows, strict=True)
    ]
    written = {
        "measures": [m.name for m in measures],
        "main": _main(contents, measures),
        "meanings": {t.name: t.meaning for t in contents.tallies} | {UNTESTED: UNTESTED_MEANS},
        "colours": colours,
        "parts": parts,
        "pieces": cut.pieces,
        "passages": passages.written(),
        "cases": cases,
    }
    return in_script(json.dumps(_visible(written), ensure_ascii=False, allow_nan=False, separators=(",", ":")))


def in_script(text: str) -> str:
    """JSON that can neither end the script element it stands in nor open a comment there (HTML Standard, 4.12.1.3)."""
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _case(row: Row, came_out: str) -> dict[str, Any]:
    """What is said of a case but for its figures and places."""
    case, answer = row.case, row.answer
    rewritten = answer.get("rewritten") or ""
    return {
        "id": case.id,
        "question": case.question,
        "history": [[turn.question, turn.answer] for turn in case.history],
        "type": case.type,
        "languages": languages(row),
        "answerable": case.answerable,
        "as_of": case.as_of.isoformat() if case.as_of else "",
        "answers": case.answers,
        "wrong": case.wrong_answers,
        "whole": [e.file for e in case.evidence if not e.span],
        "came_out": came_out,
        "error": row.error or "",
        "seconds": _number(seconds(row)),
        "mode": answer.get("mode") or "",
        "rewritten": rewritten if rewritten != case.question else "",
        "sure": _number(answer.get("answerability")),
        "said": _said(row),
        "refusal": _refusal(row),
        "citations": [_citation(c) for c in answer.get("citations", ())],
        "trace": _trace(row),
        "warnings": list(answer.get("warnings") or ()),
    }


def _said(row: Row) -> list[list[Any]]:
    """The claims: text, numbers of citations, support, reasons. Without claims, the answer cut at its [1] marks."""
    if not row.answered:
        return []
    if claims := row.answer.get("claims"):
        return [[c["text"], c["citations"], c["support"], c.get("reasons", [])] for c in claims]
    parts = re.findall(r"(.+?)((?:\s*\[\d+\])+|\Z)", row.answer.get("answer") or "", re.DOTALL)
    return [[text.strip(), [int(n) for n in re.findall(r"\d+", marks)], "", []] for text, marks in parts]


def _refusal(row: Row) -> dict[str, Any] | None:
    if row.answered is not False:
        return None
    refusal = row.answer.get("refusal") or {}
    closest = [" · ".join(filter(None, (c.get("title"), c["file"], c.get("date")))) for c in refusal.get("closest", ())]
    return {"reason": refusal.get("reason") or row.answer.get("answer") or "", "closest": closest}


def _citation(citation: dict[str, Any]) -> list[Any]:
    """Number, title, place, and the articles that print the same."""
    first, last, place = (citation.get(key) for key in ("line_start", "line_end", "place"))
    lines = "" if first is None else f":{first}" if first == last else f":{first}-{last}"
    where = f"{citation.get('file') or 'nowhere: there is no such source'}{lines}" + (f", {place}" if place else "")
    about = ", ".join(filter(None, (citation.get("outlet"), citation.get("date"))))
    title = (citation.get("title") or "") + (f" ({about})" if about else "")
    return [citation["number"], f"{title} " if title else "", where, list(citation.get("also_in") or ())]


def _trace(row: Row) -> list[list[Any]]:
    """Where each piece of evidence stood: its place, whether it is indexed, and its ranks."""
    evidence = [e for e in row.case.evidence if e.span] if len(row.gold) == len(row.trace) else row.case.evidence
    places = [f"{e.file} {e.start}–{e.end}" if e.span else e.file for e in evidence]
    return [[p, t.indexed, t.dense, t.lexical, t.fused] for p, t in zip(places, row.trace, strict=False)]


def _hits(row: Row, passages: Passages, parts: Sequence[str]) -> list[list[Any]]:
    """Rank, passage, whether it has evidence, score and its parts."""
    whole = {e.file for e in row.case.evidence if not e.span}
    return [
        [
            hit.get("rank", rank),
            passages.number(place),
            place.file in whole or any(place.overlaps(gold) for gold in row.gold),
            _number(hit.get("score")),
            *(_number(hit.get("parts", {}).get(name)) for name in parts),
        ]
        for rank, (hit, place) in enumerate(zip(row.answer.get("hits", ()), row.hits, strict=True), start=1)
    ]


def _excerpt(excerpt: Excerpt) -> dict[str, Any]:
    return {"file": excerpt.file, "stretches": excerpt.stretches, "gold": excerpt.gold, "cited": excerpt.cited}


def _main(contents: Contents, measures: Sequence[Measure]) -> list[int]:
    """Which of the measures are columns of the list."""
    places = {m.name: i for i, m in enumerate(measures)}
    return [places[s.measure.name] for s in contents.main if s.measure.name in places][:4]


def _number(value: object) -> float | None:
    return round(float(value), 4) if isinstance(value, int | float) else None


def _visible(value: Any) -> Any:
    """`value` with every text in it made visible."""
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, dict):
        return {shown(key): _visible(inner) for key, inner in value.items()}
    return [_visible(inner) for inner in value] if isinstance(value, list | tuple) else value
