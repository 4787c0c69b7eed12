"""Comparing runs: what is paired, what is named, and what is called a difference."""

import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.cases import Case
from evals.compare import compare
from evals.comparison import Comparison, Difference, RunsDiffer, comparison_object, comparison_table, worse
from evals.measures import Measure
from evals.report import comparison_markdown
from evals.runs import Row, Run


def key(name: str) -> Callable[[Row], Any]:
    return lambda row: row.answer.get(name)


def of_all(values: Sequence[tuple[float, float]]) -> float | None:
    tried = sum(t for _, t in values)
    return sum(r for r, _ in values) / tried if tried else None


SCORE = Measure(name="score", value=key("score"), source="", group="retrieval")
RIGHT = Measure(name="right", value=key("right"), yes_no=True, source="", group="answer")
COST = Measure(name="cost", value=key("cost"), better="lower", unit="currency", source="", group="cost")
RATE = Measure(name="rate", value=key("rate"), aggregate=of_all, source="", group="refusal")
TIME = Measure(name="time", value=key("time"), better="lower", unit="seconds", source="", group="time")
OURS = (SCORE, RIGHT, COST, RATE, TIME)


def case(number: int, **other: Any) -> Case:
    kind, languages = ("date", "de") if number % 2 else ("number", "en")
    return Case(
        **{
            "id": f"c{number}",
            "question": "?",
            "answers": ("x",),
            "answerable": True,
            "type": kind,
            "q_lang": languages,
        }
        | other
    )


def row(number: int, **answer: Any) -> Row:
    return Row(case=case(number), answer=answer)


def run(*rows: Row, **made_with: str) -> Run:
    return Run(header={"made_with": made_with}, rows=rows)


def differences(comparison: Comparison) -> dict[str, Difference]:
    return {d.measure: d for d in comparison.runs[0].differences}


def usual(number: int) -> Row:
    return row(number, score=number % 7 / 7, right=number % 2, cost=2.0, rate=(number % 2, 1.0), time=0.1)


