"""How far something is, where nobody looks at a terminal."""

import pytest

from ui.bars import bars, lines


def test_a_line_now_and_then_says_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    now = 100.0
    tell = lines(lambda: now)
    for done in range(401):
        tell("cases", done, 400)
        now += 1
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "cases: 15 of 400, about 6 min left"
    assert told[-1] == "cases: 390 of 400, about 10 s left"
    assert len(told) == 26


def test_what_an_earlier_run_did_is_no_speed(capsys: pytest.CaptureFixture[str]) -> None:
    now = 0.0
    tell = lines(lambda: now)
    tell("cases", 300, 400)
    now = 20.0
    tell("cases", 310, 400)
    now = 25.0
    tell("cases", 311, 400)
    assert capsys.readouterr().err == "cases: 310 of 400, about 3 min left\n"


def test_what_is_soon_done_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with bars() as tell:
        for done in range(11):
            tell("cases", done, 10)
    assert capsys.readouterr().err == ""
