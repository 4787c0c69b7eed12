"""A small run, made by hand: every way a case can look, and words that want to be more than words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from evals.cases import Case, Evidence, Turn
from evals.runs import Row, Run, Traced

FILE = "rail/price.txt"
TEXT = "The ticket began in 2023. It costs 58 euros a month. The price rises in January. Nobody likes it."
GOLD, CITED = (26, 52), (26, 80)
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> <!-- \u202egnp.exe\x1b[31m"
ARABIC = "بلغ سعر التذكرة ثمانية وخمسين يورو في الشهر."


def evidence(file: str = FILE, start: int = GOLD[0], end: int = GOLD[1], text: str = TEXT) -> Evidence:
    return Evidence(file=file, quote=text[start:end], start=start, end=end)


def citation(
    number: int, file: str = FILE, start: int = CITED[0], end: int = CITED[1], text: str = TEXT
) -> dict[str, Any]:
    return {"number": number, "file": file, "start": start, "end": end, "quote": text[start:end], "title": "The price"}


def answer(text: str, *citations: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The JSON form of an answer; without citations a refusal."""
    numbers = [c["number"] for c in citations]
    refused = {"reason": text, "closest": []} if not citations else None
    return {
        "question": "?",
        "rewritten": "?",
        "mode": "quotes",
        "answer": text + "".join(f" [{n}]" for n in numbers),
        "refused": refused is not None,
        "refusal": refused,
        "answerability": 0.75,
        "claims": [{"text": text, "support": "supported", "reasons": [], "citations": numbers}] if citations else [],
        "citations": list(citations),
        "hits": [{"rank": 1, "file": FILE, "start": 0, "end": 80, "score": 2.5, "parts": {"dense": 0.9}, "copies": []}],
        "warnings": [],
        "timings": {"total": 0.25},
        "usage": {},
    } | more


def asked(name: str, question: str, **more: Any) -> Case:
    known = {"answerable": True, "answers": ("58 euros",), "evidence": (evidence(),), "q_lang": "en", "doc_lang": "en"}
    return Case(id=name, question=question, **(known | more))


@pytest.fixture
def run() -> Run:
    """Eight cases: right, two refusals of which one is wrong, a wrong citation, a crash, hostile, Arabic, and a bare peer's answer."""
    found = (Traced(indexed=True, dense=1, lexical=2, fused=1),)
    away = citation(1, start=0, end=25)
    rows = (
        Row(
            case=asked("right", "What does it cost?", type="number"),
            answer=answer("It costs 58 euros.", citation(1)),
            trace=found,
        ),
        Row(
            case=asked("refused", "Und was kostet es?", q_lang="de", history=(Turn(question="Was?"),)),
            answer=answer("No answer."),
        ),
        Row(
            case=asked("none", "Who likes it?", answerable=False, answers=(), evidence=()), answer=answer("No answer.")
        ),
        Row(case=asked("astray", "The cost?"), answer=answer("It costs 58 euros.", away, answerability=0.2)),
        Row(case=asked("crashed", "Why?"), error="ReadTimeout: no answer in 60 s"),
        Row(
            case=asked(HOSTILE, HOSTILE, type=HOSTILE, answers=("=1+1",)),
            answer=answer(HOSTILE, citation(1, file=HOSTILE)),
        ),
        Row(
            case=asked("arabic", "=HYPERLINK(1)", evidence=(evidence("ar.txt", 4, 20, ARABIC),)),
            answer=answer("ثمانية", citation(1, "ar.txt", 9, 20, ARABIC)),
        ),
        Row(
            case=asked("whole", "Which article?", evidence=(Evidence(file=FILE),), answers=()),
            answer={"answer": "This [1] and that [7].", "refused": False, "citations": [citation(1)], "question": "?"},
        ),
    )
    return Run(header={"mode": "quotes", "corpus": HOSTILE, "started": "2026-11-22T02:45:00+00:00"}, rows=rows)


@pytest.fixture
def article_text() -> Callable[[str], str | None]:
    return {FILE: TEXT, "ar.txt": ARABIC, HOSTILE: TEXT}.get
