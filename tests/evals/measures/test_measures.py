"""What holds for every measure, and those of support and times by hand."""

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from evals.measures import MEASURES, Measure, scores, table, values
from evals.runs import Row
from tests.evals.measures.rows import REFUSED, ROWS, UNANSWERABLE, case, cites, hits

ROOT = Path(__file__).parents[3]
BY_NAME = {m.name: m for m in MEASURES}
GOLD = ("a", 0, 9)


@given(ROWS)
def test_every_share_is_between_0_and_1_and_yes_no_is_either(rows: list[Row]) -> None:
    for measure in MEASURES:
        for figure in [*(v for v in values(measure, rows) if isinstance(v, float)), measure.score(rows)]:
            if figure is not None:
                assert math.isfinite(figure), measure.name
                assert 0 <= figure <= (1 if measure.unit == "share" else math.inf), measure.name
        if measure.yes_no:
            assert set(values(measure, rows)) <= {0.0, 1.0, None}, measure.name


@given(ROWS)
@settings(max_examples=30)
def test_no_measure_depends_on_the_order_of_the_rows(rows: list[Row]) -> None:
    assert scores(rows[::-1]) == pytest.approx(scores(rows))


@pytest.mark.parametrize("measure", MEASURES, ids=lambda m: m.name)
def test_some_row_has_a_value_and_none_has_none(measure: Measure) -> None:
    used = {"timings": {"total": 2.0, "first_claim": 1.0}, "usage": {"prompt": 9, "completion": 3, "cost": 0.1}}
    used["judge"] = {"correct": {"yes": 2, "no": 1, "failed": 0}, "claims": [{"yes": 3, "no": 0, "failed": 0}]}
    full = Row(
        case=case(GOLD, answers=("58",), wrong_answers=("49",)),
        answer={**cites(GOLD, quotes=["58"]), **hits(GOLD), **used},
    )
    assert measure.score([full, Row(case=UNANSWERABLE, answer={**REFUSED, **used})]) is not None
    assert measure.score([]) is None


def test_a_crashed_case_counts_as_crashed_and_nowhere_else() -> None:
    assert scores([Row(case=case(GOLD, answers=("58",)), error="boom")]) == {"crashed": 1}


def test_a_system_that_only_searches_is_measured_in_what_it_does() -> None:
    row = Row(case=case(GOLD, answers=("58",)), answer={**hits(GOLD), "timings": {"total": 1.0}})
    groups = {BY_NAME[name].group for name in scores([row])}
    assert groups == {"retrieval", "evidence", "time", "answer"}
    assert {n for n in scores([row]) if BY_NAME[n].group == "answer"} == {"crashed"}


def claims(*supports: str) -> list[dict[str, Any]]:
    return [{"text": "x", "support": support, "citations": [1]} for support in supports]


def test_support_by_hand() -> None:
    answer = cites(GOLD) | {"claims": claims("supported", "supported", "partial", "unsupported")}
    found = scores([Row(case=case(GOLD), answer=answer), Row(case=UNANSWERABLE, answer=REFUSED)])
    assert found["claims supported"] == 1 / 2
    assert found["claims partial"] == found["claims unsupported"] == 1 / 4
    assert found["claims unchecked"] == 0
    assert "claims supported" not in scores([Row(case=UNANSWERABLE, answer=REFUSED | {"claims": claims("partial")})])


def test_times_by_hand() -> None:
    rows = [Row(case=UNANSWERABLE, answer={**REFUSED, "timings": {"total": t}}) for t in (1.0, 2.0, 3.0, 4.0, 5.0)]
    found = scores(rows)
    assert found["time to end p50"] == 3
    assert found["time to end p95"] == pytest.approx(4 + 0.8)  # 0.95 of the way from the first to the fifth
    assert "time to first claim p50" not in found


def test_tokens_and_cost_by_hand() -> None:
    used = [{"prompt": 100, "completion": 10, "cost": 0.5}, {"prompt": 300, "completion": 20}, {}]
    found = scores([Row(case=UNANSWERABLE, answer={**REFUSED, "usage": u}) for u in used])
    assert (found["tokens in"], found["tokens out"], found["cost"]) == (200, 15, 0.5)


def test_a_question_refused_before_the_model_was_asked_takes_no_tokens() -> None:
    asked = {"mode": "written", "timings": {"total": 2.0, "write": 1.0}}
    answered = Row(
        case=UNANSWERABLE, answer={**cites(GOLD), **asked, "usage": {"prompt": 300, "completion": 30, "cost": 3}}
    )
    refused_by_model = Row(
        case=UNANSWERABLE, answer={**REFUSED, **asked, "usage": {"prompt": 100, "completion": 2, "cost": 1}}
    )
    unasked = Row(case=UNANSWERABLE, answer={**REFUSED, "mode": "written", "timings": {"total": 0.1}, "usage": {}})
    found = scores([answered, refused_by_model, unasked, unasked])
    assert (found["tokens in"], found["tokens out"], found["cost"]) == (100, 8, 1)
    uncounted = Row(case=UNANSWERABLE, answer={**REFUSED, **asked, "usage": {}})
    assert "tokens in" not in scores([uncounted, unasked])
    quoted = Row(case=UNANSWERABLE, answer={**REFUSED, "mode": "quotes", "usage": {}})
    assert not {"tokens in", "cost"} & scores([quoted]).keys()


def test_names_are_unique_and_sources_are_given() -> None:
    assert len(BY_NAME) == len(MEASURES)
    assert all(m.source for m in MEASURES)


def test_the_readme_has_the_table() -> None:
    assert table() in (ROOT / "evals" / "README.md").read_text(encoding="utf-8")
