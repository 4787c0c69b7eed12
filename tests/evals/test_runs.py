"""What is read as a run can be measured; anything else is named with its row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evals.cases import Case
from evals.run import finish_run, run_cases
from evals.runs import Outcome, Row, Run, RunWrong, read_run

MADE = [Case(id=f"case-{n}", question=f"Question {n}?", answerable=False) for n in range(2)]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"hits": [{"file": "a", "start": 3}]}, "hits.0.end: Field required"),
        ({"hits": [{"file": "a", "start": 9, "end": 3}]}, "hits.0: Value error, start 9 is after end 3"),
        (
            {"citations": [{"number": 1, "file": "a", "end": 3}]},
            "citations.0: Value error, a from None to 3 is no place",
        ),
        ({"citations": [{"file": "a", "start": 1, "end": 3}]}, "citations.0.number: Field required"),
        ({"claims": [{"text": "x", "citations": ["1"]}]}, "claims.0.citations.0: Input should be a valid integer"),
        ({"answerability": float("nan")}, "answerability: Input should be"),
        ({"answerability": -0.2}, "answerability: Input should be greater than or equal to 0"),
        ({"answerability": 1.2}, "answerability: Input should be less than or equal to 1"),
        ({"timings": {"total": "long"}}, "timings.total: Input should be a valid number"),
        ({"refused": "no"}, "refused: Input should be a valid boolean"),
    ],
)
def test_an_answer_that_cannot_be_measured_is_named(tmp_path: Path, answer: dict[str, Any], told: str) -> None:
    """In a run that is read with its row, and in one that is made as a crash of its case."""
    rows = (Row(case=MADE[0], answer={"refused": True}), Row(case=MADE[1], answer=answer))
    finish_run(tmp_path / "run.json", Run(header={}, rows=rows))
    with pytest.raises(RunWrong) as raised:
        read_run(tmp_path / "run.json")
    assert f"run.json: row 2 (case-1) is no answer to a case ({told}" in str(raised.value)
    (row,) = run_cases(MADE[:1], lambda case: Outcome(answer=answer), tmp_path / "made.part")
    assert row.error
    assert row.error.startswith("ValidationError")


@pytest.mark.parametrize("row", ["{}", "[]", "3", '{"case": 3}'])
def test_what_is_no_row_is_named(tmp_path: Path, row: str) -> None:
    (tmp_path / "run.json").write_text(f'{{"header": {{}}, "rows": [{row}]}}')
    with pytest.raises(RunWrong, match=r"run\.json: row 1 "):
        read_run(tmp_path / "run.json")
