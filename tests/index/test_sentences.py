"""sentence_borders.tsv is the specification of a sentence; what follows it holds for any text at all."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sentencex
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import WINDOW, sentence_spans
from tests.fuzzing import tried

TABLE = Path(__file__).with_name("sentence_borders.tsv")
ROWS = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
CASES = [(language, marked.replace("\\n", "\n")) for language, marked in ROWS]
Segmenter = Callable[[str, str], list[str]]


def ours(text: str, language: str) -> list[str]:
    return [span.of(text) for span in sentence_spans(text, language)]


def alone(text: str, language: str) -> list[str]:
    return [piece.strip() for piece in sentencex.segment(language, text) if piece.strip()]


def is_right(segment: Segmenter, language: str, marked: str) -> bool:
    return segment(marked.replace("¦", ""), language) == [part.strip() for part in marked.split("¦")]


@pytest.mark.parametrize(("language", "marked"), CASES)
def test_each_row_of_the_table(language: str, marked: str) -> None:
    assert ours(marked.replace("¦", ""), language) == [part.strip() for part in marked.split("¦")]


def test_the_table_is_long_and_hard_enough_to_tell_segmenters_apart() -> None:
    assert len(CASES) >= 60
    assert {"en", "de", "fr", "es", "ru", "ar", "zh"} <= {language for language, _ in CASES}
    assert sum(is_right(alone, *case) for case in CASES) < 0.75 * len(CASES)


TEXT = st.text(
    st.one_of(st.sampled_from(" \n\r\t.!?…。\"'“”„«»()[]—-1aAбZ好\u2028\ud800\0"), st.characters()), max_size=300
)


@pytest.mark.fuzz
@tried(150)
@given(TEXT, st.integers(1, 12), st.sampled_from(["en", "de", "zh", "ar", "ru", "und", "", "xx-YY"]))
def test_every_character_that_is_not_white_space_is_in_exactly_one_sentence(
    text: str, times: int, language: str
) -> None:
    text *= times
    spans = sentence_spans(text, language)
    covered = [at for span in spans for at in range(span.start, span.end)]
    assert covered == sorted(set(covered))
    assert {at for at, character in enumerate(text) if not character.isspace()} <= set(covered)
    assert all(span.of(text) == span.of(text).strip() != "" for span in spans)
    assert all(len(span) <= WINDOW for span in spans)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("unit", ["a", "word ", "Foo bar baz. ", "你好。", '. "', "(", "1. ", "ab\n", "A… ", "“No. "])
def test_time_is_linear_even_for_one_endless_line(unit: str) -> None:
    spans = sentence_spans(unit * (60_000 // len(unit)), "en")
    assert max(len(span) for span in spans) <= WINDOW


def test_without_the_second_pass_a_quotation_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    quotation = "“We won. It cost us three and a half billion. Nobody knows why it happened,” he said."
    assert len(ours(quotation, "en")) == 3
    monkeypatch.setattr("index.sentences._LONG", 10**9)
    assert len(ours(quotation, "en")) == 1


def test_crlf_and_cr_end_lines_too() -> None:
    assert ours("First line\r\nSecond line\rThird line\n\nFourth", "en") == [
        "First line",
        "Second line",
        "Third line",
        "Fourth",
    ]
