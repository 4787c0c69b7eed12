"""The judge: votes, their majority, their agreement, and what is no verdict; the model is a loopback server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evals.judge import Judge, verdict, vote
from evals.judging import judge_model, judge_run, judged_table, judgement_object
from evals.measures import scores
from evals.measures.judged import kappa
from evals.runs import Row, Run, RunWrong, read_run, row_object, row_of
from index.errors import ModelFailed, ModelNotAllowed, ModelUnavailable, SettingsWrong
from rag.llm import ModelSpec, make_model
from rag.settings import Settings
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


def test_it_reads_whole_answers_where_there_are_no_short_ones(server: ModelServer) -> None:
    server.says(YES)
    whole = case(GOLD, answers=(), references=("A ticket is sold at 58 euros.",), question="What does it cost?")
    told = judge(server, repeats=1).judge(Row(case=whole, answer=row().answer)).answer["judge"]
    assert "- A ticket is sold at 58 euros." in server.requests[0]["messages"][0]["content"]
    assert told["correct"] == {"yes": 1, "no": 0, "failed": 0}


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


def run() -> Run:
    refused = Row(case=case(GOLD, id="refused", answers=("58",)), answer=REFUSED)
    return Run(header={"mode": "quotes"}, rows=(row(), refused, replace(row(), case=case(GOLD, id="last"))))


def test_a_run_is_judged_afterwards(server: ModelServer, tmp_path: Path) -> None:
    server.says(YES, YES, YES, NO, YES)  # the first is for a question of its own
    out, told = tmp_path / "judged.json", []
    judged = judge_run(run(), judge(server), out, lambda *n: told.append(n))
    assert read_run(out) == judged
    assert told == [(0, 2), (1, 2), (2, 2)]
    assert [("judge" in r.answer) for r in judged.rows] == [True, False, True]
    assert judged.header["mode"] == "quotes"
    assert (judged.header["judge"]["model"], judged.header["judge"]["repeats"]) == ("tiny", 3)
    assert judged.header["judge"]["prompts"].keys() == {"judge_correctness", "judge_support"}
    found = judgement_object(judged)
    assert found["judged"] == 2
    assert found["scores"]["judged correctness"] == 1
    assert found["scores"]["judge agreement"] == pytest.approx((1 + 1 + 1 / 3 + 1) / 4, abs=0.2)
    assert "answers judged by tiny: 2, each question asked 3 times" in judged_table(judged)
    assert "!" not in judged_table(judged)


def test_a_model_that_goes_in_the_middle_leaves_what_was_judged(server: ModelServer, tmp_path: Path) -> None:
    """And no vote for the row that it did not judge, not even that of an earlier judge."""
    voted = {"judge": {"model": "other", "correct": {"yes": 0, "no": 3, "failed": 0}, "claims": []}}
    before = Run(header={}, rows=tuple(replace(r, answer={**r.answer, **voted}) for r in run().rows))
    server.says(*[YES] * 7, fault(400, "gone"))
    with pytest.raises(ModelFailed, match=r"gone.*; 1 of 2 answers were judged and are in .*judged\.json"):
        judge_run(before, judge(server), tmp_path / "judged.json")
    kept = read_run(tmp_path / "judged.json")
    assert [("judge" in r.answer) for r in kept.rows] == [True, False, False]
    assert scores(kept.rows)["judged correctness"] == 1


def test_a_row_on_which_the_model_fails_alone_is_no_end(server: ModelServer, tmp_path: Path) -> None:
    server.says(YES, *[BROKEN] * 6, YES)
    judged = judge_run(run(), judge(server), tmp_path / "judged.json")
    first, _, last = judged.rows
    assert first.answer["judge"]["correct"] == {"yes": 0, "no": 0, "failed": 3}
    assert last.answer["judge"]["claims"] == [{"yes": 3, "no": 0, "failed": 0}]
    assert scores(judged.rows)["judged support"] == 1
    assert "! 50% of the replies on a case are no verdict" in judged_table(judged)


def test_what_cannot_be_judged_is_said_and_nothing_is_written(server: ModelServer, tmp_path: Path) -> None:
    out = tmp_path / "judged.json"
    with pytest.raises(SettingsWrong, match="no language model is configured"):
        judge_model(Settings())
    with pytest.raises(RunWrong, match="no answer to judge"):
        judge_run(Run(header={}, rows=run().rows[1:2]), judge(server), out)
    server.says(written("", finish="length"))
    with pytest.raises(ModelFailed, match="nothing was judged: give its replies more room with --tokens"):
        judge_run(run(), judge(server), out)
    asks = judge(server)
    server.close()
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        judge_run(run(), asks, out)
    assert not list(tmp_path.iterdir())


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
