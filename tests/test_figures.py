"""The figures at the head of docs/reliability.md: what they add up, and what they take from documents that other commands wrote."""

from __future__ import annotations

from tests.figures import FUZZ, HOSTILE, SOAK, figures, table
from tests.reliability import Outcome

OUTCOMES = [
    Outcome(test="f::test_acceptance_13_some", day="d", passed=1, tried={"kills": 7, "passages_lost": 0}),
    Outcome(test="f::test_acceptance_13_every", day="d", passed=3, tried={"kills": 1_000, "passages_lost": 2}),
    Outcome(test="f::test_control_13_unsafe", day="d", passed=1, tried={"passages_lost": 50}),
    Outcome(test="f::test_acceptance_22_never", day="d", passed=3, tried={"seconds_waited": 9.82}),
    Outcome(test="f::test_acceptance_26_html", day="d", passed=9),
]
MADE = "```sh\nmake it\n```\n"
DOCUMENTS = {
    SOAK: f"{MADE}2026-11-22; 1.05 hours; 1.00 of them under load; Python\n4,100 questions, 3 refusals; 0 errors without a message.\n"
    "Memory: +4.5 MB in\nNot kept:",
    FUZZ: f"{MADE}| **all** | | 12,345 | 1 did not |\nFound before, and mended:\n\n- one\n- two",
    HOSTILE: f"{MADE}1512 of 2000 asked\n| **all** | 1512 | 1500 | 2 | 10 | 0 | 1 | 3.0 |\n"
    "| **all** | 1512 | 1500 | 2 | 10 | 4 | 5 | 3.0 |\n",
}


def test_what_tests_tried_is_added_up_without_their_controls() -> None:
    told = {one.what: one for one in figures(OUTCOMES, {})}
    killed = told["points at which an indexer was killed"]
    assert (killed.found, killed.command) == ("1,007; 2 passages lost, 0 duplicated", "python -m tests.reliability 13")
    assert told["faults of a language model's endpoint"].found == "12, all explained; the longest wait 9.8 s"
    assert "soak" not in told


def test_what_documents_say_is_told_with_their_command() -> None:
    told = {one.what: one for one in figures([], DOCUMENTS)}
    assert {told[what].command for what in ("soak", "fuzzing", "naughty strings and attacks")} == {"make it"}
    assert told["soak"].found.startswith(
        "1.05 hours; 1.00 of them under load, 4,100 questions, 0 errors without a message, +4.5 MB of memory in 100"
    )
    assert "**a bound was not kept**" in told["soak"].found
    assert told["fuzzing"].found.startswith("12,345 executions, 1 that broke something now, 2 before, mended")
    assert ": 4 crashes, 6 with anything wrong" in told["naughty strings and attacks"].found
    assert "1,512 of 2,000 texts" in told["naughty strings and attacks"].found
    assert "asked 3,024 times in 2 modes" in told["naughty strings and attacks"].found
    assert "| soak | " in table(told.values())
