"""Refusals by hand, and as scikit-learn or the definition written out computes them."""

import math
import statistics
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, f1_score, precision_score, recall_score

from evals.measures import MEASURES, scores
from evals.measures.refusals import (
    Risk,
    aurc,
    calibration,
    calibration_error,
    f1,
    precision,
    recall,
    refusal,
    reliability,
    risk,
    risk_coverage,
    wrongly_answered,
    wrongly_refused,
)
from evals.runs import Row
from tests.evals.measures.rows import REFUSED, UNANSWERABLE, case, cites, hits

GOLD = ("a", 0, 9)
yes_no = st.sampled_from([0.0, 1.0])
sure = st.sampled_from([0.0, 0.05, 0.1, 0.3, 0.55, 0.95, 1.0])
RIGHT = Row(case=case(GOLD), answer=cites(GOLD, answerability=0.9))
WRONG = Row(case=case(GOLD), answer=cites(("b", 0, 9), answerability=0.8))
REFUSED_RIGHTLY = Row(case=UNANSWERABLE, answer=REFUSED)
REFUSED_WRONGLY = Row(case=case(GOLD), answer=REFUSED)
ANSWERED_WRONGLY = Row(case=UNANSWERABLE, answer=cites(GOLD, answerability=0.7))


def judged(pairs: list[tuple[float, float]]) -> list[Risk]:
    """(answerability, wrong) of answerable cases whose answers are known to be right or wrong."""
    return [(sure, wrong, 1.0, 1.0) for sure, wrong in pairs]


def test_worked_by_hand() -> None:
    rows = [RIGHT, WRONG, REFUSED_RIGHTLY, REFUSED_RIGHTLY, REFUSED_WRONGLY, ANSWERED_WRONGLY]
    found = scores(rows)
    assert found["refusal precision"] == found["refusal recall"] == found["refusal F1"] == pytest.approx(2 / 3)
    assert found["wrongly answered"] == 1 / 3  # of three unanswerable ones
    assert found["wrongly refused"] == 1 / 3  # of three answerable ones
    # in order: .9 right, .8 wrong, .7 wrong, then the refused
    assert found["AURC"] == pytest.approx((0 + 1 / 2 + 2 / 3 + 3 / 4 + 4 / 5 + 5 / 6) / 6)
    # tenths: .1 (three, one of them answerable), .7 (not), .8 (is), .9 (is)
    error = 3 * abs(0.1 - 1 / 3) + 0.7 + 0.2 + 0.1
    assert found["calibration error"] == pytest.approx(error / 6)
    brier = 2 * 0.1**2 + 0.9**2 + 0.7**2 + 0.2**2 + 0.1**2
    assert found["Brier score"] == pytest.approx(brier / 6)


def test_never_and_always_refusing() -> None:
    never = scores([RIGHT, ANSWERED_WRONGLY])
    assert "refusal precision" not in never
    assert (never["refusal recall"], never["refusal F1"], never["wrongly answered"]) == (0, 0, 1)
    always = scores([REFUSED_RIGHTLY, REFUSED_WRONGLY])
    assert (always["refusal precision"], always["refusal recall"], always["wrongly refused"]) == (1 / 2, 1, 1)
    assert always["AURC"] == 1  # nothing is ever answered right


def test_without_evidence_the_text_says_whether_an_answer_is_right() -> None:
    right, wrong = (
        Row(case=case(answers=("58",)), answer=cites(GOLD, quotes=[said], answerability=sure))
        for said, sure in (("It costs 58 euros.", 0.9), ("It costs 49 euros.", 0.8))
    )
    refused = Row(case=case(references=("It depends.",)), answer=REFUSED)
    # in order: .9 right, .8 wrong, .7 unanswerable, .1 refused
    found = scores([wrong, right, ANSWERED_WRONGLY, refused])
    assert found["AURC"] == pytest.approx((0 + 1 / 2 + 2 / 3 + 3 / 4) / 4)


def test_no_curve_where_nothing_tells_whether_an_answer_is_right() -> None:
    untold = Row(case=case(references=("It depends.",)), answer=cites(GOLD, answerability=0.9))
    assert "AURC" not in scores([RIGHT, WRONG, untold, ANSWERED_WRONGLY])
    assert risk_coverage([pair for row in (RIGHT, untold) if (pair := risk(row))]) == []


def test_no_curve_without_answerable_cases() -> None:
    assert "AURC" not in scores([ANSWERED_WRONGLY, REFUSED_RIGHTLY])
    assert scores([ANSWERED_WRONGLY, REFUSED_WRONGLY])["AURC"] == 1


