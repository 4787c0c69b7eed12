"""Each measure by hand, within its bounds, and as an independent implementation computes it."""

import math

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, R, Success, nDCG

from evals.metrics import ndcg, recall, reciprocal_rank, success

rankings = st.lists(st.integers(0, 20).map(str), unique=True, min_size=1, max_size=15)
relevants = st.sets(st.integers(0, 20).map(str), min_size=1, max_size=6)


def test_worked_by_hand() -> None:
    ranking, relevant = ["a", "b", "c", "d"], {"b", "d", "z"}
    assert recall(ranking, relevant, 2) == pytest.approx(1 / 3)
    assert success(ranking, relevant, 1) == 0
    assert success(ranking, relevant, 2) == 1
    assert reciprocal_rank(ranking, relevant) == 1 / 2
    ideal = 1 + 1 / math.log2(3) + 1 / 2
    assert ndcg(ranking, relevant, 4) == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal)


@given(rankings, relevants)
def test_bounds_even_where_a_passage_is_listed_twice(ranking: list[str], relevant: set[str]) -> None:
    for value in (
        recall(ranking * 2, relevant, 10),
        success(ranking * 2, relevant, 10),
        ndcg(ranking * 2, relevant, 10),
    ):
        assert 0 <= value <= 1
    assert 0 <= reciprocal_rank(ranking, relevant) <= 1


@given(rankings, relevants)
def test_ir_measures_agrees(ranking: list[str], relevant: set[str]) -> None:
    run = [ir_measures.ScoredDoc("q", d, -float(i)) for i, d in enumerate(ranking)]
    qrels = [ir_measures.Qrel("q", d, 1) for d in relevant]
    theirs = ir_measures.calc_aggregate([nDCG @ 10, R @ 5, Success @ 5, RR], qrels, run)
    assert ndcg(ranking, relevant, 10) == pytest.approx(theirs[nDCG @ 10])
    assert recall(ranking, relevant, 5) == pytest.approx(theirs[R @ 5])
    assert success(ranking, relevant, 5) == pytest.approx(theirs[Success @ 5])
    assert reciprocal_rank(ranking, relevant) == pytest.approx(theirs[RR])
