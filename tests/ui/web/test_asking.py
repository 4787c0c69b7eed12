"""Answers on their way to a browser: stopped, broken, kept or not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index.errors import HomeReadOnly, ModelUnavailable, SettingsWrong
from index.types import Filters, Span
from rag.question.types import Query, Question
from rag.types import Answer, Citation, Claim
from ui.web.asking import Asked, Stop, told
from ui.web.conversations import Conversations
from ui.web.words import words

Piece = Query | Citation | Claim | Answer
Say = Callable[[], Iterator[Piece]]
CITATION = Citation(
    number=1, file="a.txt", span=Span(start=3, end=9), line_start=1, line_end=1, quote="So it is", sha256=""
)
CLAIM = Claim(text="It is so.", citations=(1,), support="unchecked")
WHOLE = Answer(question="Is it?", rewritten="Is it?", mode="written", claims=(CLAIM,), citations=(CITATION,))


class Assistant:
    """Says what it is queued with."""

    writer = True

    def __init__(self, say: Say) -> None:
        self.say, self.asked = say, list[Question]()

    def stream(self, question: Question, mode: object = None) -> Iterator[Piece]:
        self.asked.append(question)
        yield from self.say()


def heard(home: Path, say: Say, stop: Stop | None = None, **asked: Any) -> list[dict[str, Any]]:
    question = Asked.of({"question": "Is it?", **asked})
    assistant: Any = Assistant(say)
    return list(told(assistant, Conversations(home), "me", question, words("en"), stop or Stop()))


def whole() -> Iterator[Piece]:
    yield CITATION
    yield CLAIM
    yield WHOLE


def test_claims_are_told_before_the_answer_and_it_is_kept(tmp_path: Path) -> None:
    first, last = heard(tmp_path, whole)
    assert "It is so." in first["said"]
    assert 'data-start="3"' in first["said"]  # its number can be followed
    assert last["answer"]["answer"] == "It is so. [1]"
    assert [t.answer["question"] for t in Conversations(tmp_path).turns("me", last["conversation"])] == ["Is it?"]


def test_what_is_searched_is_told_first(tmp_path: Path) -> None:
    def follows() -> Iterator[Piece]:
        yield Query(text="Is it so in Bonn?", language="en", filters=Filters(languages=("de",)))
        yield from whole()

    first, *_ = heard(tmp_path, follows, filters={"languages": ["de"]})
    assert "Is it so in Bonn?" in first["searched"]
    assert 'data-filter="languages"' in first["searched"]
    assert first["status"] == "The language model is writing …"


def test_a_model_that_hangs_does_not_keep_a_reader_who_stops(tmp_path: Path) -> None:
    stop, over = Stop(), threading.Event()

    def hangs() -> Iterator[Piece]:
        yield CITATION
        yield CLAIM
        stop.set()
        over.wait(30)
        yield WHOLE

    begun = time.monotonic()
    *_, last = heard(tmp_path, hangs, stop)
    assert stop.over.running()
    over.set()
    stop.over.result(30)
    assert time.monotonic() - begun < 5
    assert last["answer"]["warnings"] == ["stopped before the answer was complete"]
    assert last["answer"]["answer"] == "It is so. [1]"
    assert [c["quote"] for c in last["answer"]["citations"]] == ["So it is"]


def test_nothing_is_worked_on_for_who_stopped_before(tmp_path: Path) -> None:
    stop, assistant = Stop(), Assistant(whole)
    stop.set()
    given: Any = assistant
    (last,) = told(given, Conversations(tmp_path), "me", Asked.of({"question": "Is it?"}), words("en"), stop)
    assert last["answer"]["warnings"] == ["stopped before the answer was complete"]
    assert assistant.asked == []


def test_a_failure_is_said_in_words_with_what_to_do(tmp_path: Path) -> None:
    def fails() -> Iterator[Piece]:
        yield CLAIM
        raise ModelUnavailable("the model is busy", "ask again later")

    *_, last = heard(tmp_path, fails)
    assert (last["error"], last["remedy"]) == ("the model is busy", "ask again later")
    assert Conversations(tmp_path).listed("me") == []


def test_where_nothing_can_be_kept_the_answer_is_still_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise HomeReadOnly("the home cannot be written", "choose another")

    monkeypatch.setattr(Conversations, "add", full)
    *_, last = heard(tmp_path, whole)
    assert "It is so." in last["turn"]
    assert "this conversation is not kept: the home cannot be written" in last["answer"]["warnings"][-1]


def test_a_follow_up_knows_the_turns_before_it_and_no_others(tmp_path: Path) -> None:
    *_, first = heard(tmp_path, whole)
    name = first["conversation"]
    heard(tmp_path, whole, conversation=name, number=1)
    for number, alone, known in ((2, False, 2), (1, False, 1), (0, False, 0), (2, True, 0)):
        assistant: Any = Assistant(whole)
        question = Asked.of({"question": "And?", "conversation": name, "number": number, "alone": alone})
        list(told(assistant, Conversations(tmp_path / "other"), "me", question, words("en"), Stop()))
        list(told(assistant, Conversations(tmp_path), "you", question, words("en"), Stop()))
        kept = Conversations(tmp_path)
        before = kept.turns("me", name)
        list(told(assistant, kept, "me", question, words("en"), Stop()))
        assert [len(q.history) for q in assistant.asked] == [0, 0, min(known, len(before))]
        heard(tmp_path, whole, conversation=name, number=1)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"question": 1},
        {"question": "x", "number": -1},
        *({"question": "x", "filters": f} for f in ({"since": 3}, {"outlets": ["x" * 1_001]}, {"files": ["x"] * 101})),
    ],
)
def test_what_is_forged_is_refused(sent: dict[str, Any]) -> None:
    with pytest.raises(SettingsWrong):
        Asked.of(sent)
