"""Citations against the evidence, by hand, and by span as sets of characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.measures.citations import LEVELS, Level, f1, invented, precision, recall, right
from evals.runs import Row
from tests.evals.measures.rows import REFUSED, UNANSWERABLE, Place, case, cites, hits

SPAN, SENTENCE, ARTICLE = LEVELS
GOLD: tuple[Place, ...] = (("a", 0, 20), ("b", 0, 10))


def test_worked_by_hand() -> None:
    # 1 covers half of a's piece and ten characters beside it, 2 is in b but not in its piece, 3 is elsewhere
    row = Row(case=case(*GOLD), answer=cites(("a", 10, 30), ("b", 50, 60), ("c", 0, 10)))
    assert precision(SPAN, row) == pytest.approx((10 / 20 + 0 + 0) / 3)
    assert recall(SPAN, row) == 10 / 30
    assert precision(SENTENCE, row) == 1 / 3
    assert recall(SENTENCE, row) == 1 / 2
    assert f1(SENTENCE, row) == pytest.approx(2 / (3 + 2))
    assert precision(ARTICLE, row) == 2 / 3
    assert recall(ARTICLE, row) == 1
    assert f1(ARTICLE, row) == pytest.approx(2 * (2 / 3) / (2 / 3 + 1))


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name)
def test_an_invented_citation_beside_a_right_one_costs(level: Level) -> None:
    honest = Row(case=case(*GOLD), answer=cites(*GOLD))
    assert (precision(level, honest), recall(level, honest), f1(level, honest), invented(honest)) == (1, 1, 1, 0)
    inventive = Row(case=case(*GOLD), answer=cites(*GOLD, cited=[1, 2, 7]))
    assert precision(level, inventive) == pytest.approx(2 / 3)
    assert invented(inventive) == pytest.approx(1 / 3)
    assert recall(level, inventive) == 1


def test_a_citation_without_a_place_leads_nowhere() -> None:
    answer = cites(("a", 0, 20), cited=[1, 2])
    answer["citations"].append({"number": 2, "file": None})
    assert precision(ARTICLE, Row(case=case("a"), answer=answer)) == 1 / 2


def test_a_source_that_no_claim_cites_is_not_cited() -> None:
    row = Row(case=case(("b", 0, 10)), answer=cites(("a", 0, 20), ("b", 0, 10), cited=[1]))
    assert recall(ARTICLE, row) == precision(ARTICLE, row) == right(row) == 0


def test_an_answer_without_claims_cites_all_it_lists() -> None:
    row = Row(case=case(*GOLD), answer={**cites(*GOLD), "claims": []})
    assert recall(SENTENCE, row) == precision(SENTENCE, row) == 1


def test_an_answer_without_citations() -> None:
    row = Row(case=case(*GOLD), answer=cites(cited=[]))
    assert (precision(SPAN, row), recall(SPAN, row), f1(SPAN, row), invented(row)) == (None, 0, 0, None)
    assert right(row) == 0


@pytest.mark.parametrize(
    ("row", "ends_right"),
    [
        (Row(case=case(*GOLD), answer=REFUSED), 0),
        (Row(case=UNANSWERABLE, answer=cites(("a", 0, 20))), None),
        (Row(case=case(*GOLD), answer=hits(("a", 0, 20))), None),
        (Row(case=case(*GOLD), error="crashed"), None),
    ],
    ids=["refused", "unanswerable", "only searched", "crashed"],
)
def test_applies_to_answered_cases_with_evidence(row: Row, ends_right: float | None) -> None:
    assert [m(level, row) for level in LEVELS for m in (precision, recall, f1)] == [None] * 9
    assert right(row) == ends_right


def test_a_refusal_that_lists_sources_is_not_right() -> None:
    assert right(Row(case=case(*GOLD), answer=cites(*GOLD) | {"refused": True, "claims": []})) == 0


def test_a_citation_of_no_characters_is_worth_nothing() -> None:
    row = Row(case=case(*GOLD), answer=cites(("a", 5, 5)))
    assert (precision(SPAN, row), precision(SENTENCE, row), right(row)) == (0, 0, 0)


def test_evidence_given_twice_is_one_piece() -> None:
    row = Row(case=case(*GOLD, GOLD[0]), answer=cites(GOLD[1]))
    assert (recall(SENTENCE, row), recall(SPAN, row)) == (1 / 2, 10 / 30)


def test_whole_articles_are_cited_by_article_only() -> None:
    row = Row(case=case("a"), answer=cites(("a", 3, 9)))
    assert (precision(SPAN, row), precision(SENTENCE, row), precision(ARTICLE, row)) == (None, None, 1)
    assert right(row) == 1


def test_one_of_several_alternatives_is_right() -> None:
    row = Row(case=case(*GOLD), answer=cites(("b", 5, 6), ("b", 90, 99)))
    assert (right(row), recall(SENTENCE, row)) == (1, 1 / 2)


def test_a_neighbour_sentence_is_wrong() -> None:
    row = Row(case=case(*GOLD), answer=cites(("a", 20, 40)))
    assert (right(row), precision(SENTENCE, row), precision(ARTICLE, row)) == (0, 0, 1)


places = st.lists(
    st.builds(lambda f, a, n: (f, a, a + n), st.sampled_from("ab"), st.integers(0, 20), st.integers(1, 12)), max_size=5
)


def characters(*spans: Place) -> set[tuple[str, int]]:
    return {(file, at) for file, start, end in spans for at in range(start, end)}


@given(places.filter(bool), places, st.lists(st.integers(1, 7), max_size=6))
def test_counting_the_characters_agrees(gold: list[Place], listed: list[Place], numbers: list[int]) -> None:
    """`numbers` are what the claim cites: some may lead nowhere, and some of what is listed may not be cited."""
    row = Row(case=case(*gold), answer=cites(*listed, cited=numbers))
    cited = {number: characters(*listed[number - 1 : number]) for number in numbers}
    sought, found = characters(*gold), set().union(*cited.values())
    worth = [len(place & sought) / len(place) if place else 0.0 for place in cited.values()]
    exact, whole = sum(worth) / len(worth) if worth else 0.0, len(found & sought) / len(sought)
    assert precision(SPAN, row) == (pytest.approx(exact) if numbers else None)
    assert recall(SPAN, row) == pytest.approx(whole)
    assert f1(SPAN, row) == pytest.approx(2 * exact * whole / (exact + whole) if exact + whole else 0)
