"""What must survive of growth: memory, over many articles and in a long conversation."""

from __future__ import annotations

import re
import sqlite3
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from benchmarks.speed.chat import ask, page
from rag.question.types import Question
from rag.types import Answer, Claim
from tests.children import REPOSITORY, start
from tests.conftest import Tried
from tests.memory import peak_kilobytes
from ui.web.asking import Asked, Stop, told
from ui.web.conversations import MOST_TURNS, Conversations
from ui.web.words import words

ANSWER = Answer(
    question="Is it?",
    rewritten="Is it?",
    mode="written",
    claims=(Claim(text="It is. " * 300, citations=(), support="unchecked"),),
)


# Row 40: a conversation of a thousand turns


class Assistant:
    """Says one answer, and keeps how many turns it was given."""

    writer = None

    def __init__(self) -> None:
        self.given: list[int] = []

    def stream(self, question: Question, mode: object = None) -> Iterator[Claim | Answer]:
        self.given.append(len(question.history))
        yield ANSWER


def asked(kept: Conversations, assistant: Any, **more: Any) -> dict[str, Any]:
    question = Asked.of({"question": "Is it?", **more})
    return list(told(assistant, kept, "me", question, words("en"), Stop()))[-1]


def peak_megabytes(what: Callable[[], object]) -> float:
    tracemalloc.start()
    try:
        what()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


@pytest.fixture
def long_talk(tmp_path: Path) -> tuple[Conversations, str]:
    """A conversation that has as many turns as one may have."""
    kept = Conversations(tmp_path)
    name = asked(kept, Assistant())["conversation"]
    copied = "WITH RECURSIVE n(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM n WHERE n < ?) "
    copied += "INSERT INTO turn SELECT conversation, n, asked, answer, words FROM turn, n"
    with closing(sqlite3.connect(tmp_path / "conversations.sqlite")) as connection, connection:
        connection.execute(copied, (MOST_TURNS - 1,))
    return kept, name


def test_acceptance_40_the_thousandth_turn_takes_no_more_than_the_tenth(
    long_talk: tuple[Conversations, str], tried: Tried
) -> None:
    (kept, name), assistant = long_talk, Assistant()
    longest = peak_megabytes(lambda: asked(kept, assistant, conversation=name, number=MOST_TURNS))
    tenth = peak_megabytes(lambda: asked(kept, assistant, conversation=name, number=10))
    assert assistant.given == [10, 10]
    assert abs(longest - tenth) < 1
    tried(turns=MOST_TURNS, megabytes=longest)


def test_control_40_a_page_that_reads_the_whole_conversation_is_seen(long_talk: tuple[Conversations, str]) -> None:
    """A page that reads the whole conversation for each question."""
    kept, name = long_talk
    assert peak_megabytes(lambda: kept.turns("me", name)) > 3


# Row 40: a hundred thousand articles


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_acceptance_40_a_hundred_thousand_articles_take_the_memory_that_the_readme_states(
    tmp_path: Path, tried: Tried
) -> None:
    """The page, in a process of its own: 25 questions, the last of them with a filter, which has every vector read."""
    stated = re.search(
        r"([\d,]+) MB of memory with 100,000 articles", (REPOSITORY / "README.md").read_text(encoding="utf-8")
    )
    assert stated
    home = tmp_path / "home"
    started = start("grow", home, 100_100)
    out, err = started.communicate()
    assert int(out) >= 100_000, err
    with page(home, SOURCELINE_MODE="quotes") as (client, child):
        said = [ask(client, number).said for number in range(24)]
        said.append(ask(client, 24, filters={"languages": ["en"]}).said)
        peak = peak_kilobytes(child.pid) / 1000
    assert set(said) == {"answered"}
    tried(articles=int(out), questions=len(said), megabytes=peak)
    assert peak < int(stated[1].replace(",", ""))