def test_without_unanswerable_cases_there_is_nothing_to_refuse() -> None:
    found = scores([RIGHT, REFUSED_WRONGLY])
    assert not {"refusal precision", "refusal recall", "refusal F1", "wrongly answered"} & found.keys()


def test_where_every_refusal_is_right_none_is_precise() -> None:
    found = scores([REFUSED_RIGHTLY, ANSWERED_WRONGLY])
    assert not {"refusal precision", "refusal F1"} & found.keys()
    assert found["refusal recall"] == 1 / 2


@pytest.mark.parametrize(
    "row",
    [Row(case=case(GOLD), answer=hits(GOLD)), Row(case=UNANSWERABLE, error="x")],
    ids=["only searched", "crashed"],
)
def test_does_not_apply(row: Row) -> None:
    measured = [refusal(row), wrongly_answered(row), wrongly_refused(row), risk(row), calibration(row)]
    assert measured == [None] * 5


def test_a_system_without_answerability_has_no_curve() -> None:
    row = Row(case=case(GOLD), answer={k: v for k, v in cites(GOLD).items() if k != "answerability"})
    assert refusal(row) == (0, 0)
    assert risk(row) is calibration(row) is None


@given(st.lists(st.tuples(yes_no, yes_no), min_size=1, max_size=30))
def test_scikit_learn_agrees_on_refusals(pairs: list[tuple[float, float]]) -> None:
    refused, unanswerable = zip(*pairs, strict=True)
    assume(any(unanswerable))
    assert recall(pairs) == pytest.approx(recall_score(unanswerable, refused))
    assume(not all(unanswerable))
    if any(refused):
        assert precision(pairs) == pytest.approx(precision_score(unanswerable, refused))
    assert f1(pairs) == pytest.approx(f1_score(unanswerable, refused))


@given(st.lists(st.tuples(sure, yes_no), min_size=1, max_size=30))
def test_scikit_learn_agrees_on_brier(pairs: list[tuple[float, float]]) -> None:
    brier = next(m for m in MEASURES if m.name == "Brier score")
    rows = [
        Row(case=case(GOLD) if answerable else UNANSWERABLE, answer=REFUSED | {"answerability": p})
        for p, answerable in pairs
    ]
    theirs = brier_score_loss([y for _, y in pairs], [p for p, _ in pairs], labels=[0, 1])
    assert brier.score(rows) == pytest.approx(theirs)


@given(st.lists(st.tuples(sure, yes_no), min_size=1, max_size=5))
def test_area_is_the_mean_over_all_orders_of_what_is_equal(pairs: list[tuple[float, float]]) -> None:
    areas = []
    for order in permutations(pairs):
        if [p for p, _ in order] == sorted((p for p, _ in pairs), reverse=True):
            risks = [Fraction(int(sum(w for _, w in order[:n])), n) for n in range(1, len(order) + 1)]
            areas.append(statistics.fmean(risks))
    assert aurc(judged(pairs)) == pytest.approx(statistics.fmean(areas))


@given(st.lists(st.tuples(sure, yes_no), min_size=1, max_size=30))
def test_the_curve_ends_at_the_share_that_is_wrong(pairs: list[tuple[float, float]]) -> None:
    curve = risk_coverage(judged(pairs))
    assert len(curve) == len(pairs)
    assert curve[-1] == (1, pytest.approx(statistics.fmean(w for _, w in pairs)))


@given(st.lists(st.tuples(sure, yes_no), min_size=1, max_size=30))
def test_calibration_error_as_it_is_defined(pairs: list[tuple[float, float]]) -> None:
    total = 0.0
    for tenth in range(10):
        upper = math.inf if tenth == 9 else (tenth + 1) / 10
        among = [(p, y) for p, y in pairs if tenth / 10 <= p < upper]
        if among:
            gap = statistics.fmean(p for p, _ in among) - statistics.fmean(y for _, y in among)
            total += len(among) / len(pairs) * abs(gap)
    assert calibration_error(pairs) == pytest.approx(total)
    assert sum(n for _, _, n in reliability(pairs)) == len(pairs)


def test_reliability_by_hand() -> None:
    assert reliability([(0.1, 1), (0.14, 0), (1.0, 1), (0.95, 1)]) == [
        (pytest.approx(0.12), 0.5, 2),
        (pytest.approx(0.975), 1.0, 2),
    ]


def test_nothing_has_no_value() -> None:
    assert [aurc([]), calibration_error([]), precision([]), recall([]), f1([])] == [None] * 5
    assert risk_coverage([]) == reliability([]) == []
