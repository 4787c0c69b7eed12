"""Why a case was missed: a row for every cause, and never two of them."""

from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.attribution import CAUSES, EXPLANATIONS, Cause, cause, causes
from evals.cases import Case, Evidence
from evals.runs import Row, Traced

GOLD = Evidence(file="rail.txt", quote="Es kostet 58 Euro.", start=100, end=118)
CASE = Case(
    id="price",
    question="Was kostet das Ticket?",
    answers=("58 Euro",),
    wrong_answers=("49 Euro",),
    answerable=True,
    evidence=(GOLD,),
)
UNANSWERABLE = Case(id="colour", question="Welche Farbe hat es?", answerable=False)
FOUND = {"file": "rail.txt", "start": 0, "end": 300}
OTHER = {"file": "rail.txt", "start": 300, "end": 600}
SEEN = Traced(indexed=True, dense=1, lexical=1, fused=1)


def citation(number: int = 1, start: int = 100, quote: str = "Es kostet 58 Euro.") -> dict[str, Any]:
    return {"number": number, "file": "rail.txt", "start": start, "end": start + len(quote), "quote": quote}


def claim(
    text: str = "Es kostet 58 Euro.", cites: tuple[int, ...] = (1,), support: str = "supported"
) -> dict[str, Any]:
    return {"text": text, "citations": list(cites), "support": support, "reasons": []}


def answered(
    *claims: dict[str, Any], citations: list[dict[str, Any]], hits: tuple[dict[str, Any], ...] = (FOUND,)
) -> Row:
    answer = {"refused": False, "answer": "", "claims": list(claims), "citations": citations, "hits": list(hits)}
    return Row(case=CASE, answer=answer, trace=(SEEN,))


def refused(*hits: dict[str, Any], trace: tuple[Traced, ...] = ()) -> Row:
    answer = {"refused": True, "answer": "Nichts.", "claims": [], "citations": [], "hits": list(hits)}
    return Row(case=CASE, answer=answer, trace=trace)


def searched(*hits: dict[str, Any], trace: tuple[Traced, ...] = ()) -> Row:
    return Row(case=CASE, answer={"question": CASE.question, "hits": list(hits), "timings": {}}, trace=trace)


RIGHT = answered(claim(), citations=[citation()])
ELSEWHERE = citation(start=300, quote="Das Ticket gilt überall.")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (Row(case=CASE, error="OSError: no"), "crashed"),
        (Row(case=UNANSWERABLE, error="OSError: no"), "crashed"),
        (searched(OTHER, trace=(Traced(indexed=False),)), "evidence not indexed"),
        (searched(OTHER, trace=(Traced(indexed=True),)), "not retrieved"),
        (searched(OTHER, trace=(Traced(indexed=True, dense=2, fused=40),)), "not retrieved"),  # k is 1
        (
            searched(OTHER, OTHER, trace=(Traced(indexed=True, dense=2, fused=40),)),
            "lost in fusion, collapse or rerank",
        ),
        (searched(OTHER, trace=(Traced(indexed=True, lexical=1, fused=2),)), "lost in fusion, collapse or rerank"),
        (searched(OTHER, trace=(Traced(indexed=True, dense=7, fused=1),)), "lost in fusion, collapse or rerank"),
        (searched(OTHER), "not retrieved"),  # a peer has no trace
        (searched(trace=(Traced(indexed=True),)), "not retrieved"),
        (refused(OTHER, trace=(Traced(indexed=False),)), "evidence not indexed"),  # what failed first
        (refused(OTHER), "not retrieved"),
        (refused(FOUND, trace=(SEEN,)), "refused wrongly"),
        (replace(RIGHT, case=UNANSWERABLE), "answered wrongly"),
        (answered(claim("Es kostet 49 Euro."), citations=[citation()]), "answered wrongly"),
        (answered(claim("Es gilt."), citations=[ELSEWHERE]), "retrieved but not used"),
        # listed, but cited by no claim
        (answered(claim("Es gilt.", ()), citations=[citation()]), "retrieved but not used"),
        (answered(claim(), citations=[ELSEWHERE]), "right answer, wrong citation"),
        # right by its quote
        (answered(claim("Siehe hier."), citations=[citation(start=300)]), "right answer, wrong citation"),
        (replace(answered(claim(), citations=[ELSEWHERE], hits=(OTHER,)), trace=()), "not retrieved"),  # right by luck
        (answered(claim(support="unsupported"), citations=[citation()]), "citation unsupported"),
        # there is no [7]
        (answered(claim(), claim("Und mehr.", (7,)), citations=[citation()]), "citation unsupported"),
    ],
)
def test_a_row_for_every_cause(row: Row, expected: Cause) -> None:
    assert cause(row) == expected


