"""A sentence that was an answer already answers another question only where it holds what is newly asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.cases import load_cases
from evals.systems import question_of
from rag.assistant import Assistant
from rag.question.types import Follows, Query
from rag.quotes.repeated import share_left
from tests.rag.sentences import said

CASES = load_cases(Path(__file__).parents[3] / "evals" / "gold" / "follow_ups.jsonl")
BEYOND = {"chain-014"}  # who replaces him: the sentence that was said has names enough, and the right one other words

FIRE = "About 500 firefighters fought the fire on Monday evening."
LEFT = [
    ("en", "How many firefighters fought the fire?", FIRE, "And when?", True),
    ("en", "How many firefighters fought the fire?", FIRE, "What did they save?", False),
    ("en", "Who fought the fire?", FIRE, "How many of them?", True),
    ("en", "Who fought the fire?", FIRE, "How many years did it burn?", False),
    ("en", "Who fought the fire?", FIRE, "Why?", False),
    ("de", "Was kostet das Ticket?", "Das Ticket kostet 58 Euro; bisher waren es 49 Euro.", "Und davor?", True),
    ("de", "Was kostet das Ticket?", "Das Ticket kostet 58 Euro im Monat.", "Wann beginnt das?", False),
    ("fr", "Qui est mort ?", "Le général est mort vendredi dans les Pyrénées.", "Où ?", True),
    ("fr", "Qui est mort ?", "Le général est mort vendredi dans les Pyrénées.", "Quel âge avait-il ?", False),
    ("ru", "Кто подписал договор?", "Договор подписал президент.", "Сколько в нём статей?", False),
]


@pytest.mark.parametrize(("language", "before", "answered", "asked", "holds"), LEFT)
def test_what_is_left_of_a_sentence_that_was_said(
    language: str, before: str, answered: str, asked: str, *, holds: bool
) -> None:
    follows = Follows(asked=asked, question=before, answered=f"{answered} [1]")
    query = Query(text=f"{asked} ({before})", language=language, follows=follows)
    assert (share_left(query, said("a.txt", answered, language)) == 1) == holds
    assert share_left(query, said("a.txt", "Nobody said this before.", language)) == 1
    assert share_left(Query(text=asked, language=language), said("a.txt", answered, language)) == 1


@pytest.mark.parametrize("case", [c for c in CASES if c.id not in BEYOND], ids=lambda c: c.id)
def test_the_chains_are_answered(sample: Assistant, case) -> None:  # type: ignore[no-untyped-def]
    answer = sample.ask(question_of(case), "quotes")
    assert any(e.file == c.file and e.quote in c.quote for e in case.evidence for c in answer.citations), answer.text
