"""What an optional judge says (`evals/judge.py`), and how far it agrees with itself.

They apply to judged rows only. A case on which the judge gave no verdict is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evals.judge import Votes, verdict
from evals.measures.measure import Measure
from evals.runs import Row

ZHENG = "Zheng et al. (2023), Judging LLM-as-a-judge"
RASHKIN = "Rashkin et al. (2023), Measuring attribution in natural language generation models"
FLEISS = "Fleiss (1971), Measuring nominal scale agreement among many raters"


def correctness(row: Row) -> float | None:
    """1 if most votes say that the answer is right."""
    return verdict(_judge(row).get("correct"))


def support(row: Row) -> float | None:
    """The share of the claims whose citations say so by most votes; a claim that cites nothing that exists has none."""
    found = [0.0 if votes is None else verdict(votes) for votes in _judge(row).get("claims", ())]
    told = [value for value in found if value is not None]
    return sum(told) / len(told) if told else None


def agreement(row: Row) -> float | None:
    """The share of pairs of votes on the same question that agree, over the questions of this row: Fleiss' P."""
    told = [pairs for votes in _all(row) if (pairs := _agreeing(votes)) is not None]
    return sum(told) / len(told) if told else None


def counts(row: Row) -> tuple[float, ...] | None:
    """Of the questions with at least two votes: how many, the sum of their agreement, all votes, those for yes."""
    told = [votes for votes in _all(row) if _agreeing(votes) is not None]
    agreeing = [_agreeing(votes) or 0.0 for votes in told]
    given, yes = sum(v["yes"] + v["no"] for v in told), sum(v["yes"] for v in told)
    return (float(len(told)), sum(agreeing), float(given), float(yes)) if told else None


def kappa(parts: Sequence[tuple[float, ...]]) -> float | None:
    """Fleiss' kappa of two answers: the agreement beyond what votes cast by lot would have; None if all votes are the same."""
    questions, agreeing, given, yes = (sum(column) for column in zip(*parts, strict=True)) if parts else (0, 0, 0, 0)
    if not questions:
        return None
    share = yes / given
    chance = share**2 + (1 - share) ** 2
    return None if chance == 1 else (agreeing / questions - chance) / (1 - chance)


def no_verdict(row: Row) -> float | None:
    """The share of the votes that never came or could not be read."""
    votes = _all(row)
    asked = sum(sum(v.values()) for v in votes)
    return sum(v["failed"] for v in votes) / asked if asked else None


def _judge(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = row.answer.get("judge") or {}
    return found


def _all(row: Row) -> list[Votes]:
    judge = _judge(row)
    return [votes for votes in (judge.get("correct"), *judge.get("claims", ())) if votes]


def _agreeing(votes: Votes) -> float | None:
    """The share of pairs of votes that agree; None of fewer than two votes."""
    yes, no = votes["yes"], votes["no"]
    given = yes + no
    return (yes * (yes - 1) + no * (no - 1)) / (given * (given - 1)) if given > 1 else None


NO_VERDICT = Measure(name="judge without verdict", value=no_verdict, better="lower", source=ZHENG, group="support")
MEASURES = (
    Measure(name="judged correctness", value=correctness, yes_no=True, source=ZHENG, group="answer"),
    Measure(name="judged support", value=support, source=RASHKIN, group="support"),
    Measure(name="judge agreement", value=agreement, source=FLEISS, group="support"),
    Measure(name="judge kappa", value=counts, aggregate=kappa, unit="ratio", source=FLEISS, group="support"),
    NO_VERDICT,
)
