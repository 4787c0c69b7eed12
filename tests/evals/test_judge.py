"""The judge: votes, their majority, their agreement, and what is no verdict; the model is a loopback server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from evals.judge import Judge, verdict, vote
from evals.measures import scores
from evals.measures.judged import kappa
from evals.runs import Row, row_object, row_of
from index.errors import ModelNotAllowed, SettingsWrong
from rag.llm import ModelSpec, make_model
from tests.evals.measures.rows import REFUSED, case, cites
from tests.rag.llm.server import ModelServer, fault, written

YES, NO, UNSURE, BROKEN = written("Yes."), written("no"), written("Perhaps."), fault(400, "odd")
GOLD = ("a", 0, 9)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    running = ModelServer()
    yield running
    running.close()


def judge(server: ModelServer, **given: Any) -> Judge:
    model = make_model(ModelSpec(engine="openai", model="tiny", base_url=server.url, seconds=30))
    return Judge(model=model, **given)


def row(**given: Any) -> Row:
    answer = {**cites(GOLD, quotes=["It costs 58 euros."]), "answer": "It costs 58 euros. [1]", **given}
    return Row(case=case(GOLD, answers=("58 euros",), question="What does it cost?"), answer=answer)


def test_the_majority_of_votes_that_came(server: ModelServer) -> None:
    server.says(YES, NO, YES, NO, UNSURE, BROKEN)
    judged = judge(server).judge(row())
    told = judged.answer["judge"]
    assert told["correct"] == {"yes": 2, "no": 1, "failed": 0}
    assert told["claims"] == [{"yes": 0, "no": 1, "failed": 2}]
    assert (told["model"], told["repeats"]) == ("tiny", 3)
    found = scores([judged])
    assert (found["judged correctness"], found["judged support"]) == (1, 0)
    assert found["judge without verdict"] == pytest.approx(2 / 6)
    assert found["judge agreement"] == pytest.approx(1 / 3)
    assert row_of(row_object(judged)) == judged


def test_what_the_judge_reads(server: ModelServer) -> None:
    server.says(YES)
    judge(server, repeats=1).judge(row())
    right, supported = (r["messages"][0]["content"] for r in server.requests)
    assert "What does it cost?" in right
    assert "- 58 euros" in right
    assert "Claim: It costs 58 euros." in supported
    assert [r["temperature"] for r in server.requests] == [0.0, 0.0]


def test_no_verdict_is_left_out_and_never_a_no(server: ModelServer) -> None:
    server.says(UNSURE)
    unread = judge(server).judge(row())
    server.says(YES)
    read = judge(server).judge(row())
    found = scores([unread, read])
    assert (found["judged correctness"], found["judged support"], found["judge agreement"]) == (1, 1, 1)
    assert found["judge without verdict"] == 0.5
    assert "judged correctness" not in scores([unread])


def test_a_claim_that_cites_nothing_that_exists_has_no_support_and_is_not_asked_about(server: ModelServer) -> None:
    server.says(YES)
    claims = [{"text": "x", "support": "unsupported", "citations": c} for c in ([], [7])] + row().answer["claims"]
    found = scores([judge(server, repeats=1).judge(row(claims=claims))])
    assert len(server.requests) == 2
    assert found["judged support"] == pytest.approx(1 / 3)


def test_what_is_not_judged(server: ModelServer) -> None:
    for unasked in (Row(case=case(GOLD, answers=("58",)), answer=REFUSED), Row(case=case(GOLD), error="boom")):
        assert judge(server).judge(unasked) == unasked
    assert not server.requests
    server.says(YES)
    told = judge(server).judge(Row(case=case(GOLD), answer=row().answer)).answer["judge"]
    assert told["correct"] is None


def test_a_wrong_key_ends_the_judging_and_an_even_number_is_refused(server: ModelServer) -> None:
    server.says(fault(401, "wrong key"))
    with pytest.raises(ModelNotAllowed):
        list(judge(server).judged([row()]))
    with pytest.raises(SettingsWrong, match="odd number"):
        judge(server, repeats=2)


@pytest.mark.parametrize(
    ("reply", "read"),
    [("Yes", "yes"), ("**No**, since", "no"), ("<think>no no</think>\nyes", "yes"), ("Yesterday", "failed"), ("", "failed")],
)  # fmt: skip
def test_votes_are_read_by_their_first_word(reply: str, read: str) -> None:
    assert vote(reply) == read


def test_verdicts_by_hand() -> None:
    assert verdict({"yes": 2, "no": 1, "failed": 0}) == 1
    assert verdict({"yes": 0, "no": 1, "failed": 2}) == 0
    assert verdict({"yes": 1, "no": 1, "failed": 1}) is None
    assert verdict(None) is None


def test_kappa_by_hand() -> None:
    # Two questions with three votes each, 3:0 and 1:2: P = (1 + 1/3) / 2, share of yes 4/6, chance 5/9.
    assert kappa([(1, 1, 3, 3), (1, 1 / 3, 3, 1)]) == pytest.approx((2 / 3 - 5 / 9) / (1 - 5 / 9))
    assert kappa([(1, 1, 3, 3)]) is None
    assert kappa([]) is None
