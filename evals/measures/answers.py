"""Answers against the accepted ones: as a whole, by words, and whether they hold one.

The whole of an answer rarely equals an accepted short one when it is a quoted sentence: there, "answer in quote" says
whether the reader finds it. They apply to cases with accepted answers that were answered; token F1 also to those that have only
whole answers of people; a wrong answer, to those with known wrong ones. `words` says how words are compared.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from evals.measures.citations import numbers
from evals.measures.measure import Measure
from evals.measures.words import words
from evals.runs import Row

SQUAD = "Rajpurkar et al. (2016), SQuAD"
MLQA = "Lewis et al. (2020), MLQA"
MALLEN = "Mallen et al. (2023), When not to trust language models"
RAMDOCS = "Wang et al. (2025), Retrieval-augmented generation with conflicting evidence"
_MARK = re.compile(r"\s*\[\d+\]")


def exact(given: str, accepted: str, language: str) -> float:
    """1 if both have the same words in the same order."""
    return float(words(given, language) == words(accepted, language))


def f1(given: str, accepted: str, language: str) -> float:
    """The harmonic mean of the shares of words that each has in common with the other; without words, 1 if both have none."""
    some, others = words(given, language), words(accepted, language)
    if not some or not others:
        return float(some == others)
    return 2 * (Counter(some) & Counter(others)).total() / (len(some) + len(others))


def holds(text: str, answers: Iterable[str], row: Row) -> bool:
    """Whether one of `answers` occurs in `text`, word for word, be punctuation left out (U.S.) or a gap (1914–1918)."""
    return any(
        _occurs(words(answer, _language(row), gap=gap), words(text, _language(row), gap=gap))
        for answer in answers
        for gap in ("", " ")
    )


def _occurs(some: Sequence[str], others: Sequence[str]) -> bool:
    n = len(some)
    return n > 0 and any(others[at : at + n] == some for at in range(len(others) - n + 1))


def _language(row: Row) -> str:
    """That of the evidence, as in MLQA, or else that of the question."""
    return row.case.q_lang if row.case.doc_lang == "und" else row.case.doc_lang


def said(row: Row) -> str:
    """What an answer says, without its marks."""
    claims = row.answer.get("claims")
    return " ".join(claim["text"] for claim in claims) if claims else _MARK.sub("", row.answer.get("answer") or "")


def quotes(row: Row) -> list[str]:
    """What an answer's citations quote."""
    cited = numbers(row)
    return [c.get("quote") or "" for c in row.answer.get("citations", ()) if c["number"] in cited]


def exact_match(row: Row) -> float | None:
    """Exact match with the accepted answer that fits best."""
    return max(exact(said(row), a, _language(row)) for a in row.case.answers) if _applies(row) else None


def token_f1(row: Row) -> float | None:
    """F1 over words with the accepted answer that fits best; with the whole answers of people where there is no short one."""
    accepted = row.case.answers or row.case.references
    return max(f1(said(row), a, _language(row)) for a in accepted) if row.answered and accepted else None


def in_text(row: Row) -> float | None:
    """1 if the answer holds an accepted one."""
    return float(holds(said(row), row.case.answers, row)) if _applies(row) else None


def in_quote(row: Row) -> float | None:
    """1 if a quote that is cited holds an accepted answer."""
    return float(any(holds(quote, row.case.answers, row) for quote in quotes(row))) if _applies(row) else None


def wrong_given(row: Row) -> float | None:
    """1 if the answer holds one that is known to be wrong, and none that is accepted."""
    if not row.answered or not row.case.wrong_answers:
        return None
    text = said(row)
    return float(holds(text, row.case.wrong_answers, row) and not holds(text, row.case.answers, row))


def _applies(row: Row) -> bool:
    return bool(row.answered and row.case.answers)


def crashed(row: Row) -> float:
    """1 if there is no answer because something crashed."""
    return float(row.error is not None)


MEASURES = (
    Measure(name="answer in quote", value=in_quote, yes_no=True, source=MALLEN, group="answer"),
    Measure(name="answer in text", value=in_text, yes_no=True, source=MALLEN, group="answer"),
    Measure(name="exact match", value=exact_match, yes_no=True, source=f"{SQUAD}; {MLQA}", group="answer"),
    Measure(name="token F1", value=token_f1, source=f"{SQUAD}; {MLQA}", group="answer"),
    Measure(name="wrong answer given", value=wrong_given, yes_no=True, better="lower", source=RAMDOCS, group="answer"),
    Measure(
        name="crashed",
        value=crashed,
        yes_no=True,
        better="lower",
        source="ours: a row without an answer",
        group="answer",
    ),
)
