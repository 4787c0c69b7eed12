"""Rows to measure: written by hand, and drawn by hypothesis."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from evals.cases import Case, Evidence
from evals.runs import Row

Place = tuple[str, int, int]


def evidence(place: Place | str, relevance: int = 1) -> Evidence:
    """A piece of evidence: (file, start, end), or the file alone for the whole article."""
    if isinstance(place, str):
        return Evidence(file=place, relevance=relevance)
    file, start, end = place
    return Evidence(file=file, start=start, end=end, quote="x" * (end - start), relevance=relevance)


def case(*gold: Place | str | Evidence, **other: Any) -> Case:
    """An answerable case with this evidence."""
    pieces = tuple(e if isinstance(e, Evidence) else evidence(e) for e in gold)
    return Case(**{"id": "c", "question": "?", "answerable": True, "evidence": pieces, **other})


UNANSWERABLE = Case(id="u", question="?", answerable=False)


def hits(*places: Place) -> dict[str, Any]:
    """What a system that only searches answers."""
    return {"hits": [{"file": file, "start": start, "end": end} for file, start, end in places]}


def cites(
    *places: Place, quotes: Iterable[str] = (), cited: Iterable[int] | None = None, **other: Any
) -> dict[str, Any]:
    """An answer of one claim that cites the places, numbered from 1, or the numbers `cited`."""
    said = [*quotes, *[""] * len(places)]
    return {
        "refused": False,
        "answerability": 0.5,
        "claims": [
            {
                "text": " ".join(quotes),
                "support": "supported",
                "citations": list(range(1, len(places) + 1) if cited is None else cited),
            }
        ],
        "citations": [
            {"number": n, "file": file, "start": start, "end": end, "quote": quote}
            for n, ((file, start, end), quote) in enumerate(zip(places, said, strict=False), start=1)
        ],
        **other,
    }


REFUSED = {"refused": True, "answerability": 0.1, "claims": [], "citations": [], "answer": "No article says."}

_files = st.sampled_from(["a.txt", "b.txt", "c.txt"])
_texts = st.sampled_from(["", "58", "58 Euro", "the", "Es kostet 58 Euro.", "东京", "?!", "U.S."])
_words = st.lists(_texts, max_size=3)
_shares = st.one_of(st.sampled_from([0.0, 0.5, 1.0]), st.floats(0, 1))


@st.composite
def _places(draw: st.DrawFn, *, empty: bool) -> Place:
    start = draw(st.integers(0, 30))
    return draw(_files), start, start + draw(st.integers(0 if empty else 1, 20))


@st.composite
def _cases(draw: st.DrawFn) -> Case:
    if draw(st.integers(0, 3)) == 0:
        return UNANSWERABLE
    whole = st.builds(evidence, _files, st.integers(1, 3))
    spans = st.builds(evidence, _places(empty=False), st.integers(1, 3))
    gold = draw(st.lists(st.one_of(spans, spans, whole), min_size=1, max_size=4))
    languages = st.sampled_from(["und", "en", "de", "fr", "zh"])
    return case(
        *gold,
        answers=tuple(draw(_words)),
        wrong_answers=tuple(draw(_words)),
        q_lang=draw(languages),
        doc_lang=draw(languages),
    )


@st.composite
def _answers(draw: st.DrawFn) -> dict[str, Any]:
    found = hits(*draw(st.lists(_places(empty=True), max_size=12)))
    if draw(st.booleans()):
        return found
    used = {"timings": {"total": 1.5, "first_claim": 0.5}, "usage": {"prompt": 10, "completion": 2, "cost": 0.01}}
    if draw(st.integers(0, 3)) == 0:
        return {**REFUSED, **found, **used, "answerability": draw(_shares)}
    supports = st.sampled_from(["supported", "partial", "unsupported", "unchecked"])
    numbers = st.lists(st.integers(1, 9), max_size=4)
    claims = st.builds(lambda t, s, n: {"text": t, "support": s, "citations": n}, _texts, supports, numbers)
    places = draw(st.lists(_places(empty=True), max_size=5))
    answer = cites(*places, quotes=[draw(_texts) for _ in places], answerability=draw(_shares))
    return {**answer, **found, **used, "claims": draw(st.lists(claims, max_size=3)), "answer": draw(_texts)}


@st.composite
def _rows(draw: st.DrawFn) -> Row:
    crashed = draw(st.integers(0, 9)) == 0
    return Row(case=draw(_cases()), answer={} if crashed else draw(_answers()), error="crashed" if crashed else None)


ROWS = st.lists(_rows(), max_size=4)