@pytest.mark.parametrize(
    "row",
    [
        RIGHT,
        replace(RIGHT, answer=RIGHT.answer | {"hits": []}),  # what is cited was found
        answered(claim(), claim(support="partial"), citations=[citation()]),
        answered(claim("It is 58 euros."), citations=[citation()]),  # in other words, with the right citation
        searched(OTHER, FOUND),
        searched(FOUND, trace=(Traced(indexed=True, dense=90, lexical=80, fused=1),)),
        replace(refused(OTHER), case=UNANSWERABLE),
        replace(searched(OTHER), case=UNANSWERABLE),
    ],
)
def test_what_went_right_has_no_cause(row: Row) -> None:
    assert cause(row) is None


def test_every_cause_is_worked_and_explained() -> None:
    worked = test_a_row_for_every_cause.pytestmark[0].args[1]
    assert {expected for _, expected in worked} == set(CAUSES) == set(get_args(Cause)) == set(EXPLANATIONS)


def test_any_piece_of_evidence_will_do_and_a_whole_article_too() -> None:
    far = Evidence(file="far.txt", quote="58 Euro", start=5, end=12)
    two = replace(CASE, evidence=(far, GOLD))
    assert cause(replace(searched(FOUND), case=two)) is None
    assert cause(replace(RIGHT, case=two)) is None
    partly = (Traced(indexed=False), Traced(indexed=True))
    assert cause(replace(searched(OTHER, trace=partly), case=two)) == "not retrieved"
    whole = replace(CASE, evidence=(Evidence(file="rail.txt"),))
    assert cause(replace(searched(OTHER), case=whole)) is None
    assert cause(replace(searched({**OTHER, "file": "far.txt"}), case=whole)) == "not retrieved"


def test_a_case_without_evidence_is_judged_by_its_answer() -> None:
    case = replace(CASE, evidence=())
    assert cause(replace(RIGHT, case=case, trace=())) is None
    assert (
        cause(replace(answered(claim("Es gilt."), citations=[citation(quote="Ja.")]), case=case)) == "answered wrongly"
    )
    assert cause(replace(refused(OTHER), case=case)) == "refused wrongly"
    assert cause(replace(searched(OTHER), case=case)) is None


def test_a_system_that_names_no_hits_is_not_blamed_for_them() -> None:
    answer = {"refused": False, "answer": "Es kostet 58 Euro [1].", "citations": [ELSEWHERE]}
    assert cause(Row(case=CASE, answer=answer)) == "right answer, wrong citation"


def test_the_ids_of_the_missed_cases() -> None:
    other = replace(CASE, id="second")
    rows = [RIGHT, replace(refused(FOUND), case=other), replace(RIGHT, case=UNANSWERABLE)]
    found = causes(rows)
    assert tuple(found) == CAUSES
    assert {name: ids for name, ids in found.items() if ids} == {
        "refused wrongly": ["second"],
        "answered wrongly": ["colour"],
    }


ranks = st.none() | st.integers(1, 12)
traces = st.builds(Traced, indexed=st.booleans(), dense=ranks, lexical=ranks, fused=ranks)
texts = st.sampled_from(["58 Euro", "49 Euro", "nichts", ""])
places = st.lists(st.sampled_from([FOUND, OTHER]), max_size=3)
citations = st.lists(st.builds(citation, st.integers(1, 3), st.sampled_from([0, 105, 400]), texts), max_size=3)
claims = st.lists(
    st.builds(
        claim, texts, st.lists(st.integers(1, 4), max_size=2), st.sampled_from(["supported", "unsupported", "partial"])
    ),
    max_size=3,
)
answers = st.fixed_dictionaries({"hits": places}) | st.fixed_dictionaries(
    {"hits": places, "refused": st.booleans(), "answer": texts, "claims": claims, "citations": citations}
)
rows = st.builds(
    Row,
    case=st.sampled_from([CASE, UNANSWERABLE, replace(CASE, evidence=()), replace(CASE, answers=(), wrong_answers=())]),
    answer=answers,
    trace=st.just(()) | traces.map(lambda trace: (trace,)),
    error=st.none(),
)


@given(rows)
def test_every_row_is_right_or_has_one_cause(row: Row) -> None:
    found = cause(row)
    assert found is None or found in CAUSES
    assert sum(len(ids) for ids in causes([row]).values()) == (found is not None)
    if row.answered and not row.case.answerable:
        assert found == "answered wrongly"
    if row.answered is False and row.case.answerable:
        assert found is not None
    if row.answered is None:
        assert found in (None, "evidence not indexed", "not retrieved", "lost in fusion, collapse or rerank")
    if not row.answered:
        assert found not in ("retrieved but not used", "right answer, wrong citation", "citation unsupported")
