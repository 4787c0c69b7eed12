"""Each measure of a ranking by hand, and as ir-measures computes it where each hit finds one thing at most."""

import math

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import AP, RR, P, R, Success, nDCG

from evals.measures.ranking import (
    Ranking,
    average_precision,
    by_article,
    by_passage,
    listed,
    ndcg,
    precision,
    recall,
    reciprocal_rank,
    success,
)
from evals.runs import Row
from tests.evals.measures.rows import REFUSED, UNANSWERABLE, case, evidence, hits

rankings = st.lists(st.integers(0, 20).map(str), unique=True, min_size=1, max_size=15)
grades = st.dictionaries(st.integers(0, 20).map(str), st.integers(1, 3), min_size=1, max_size=6)


def log(rank: int) -> float:
    return 1 / math.log2(rank + 1)


def test_worked_by_hand() -> None:
    ranking = listed(["a", "b", "c", "d"], {"b": 1, "d": 1, "z": 1})
    assert recall(ranking, 2) == 1 / 3
    assert (success(ranking, 1), success(ranking, 2)) == (0, 1)
    assert (precision(ranking, 2), precision(ranking, 5)) == (1 / 2, 2 / 5)
    assert reciprocal_rank(ranking) == 1 / 2
    assert average_precision(ranking) == pytest.approx((1 / 2 + 2 / 4 + 0) / 3)
    assert ndcg(ranking, 4) == pytest.approx((log(2) + log(4)) / (log(1) + log(2) + log(3)))


def test_grades_are_gains() -> None:
    ranking = listed(["a", "b"], {"a": 1, "b": 3})
    assert ndcg(ranking, 5) == pytest.approx((1 * log(1) + 3 * log(2)) / (3 * log(1) + 1 * log(2)))


def test_nothing_found_is_zero() -> None:
    ranking = Ranking(found=[], grades={"a": 1})
    assert [m(ranking, 5) for m in (recall, success, precision, ndcg)] == [0, 0, 0, 0]
    assert reciprocal_rank(ranking) == average_precision(ranking) == 0


@given(rankings, grades)
def test_ir_measures_agrees(ranking: list[str], grades: dict[str, int]) -> None:
    run = [ir_measures.ScoredDoc("q", d, -float(i)) for i, d in enumerate(ranking)]
    qrels = [ir_measures.Qrel("q", d, grade) for d, grade in grades.items()]
    theirs = ir_measures.calc_aggregate([nDCG @ 10, nDCG @ 1, R @ 5, Success @ 5, P @ 5, RR, AP], qrels, run)
    ours = listed(ranking, grades)
    assert ndcg(ours, 10) == pytest.approx(theirs[nDCG @ 10])
    assert ndcg(ours, 1) == pytest.approx(theirs[nDCG @ 1])
    assert recall(ours, 5) == pytest.approx(theirs[R @ 5])
    assert success(ours, 5) == pytest.approx(theirs[Success @ 5])
    assert precision(ours, 5) == pytest.approx(theirs[P @ 5])
    assert reciprocal_rank(ours) == pytest.approx(theirs[RR])
    assert average_precision(ours) == pytest.approx(theirs[AP])


def test_one_passage_that_holds_all_pieces_is_perfect() -> None:
    row = Row(case=case(("a", 0, 10), ("a", 20, 30)), answer=hits(("a", 0, 40), ("b", 0, 40)))
    ranking = by_passage(row)
    assert ranking
    assert recall(ranking, 1) == reciprocal_rank(ranking) == average_precision(ranking) == ndcg(ranking, 10) == 1


def test_pieces_of_one_hit_stand_one_below_the_other() -> None:
    row = Row(case=case(("a", 0, 10), ("a", 20, 30), ("z", 0, 9)), answer=hits(("b", 0, 5), ("a", 0, 40)))
    ranking = by_passage(row)
    assert ranking
    assert list(ranking.ranks().values()) == [2, 2]
    # the first piece has rank 2, the second too, for it may: two ranks have gone by
    assert average_precision(ranking) == pytest.approx((1 / 2 + 2 / 2 + 0) / 3)
    assert ndcg(ranking, 10) == pytest.approx((log(2) + log(2)) / (log(1) + log(2) + log(3)))


def test_of_the_pieces_of_one_hit_the_best_stands_first() -> None:
    gold = case(evidence(("a", 0, 10), 1), evidence(("a", 20, 30), 3), evidence(("a", 40, 50), 2))
    ranking = by_passage(Row(case=gold, answer=hits(("a", 0, 60))))
    assert ranking
    assert list(map(ranking.grades.get, ranking.ranks())) == [3, 2, 1]
    assert ndcg(ranking, 10) == 1


def test_evidence_given_twice_is_one_piece_with_the_better_grade() -> None:
    gold = case(evidence(("a", 0, 5), 3), evidence(("a", 0, 5), 1), ("b", 0, 5))
    ranking = by_passage(Row(case=gold, answer=hits(("a", 0, 60))))
    assert ranking
    assert (recall(ranking, 1), sorted(ranking.grades.values())) == (1 / 2, [1, 3])


def test_a_piece_found_again_gains_nothing_but_precision() -> None:
    row = Row(case=case(("a", 5, 10), ("b", 0, 9)), answer=hits(("a", 0, 8), ("a", 6, 20), ("b", 0, 1)))
    ranking = by_passage(row)
    assert ranking
    assert recall(ranking, 2) == 1 / 2
    assert precision(ranking, 5) == 3 / 5
    assert average_precision(ranking) == pytest.approx((1 / 1 + 2 / 3) / 2)


def test_touching_is_not_overlapping() -> None:
    row = Row(case=case(("a", 5, 10)), answer=hits(("a", 0, 5), ("a", 10, 20), ("a", 7, 7), ("b", 5, 10)))
    ranking = by_passage(row)
    assert ranking
    assert not ranking.ranks()


def test_an_article_counts_once_at_its_first_rank_with_its_best_grade() -> None:
    gold = case(evidence(("a", 0, 5), 2), evidence(("a", 9, 12), 1), evidence("c", 1))
    row = Row(case=gold, answer=hits(("b", 0, 5), ("b", 5, 9), ("a", 90, 99), ("a", 0, 5), ("c", 0, 1)))
    ranking = by_article(row)
    assert ranking
    assert ranking.ranks() == {"a": 2, "c": 3}
    assert ranking.grades == {"a": 2, "c": 1}
    assert by_passage(row) is None  # a whole article has no place that a passage could overlap


@pytest.mark.parametrize(
    "row",
    [
        Row(case=UNANSWERABLE, answer=hits(("a", 0, 1))),
        Row(case=case(("a", 0, 1)), answer=REFUSED),
        Row(case=case(answers=("58",)), answer=hits(("a", 0, 1))),
        Row(case=case(("a", 0, 1)), error="crashed"),
    ],
    ids=["unanswerable", "no word of hits", "no evidence", "crashed"],
)
def test_does_not_apply(row: Row) -> None:
    assert by_passage(row) is None
    assert by_article(row) is None
