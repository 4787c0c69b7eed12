"""No row of what must survive goes without a test, no group without a control, and the published table has them all."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.figures import read_documents
from tests.reliability import (
    KEPT,
    ROOT,
    ROWS,
    TABLE,
    Outcome,
    Recorder,
    Row,
    Written,
    document,
    kept,
    rows,
    written_tests,
)

LISTED, WRITTEN = rows(ROWS.read_text(encoding="utf-8")), written_tests()


def lacking(listed: list[Row], written: list[Written]) -> list[str]:
    """Rows without a test, groups without a control, controls that do not say what is unsafe, tests of no row."""
    tested, controlled = ({w.row for w in written if w.control is control} for control in (False, True))
    groups = {row.group for row in listed}
    known = {row.number for row in listed}
    return [
        *(f"row {row.number} has no test" for row in listed if row.number not in tested),
        *(f"{g} has no control" for g in groups - {row.group for row in listed if row.number in controlled}),
        *(f"{w.test} has no docstring" for w in written if w.control and not w.says),
        *(f"{w.test} is of no row" for w in written if w.row not in known),
    ]


def below_head(table: str) -> str:
    """What does not speak of the machine."""
    return table[table.index("## In figures") :]


def unseen(source: str) -> int:
    """How many tests of a source are called after a row, and so that `written_tests` does not see it."""
    called = re.findall(r"def test_(?:acceptance\w*|control_\d\w*)", source)
    return len(called) - len(re.findall(r"^def test_(?:acceptance|control)_\d\d_", source, re.MULTILINE))


def test_every_row_has_a_test_and_every_group_a_control() -> None:
    assert [row.number for row in LISTED] == list(range(1, 43))
    assert lacking(LISTED, WRITTEN) == []


def test_every_test_that_is_called_after_a_row_is_seen() -> None:
    for file in (ROOT / "tests").rglob("test_*.py"):
        assert file.name == "test_rows.py" or not unseen(file.read_text(encoding="utf-8")), file
    assert unseen("def test_acceptance_7_x(): ...\nclass A:\n    def test_control_07_x(self): ...\n") == 2


def test_the_published_table_is_that_of_the_tests_and_of_what_came_out_of_each() -> None:
    made = document(LISTED, WRITTEN, kept(KEPT.read_text(encoding="utf-8")), read_documents(ROOT))
    published = TABLE.read_text(encoding="utf-8")
    assert below_head(published) == below_head(made), (
        "python -m tests.reliability --table makes it, or the row's number runs it"
    )
    assert "FAILED" not in published


def test_a_row_without_a_test_would_be_seen() -> None:
    one, other = (Row(number=n, group=group, text="…") for n, group in ((1, "a"), (2, "b")))
    test, control = (Written(file="f", name="n", row=1, control=c) for c in (False, True))
    assert lacking([one, other], [test, control]) == ["row 2 has no test", "b has no control", "f::n has no docstring"]
    assert lacking([one], [test, replace(control, says="…"), replace(test, row=2)]) == ["f::n is of no row"]
    with_test, without = (document([one, other], tests, {}, {}) for tests in ([test], []))
    assert "| 1 | … | [n](../f) |  | not run yet |" in with_test
    assert below_head(with_test) != below_head(without)


def test_what_was_tried_is_counted_and_of_fractions_the_most_is_kept() -> None:
    recorder = Recorder()
    for case, (when, outcome, tried) in enumerate(
        [("setup", "passed", {}), ("call", "passed", {"kills": 2, "seconds": 0.5}), ("call", "passed", {"kills": 3, "seconds": 0.25})]
    ):  # fmt: skip
        told = [("tried", tried)] if tried else []
        report = pytest.TestReport(
            f"f::n[{case}]", ("f", 1, "n"), {}, outcome, None, when, user_properties=told  # type: ignore[arg-type]
        )  # fmt: skip
        recorder.pytest_runtest_logreport(report)
    skipped = pytest.TestReport("f::n[3]", ("f", 1, "n"), {}, "skipped", ("f", 1, "Skipped: no disk"), "setup")
    recorder.pytest_runtest_logreport(skipped)
    outcome = recorder.found["f::n"]
    assert outcome.tried == {"kills": 5, "seconds": 0.5}
    assert (outcome.passed, str(outcome)) == (2, "passed; skipped: no disk")
    assert str(Outcome(test="t", day="d", passed=1, failed=2)) == "2 FAILED"


def test_the_list_is_read_from_a_file() -> None:
    assert rows("# A\n1\tOne.\n# B\n2\tTwo.\n") == [
        Row(number=1, group="A", text="One."),
        Row(number=2, group="B", text="Two."),
    ]