def numbers_in(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            yield from numbers_in(one)
    elif isinstance(value, float):
        yield value


def test_two_equal_runs_do_not_differ_anywhere() -> None:
    one = run(*(usual(n) for n in range(40)))
    found = compare([("a", one), ("b", one)], OURS)
    every = [*found.runs[0].differences, *(d for s in found.runs[0].slices for d in s.differences)]
    assert len(every) == 5 + 4 * 4  # all five, and all but the time in two slices by language and two by type
    assert all((d.difference, d.low, d.high) == (0, 0, 0) for d in every)
    assert {d.measure: d.verdict for d in found.runs[0].differences} == {
        **dict.fromkeys(["score", "right", "cost", "rate"], "no real difference"),
        "time": "not tested",
    }


def test_planted_differences_are_found_and_called_by_what_is_better() -> None:
    first = [usual(n) for n in range(40)]
    second = [
        replace(r, answer=r.answer | {"score": r.answer["score"] + 0.1, "right": 1, "cost": 3.0, "rate": (1.0, 1.0)})
        for r in first
    ]
    found = differences(compare([("a", run(*first)), ("b", run(*second))], OURS))
    assert {name: d.verdict for name, d in found.items()} == {
        "score": "better",
        "right": "better",
        "cost": "worse",
        "rate": "better",
        "time": "not tested",
    }
    assert found["score"].difference == pytest.approx(0.1)
    assert found["right"].p == 2 / 2**20  # 20 of 40 cases gained, none lost
    assert found["right"].corrected == pytest.approx(4 * 2 / 2**20)
    assert (found["rate"].baseline, found["rate"].other) == (0.5, 1)


def test_what_may_be_chance_is_no_real_difference() -> None:
    first = [row(n, score=0.5, right=0) for n in range(40)]
    second = [row(n, score=0.5 + (0.3 if n < 3 else 0), right=int(n < 4)) for n in range(40)]
    found = differences(compare([("a", run(*first)), ("b", run(*second))], OURS))
    assert found["right"].p == 1 / 8
    assert {d.verdict for d in found.values()} == {"no real difference"}


def test_the_correction_takes_a_verdict_away() -> None:
    first, second = [row(n, right=0) for n in range(40)], [row(n, right=int(n < 6)) for n in range(40)]
    alone = compare([("a", run(*first)), ("b", run(*second))], (RIGHT,))
    many = compare([("a", run(*first)), ("b", run(*second))], [replace(RIGHT, name=f"right {i}") for i in range(2)])
    assert alone.runs[0].differences[0].corrected == 2 / 2**6
    assert alone.runs[0].differences[0].verdict == "better"
    assert {(d.corrected, d.verdict) for d in many.runs[0].differences} == {(4 / 2**6, "no real difference")}


def test_a_measure_is_compared_where_it_applies_in_both() -> None:
    first, second = run(row(1, score=1.0), row(2, score=0.5), row(3)), run(row(1, score=0.0), row(2), row(3, score=1.0))
    score = differences(compare([("a", first), ("b", second)], OURS))["score"]
    assert (score.n, score.baseline, score.other) == (1, 1, 0)


def test_what_is_not_compared_is_named() -> None:
    broken = Row(case=case(4), error="ZeroDivisionError")
    first = run(row(1, score=1.0), row(2, cost=1.0), row(4, score=1.0))
    second = run(row(1, score=0.0), row(3, score=1.0), broken)
    found = compare([("a", first), ("b", second)], OURS).runs[0]
    assert (found.n, found.only_baseline, found.only_other) == (2, ("c2",), ("c3",))
    assert (found.crashed_baseline, found.crashed_other) == ((), ("c4",))
    assert found.incomparable == ("cost",)
    shown = comparison_table(compare([("a", first), ("b", second)], OURS))
    for line in (
        "only in the baseline (1): c2",
        "only in b (1): c3",
        "crashed in b (1): c4",
        "no case has in both (1): cost",
    ):
        assert line in shown


def test_runs_that_cannot_be_compared() -> None:
    one = run(usual(1), usual(2))
    with pytest.raises(RunsDiffer, match="one run"):
        compare([("a", one)], OURS)
    with pytest.raises(RunsDiffer, match="no case of the baseline"):
        compare([("a", one), ("b", run(usual(3)))], OURS)
    with pytest.raises(RunsDiffer, match="twice"):
        compare([("a", one), ("b", run(usual(1), usual(1)))], OURS)
    changed = Row(case=case(1, answers=("y",)), answer={})
    with pytest.raises(RunsDiffer, match=r"'c1' of b is not that of the baseline"):
        compare([("a", one), ("b", run(changed))], OURS)


def test_other_articles_or_cases_are_warned_of() -> None:
    first = run(usual(1), corpus="1", cases="1")
    assert compare([("a", first), ("b", run(usual(1), corpus="2", cases="3"))], OURS).runs[0].warnings == (
        "the runs are over different corpora",
        "the runs are over different files of cases",
    )
    assert compare([("a", first), ("b", run(usual(1), corpus="1"))], OURS).runs[0].warnings == ()


def test_slices_are_by_kind_and_without_verdict() -> None:
    first = [usual(n) for n in range(40)]
    second = [replace(r, answer=r.answer | {"score": 1.0}) if r.case.type == "date" else r for r in first]
    found = compare([("a", run(*first)), ("b", run(*second))], OURS)
    assert [(s.by, s.value, s.n) for s in found.runs[0].slices] == [
        ("type", "number", 20),
        ("type", "date", 20),
        ("languages", "en", 20),
        ("languages", "de", 20),
    ]  # all cases are answerable: that slice would be all over again
    score = {s.value: d for s in found.runs[0].slices for d in s.differences if d.measure == "score"}
    assert (score["number"].difference, score["date"].difference > 0.3) == (0, True)
    assert {(d.p, d.verdict) for s in found.runs[0].slices for d in s.differences} == {(None, "not tested")}
    shown = comparison_table(found, ["score", "cost"])
    assert "type: date" in shown
    assert not [line for line in shown.splitlines() if "type: date" in line and "cost" in line]  # it does not differ


def test_every_run_is_beside_the_first() -> None:
    one, other = run(*(usual(n) for n in range(20))), run(*(row(n, score=0.0) for n in range(20)))
    found = compare([("a", one), ("b", other), ("c", one)], OURS)
    assert (found.baseline, [r.name for r in found.runs]) == ("a", ["b", "c"])
    assert [r.differences[0].verdict for r in found.runs] == ["worse", "no real difference"]


def test_a_change_for_the_worse_is_said_with_its_figures() -> None:
    first = [usual(n) for n in range(40)]
    second = [replace(r, answer=r.answer | {"score": r.answer["score"] - 0.05, "cost": 2.5}) for r in first]
    comparison = compare([("a", run(*first)), ("b", run(*second))], OURS)
    assert worse(comparison, [("score", 0.1), ("cost", 0.6), ("right", 0)]) == []
    lines = worse(comparison, [("score", 0.01), ("cost", 0.2)])
    assert len(lines) == 2
    assert "b: score 0." in lines[0]
    assert "b: cost 2.00 -> 2.50, more than 0.2 worse, p 0.0002 corrected for 2" in lines[1]
    better = compare([("b", run(*second)), ("a", run(*first))], OURS)
    assert worse(better, [("score", 0.01), ("cost", 0.2)]) == []


def test_what_can_no_longer_be_measured_does_not_pass() -> None:
    first = [row(n, score=0.5) for n in range(4)]
    silent = compare([("a", run(*first)), ("b", run(*(row(n) for n in range(4))))], OURS)
    assert worse(silent, [("score", 0)]) == ["b: score applies to no case of both runs"]
    crashed = compare([("a", run(*first)), ("b", run(*first[1:], Row(case=case(0), error="OSError")))], OURS)
    assert worse(crashed, []) == ["b: crashed (1): c0"]
    both = run(*first[1:], Row(case=case(0), error="OSError"))
    assert worse(compare([("a", both), ("b", both)], OURS), [("score", 0)]) == []


def test_cases_that_are_missing_do_not_pass() -> None:
    first = [usual(n) for n in range(30)]
    fewer, more = (compare([("a", run(*a)), ("b", run(*b))], OURS) for a, b in ((first, first[3:]), (first[3:], first)))
    assert worse(fewer, [("score", 0)]) == ["b: missing (3): c0, c1, c2"]
    assert worse(more, [("score", 0)]) == []


def test_what_is_watched_is_corrected_for_nothing_else() -> None:
    others = [replace(RIGHT, name=f"other {i}", value=key("other")) for i in range(60)]
    first = [row(n, right=1, other=1, score=1.0) for n in range(200)]
    second = [row(n, right=int(n >= 9), other=1, score=1.0) for n in range(200)]
    found = compare([("a", run(*first)), ("b", run(*second))], [RIGHT, SCORE, *others])
    told = differences(found)["right"]
    assert (told.p, told.verdict) == (2 / 2**9, "no real difference")
    assert worse(found, [("right", 0.01)]) == [
        "b: right 1.0000 -> 0.9550, more than 0.01 worse, p 0.0039 corrected for 1"
    ]
    assert len(worse(found, [("right", 0.01), ("score", 0.01)])) == 1
    many = [("right", 0.01), *((m.name, 0.01) for m in others)]
    assert worse(found, many) == [], "who watches more must correct for more"


def test_one_case_has_no_interval() -> None:
    first, second = run(row(1, score=0.5), row(2, score=0.5)), run(row(1, score=0.2), row(2, score=0.3))
    found = compare([("a", first), ("b", second)], (SCORE,))
    assert {(d.low, d.high) for s in found.runs[0].slices for d in s.differences} == {(None, None)}
    assert found.runs[0].differences[0].low == pytest.approx(-0.3)


def test_small_costs_are_not_nothing() -> None:
    first, second = (run(*(row(n, cost=cost, score=0.00001) for n in range(40))) for cost in (0.0000123, 0.0000246))
    found = compare([("a", first), ("b", second)], OURS)
    for written in (comparison_table(found), comparison_markdown(found)):
        assert "0.0000123" in written
        assert "+0.0000123" in written
        assert "0.0000246" in written
        assert "0.00001 " not in written, "a share has four decimals"


def test_a_threshold_for_nothing_is_refused() -> None:
    one = run(usual(1), usual(2))
    comparison = compare([("a", one), ("b", one)], OURS)
    with pytest.raises(RunsDiffer, match=r"no measure 'scores'.*did you mean 'score'"):
        worse(comparison, [("scores", 0)])
    with pytest.raises(RunsDiffer, match="time is not tested"):
        worse(comparison, [("time", 0)])


maybe = st.none() | st.floats(0, 1)
rows = st.lists(st.tuples(maybe, maybe, st.booleans(), st.booleans()), min_size=1, max_size=6)


@settings(max_examples=15)
@given(rows, st.booleans())
def test_whatever_is_compared_has_a_plain_json_form(values: list[tuple[Any, Any, bool, bool]], pairs: bool) -> None:
    def made(score: float | None, right: bool) -> dict[str, Any]:
        rate = (score, float(right)) if score is not None and pairs else None
        return {"score": score, "right": int(right), "rate": rate}

    first = run(*(row(n, **made(a, x)) for n, (a, _, x, _) in enumerate(values)))
    second = run(*(row(n, **made(b, y)) for n, (_, b, _, y) in enumerate(values)))
    found = compare([("a", first), ("b", second)], (SCORE, RIGHT, RATE))
    again = json.loads(json.dumps(comparison_object(found), allow_nan=False))
    assert again["runs"][0]["n"] == len(values)
    assert all(math.isfinite(number) for number in numbers_in(again))
    assert "nan" not in comparison_table(found).lower()
    for d in found.runs[0].differences:
        assert d.p is not None
        assert d.corrected is not None
        assert 0 < d.p <= d.corrected <= 1


def test_what_the_runs_were_made_with_otherwise_is_said() -> None:
    header = {"settings": {"answer_above": 0.4, "hits": 10}, "code": "a" * 64, "mode": "quotes", "language_model": None}
    other = {**header, "settings": {"answer_above": 0.8, "hits": 10}, "code": "b" * 64, "cases": "c"}
    runs = [(name, Run(header={"made_with": made}, rows=(usual(1),))) for name, made in (("a", header), ("b", other))]
    found = compare(runs, OURS)
    assert [str(c) for c in found.runs[0].changes] == ["answer_above 0.4 → 0.8", "code aaaaaaaaaaaa → bbbbbbbbbbbb"]
    for shown in (comparison_table(found), comparison_markdown(found).replace("\\", "")):
        assert "made otherwise: answer_above 0.4 → 0.8" in shown
    assert comparison_object(found)["runs"][0]["changes"][0] == {
        "name": "answer_above",
        "baseline": "0.4",
        "other": "0.8",
    }
    assert not compare([("a", runs[0][1]), ("b", run(usual(1), cases="c"))], OURS).runs[0].changes, "another system"


def test_the_cases_that_turned_are_named_each_way() -> None:
    first, second = [row(n, right=int(n < 8)) for n in range(20)], [row(n, right=int(n >= 7)) for n in range(20)]
    found = compare([("a", run(*first)), ("b", run(*second))], OURS)
    flips = found.runs[0].flips
    assert flips
    assert (flips.measure, flips.better, flips.worse) == (
        "right",
        tuple(f"c{n}" for n in range(8, 20)),
        tuple(f"c{n}" for n in range(7)),
    )
    shown = comparison_table(found)
    assert "right: turned for the better (12): c8, c9, c10, c11, c12 … and 7 more" in shown
    assert "right: turned for the worse (7): c0, c1, c2, c3, c4 … and 2 more" in shown
    assert ", c17, c18, c19\n\n</details>" in comparison_markdown(found)
    lower = compare([("a", run(*first)), ("b", run(*second))], [replace(RIGHT, better="lower")]).runs[0].flips
    assert lower
    assert (lower.better, lower.worse) == (flips.worse, flips.better)
    assert compare([("a", run(*first)), ("b", run(*second))], [SCORE]).runs[0].flips is None
