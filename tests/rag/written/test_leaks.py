"""What a model copies of its prompt is never shown, however the stream is cut; what it says in its words is."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

import prompts
from rag.written.claims import NO_ANSWER, Draft
from rag.written.drafts import drafted
from rag.written.leaks import Prompted
from tests.fuzzing import cut, tried

BOUNDARY = "=== 56fca4551c6f ==="
QUESTION = "How many articles does the treaty between Russia and Iran have?"
HEADING = "Article: What now? A pact, and who signed it (Northline Post, 2025-01-17, en)"
SOURCES = f"{HEADING}\n[1] The treaty has 47 articles.\n[2] If two of them say so, the treaty ends."
PROMPTED = Prompted(boundary=BOUNDARY, sources=SOURCES, question=QUESTION)
RULES = prompts.load("answer").render(no_answer=NO_ANSWER)
TOLD = prompts.load("answer_sources").render(
    boundary=BOUNDARY, sources=HEADING, notes="", question=QUESTION, language="English"
)
ANSWER = "The treaty has 47 articles. [1] If it ends, Russia and Iran say so [2]."


def shown(text: str, *, places: Sequence[int] = ()) -> list[str]:
    draft = Draft(prompted=PROMPTED)
    return [claim.text for claim in draft.claims(drafted(cut(text, list(places)), "en"))]


@pytest.mark.fuzz
@tried(40)
@given(st.sampled_from([*RULES.splitlines(), *TOLD.splitlines()]), st.lists(st.integers(0, 300), max_size=4))
def test_no_line_of_the_prompt_is_shown_before_an_answer_or_behind_it(line: str, places: list[int]) -> None:
    own = ["The treaty has 47 articles.", "If it ends, Russia and Iran say so."]
    assert shown(f"{line}\n{ANSWER}", places=places) == own
    assert shown(f"{ANSWER}\n- **{line.lstrip('- ')}**", places=places) == own


@pytest.mark.fuzz
@tried(40)
@given(st.integers(1, len(TOLD)))
def test_nor_is_one_that_is_cut_off(length: int) -> None:
    """A single word may be the beginning of anything."""
    assert all(len(text.split()) < 2 for text in shown(TOLD[:length]))


@pytest.mark.parametrize(
    "text",
    [
        "Question:",
        "**Question:** How many articles does the treaty betw",
        "So: === 56fca4551c6f === The treaty has 47 articles.",
        "As said between 56fca4551c6f and the end, it has 47.",
        QUESTION,
        "A pact, and who signed it (Northline Post, 2025-01-17, en)",
        "I write the answer in German, in whole sentences, each followed by the number of the sentence that says so.",
    ],
)
def test_what_is_made_of_the_prompt_is_told(text: str) -> None:
    assert PROMPTED.repeated_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "Yes.",
        "No, the articles do not say whether it ends.",
        "The treaty has 47 articles.",
        "The treaty between Russia and Iran has 47 articles.",
        "How many articles it has is not said.",
        "If two of them say so, the treaty ends.",
        "The Northline Post says so.",
        "The articles differ: one says 47, the other 57.",
        "They are quoted as saying so.",
        "The articles differ.",
        "=",
    ],
)
def test_what_is_said_in_words_of_articles_or_of_the_question_is_an_answer(text: str) -> None:
    assert not PROMPTED.repeated_in(text)


def test_the_question_as_a_statement_is_an_answer() -> None:
    asked = Prompted(boundary=BOUNDARY, sources=SOURCES, question="Russia supplied Iran?")
    assert asked.repeated_in("Russia supplied Iran?")
    assert not asked.repeated_in("Russia supplied Iran.")
