"""Passages: every character where it belongs, whatever the text, the marks and the budget."""

import resource
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SettingsWrong
from index.split import DEFAULT_BUDGET, LEAST_BUDGET, embedding_text, split_article
from index.tokens import count_tokens
from index.types import Article, Mark, Passage, Span
from tests.children import REPOSITORY
from tests.fuzzing import tried

LONG = "The council approved the new tram line on Tuesday evening. It will cost two million. Nobody knows who pays."
SHORT = "The mayor did not answer any questions about the new line."
HEADING = "What happens next"


def article(text: str, *, language: str = "en", title: str | None = None, marks: tuple[Mark, ...] = ()) -> Article:
    return Article(id="a.txt", text=text, sha256="", format="txt", language=language, title=title, marks=marks)


def texts(*paragraphs: str, budget: int = DEFAULT_BUDGET) -> list[str]:
    return [passage.text for passage in split_article(article("\n\n".join(paragraphs)), budget)]


def marked(text: str, part: str) -> Mark:
    start = text.index(part)
    return Mark(span=Span(start=start, end=start + len(part)), kind="boilerplate")


ANY_TEXT = st.text(
    st.one_of(st.sampled_from(" \n\r\t.!?…\"'“”()|#-*1aAб好\u2028\ud800\0"), st.characters()), max_size=200
)
ANY_MARKS = st.lists(st.tuples(st.integers(0, 600), st.integers(0, 60)), max_size=5)


@pytest.mark.fuzz
@tried(150)
@given(
    ANY_TEXT, st.integers(1, 20), ANY_MARKS, st.integers(LEAST_BUDGET, 200), st.sampled_from(["en", "de", "zh", "und"])
)
def test_each_character_outside_marks_is_in_one_sentence_of_one_passage(
    text: str, times: int, ranges: list[tuple[int, int]], budget: int, language: str
) -> None:
    text *= times
    marks = tuple(Mark(span=Span(start=a, end=a + n), kind="boilerplate") for a, n in ranges)
    passages = split_article(article(text, language=language, marks=marks), budget)
    hidden = {at for mark in marks for at in range(mark.span.start, mark.span.end)}
    covered = [at for p in passages for s in p.sentences for at in range(s.span.start, s.span.end)]
    assert covered == sorted(set(covered) - hidden)
    assert {at for at, c in enumerate(text) if not c.isspace()} - hidden <= set(covered) <= set(range(len(text)))
    assert [s.number for p in passages for s in p.sentences] == list(range(sum(len(p.sentences) for p in passages)))
    for passage in passages:
        _check(passage, text, budget)
        assert not any(mark.span.overlaps(passage.span) for mark in marks if len(mark.span))


def _check(passage: Passage, text: str, budget: int) -> None:
    assert passage.text == passage.span.of(text)
    assert (passage.span.start, passage.span.end) == (passage.sentences[0].span.start, passage.sentences[-1].span.end)
    assert count_tokens(passage.text) <= budget + 2  # a word that ends at a sentence's border may count differently


def test_a_passage_ends_with_a_long_paragraph() -> None:
    assert texts(LONG, LONG) == [LONG, LONG]


def test_short_paragraphs_are_joined_with_their_neighbours() -> None:
    assert texts(SHORT, SHORT, SHORT) == [f"{SHORT}\n\n{SHORT}\n\n{SHORT}"]
    assert texts(LONG, SHORT, LONG) == [f"{LONG}\n\n{SHORT}\n\n{LONG}"]


def test_a_heading_begins_a_passage_and_belongs_to_it() -> None:
    for heading in (HEADING, f"## {HEADING}.", f"**{HEADING}.**", f"{HEADING}?"):
        assert texts(SHORT, heading, LONG) == [SHORT, f"{heading}\n\n{LONG}"]
        assert texts(SHORT, heading, *[LONG] * 2) == [SHORT, f"{heading}\n\n{LONG}", LONG]


def test_no_heading_is_left_behind_at_the_end_of_a_passage() -> None:
    for count in range(1, 12):
        for text in texts(SHORT, "Part one", HEADING, *[SHORT + " " + SHORT] * count, budget=40):
            assert not text.endswith(HEADING)


def test_passages_of_one_topic_are_of_about_equal_size() -> None:
    for count in range(5, 40):
        sizes = [count_tokens(text) for text in texts(" ".join([SHORT] * count), budget=64)]
        assert max(sizes) <= 64
        assert len(sizes) == 1 or min(sizes) >= 0.5 * max(sizes)


def test_paragraphs_are_cut_between_rather_than_within() -> None:
    pair = f"{SHORT} {SHORT}"
    passages = texts(*[pair] * 5, budget=96)  # two halves of equal size would cut the third
    assert len(passages) == 2
    assert all(text.count(SHORT) % 2 == 0 for text in passages)


def test_a_mark_belongs_to_no_passage_and_none_crosses_it() -> None:
    text = f"{SHORT}\n\nAlso read this\n\n{SHORT}"
    marks = (marked(text, "Also read this"),)
    assert [passage.text for passage in split_article(article(text, marks=marks))] == [SHORT, SHORT]


def test_a_mark_inside_a_line_leaves_both_sides() -> None:
    text = "The line opens in May. CLICK HERE It will be late."
    passages = split_article(article(text, marks=(marked(text, "CLICK HERE"),)))
    assert [passage.text for passage in passages] == ["The line opens in May.", "It will be late."]


def test_a_sentence_over_the_budget_is_cut_at_a_clause_or_a_word() -> None:
    sentence = ", ".join(["the new line from the station to the harbour is late"] * 30) + "."
    for passage in split_article(article(sentence), 48):
        assert count_tokens(passage.text) <= 48
        assert passage.text.startswith("the new") or passage.text == "."
        assert passage.text.endswith(("late,", "late."))
    words = split_article(article("tram " * 500), 48)
    assert {word for passage in words for word in passage.text.split()} == {"tram"}


def test_an_article_of_marks_or_white_space_has_no_passages() -> None:
    assert texts("") == texts(" \n\n\t") == []
    assert split_article(article(SHORT, marks=(marked(SHORT, SHORT),))) == []


def test_a_passage_clearly_in_another_language_says_so() -> None:
    german = (
        "Der Rat genehmigte am Dienstag die neue Straßenbahn. Sie kostet viel mehr als geplant war. Niemand zahlt gern."
    )
    passages = split_article(article(f"{LONG}\n\n{german * 2}\n\n{LONG}"))
    assert [passage.language for passage in passages] == ["en", "de", "en"]
    assert [passage.language for passage in split_article(article("Nein! Doch! Oh!"))] == ["en"]


def test_splitting_twice_gives_the_same_ids_and_repeated_text_different_ones() -> None:
    text = "\n\n".join([LONG] * 5)
    ids = [passage.id for passage in split_article(article(text))]
    assert ids == [passage.id for passage in split_article(article(text))]
    assert len(set(ids)) == 5


def test_a_budget_that_holds_no_sentence_is_refused() -> None:
    with pytest.raises(SettingsWrong, match="at least"):
        split_article(article(SHORT), LEAST_BUDGET - 1)


def test_the_title_travels_with_the_passage_but_not_all_2000_words_of_it() -> None:
    passage = split_article(article(SHORT))[0]
    assert embedding_text(article(SHORT), passage) == SHORT
    assert embedding_text(article(SHORT, title="A new\n line"), passage) == f"A new line\n{SHORT}"
    assert count_tokens(embedding_text(article(SHORT, title="word " * 2000), passage)) < 64


ENDLESS = """
import sys
from index.split import split_article
from index.types import Article
from tests.memory import peak_kilobytes
text = sys.argv[1] * (int(sys.argv[2]) // len(sys.argv[1]))
passages = split_article(Article(id="x", text=text, sha256="", format="txt", language="en"))
print(max(len(p.text) for p in passages), peak_kilobytes())
"""


def split_endless(unit: str, size: int) -> tuple[int, int]:
    """The longest passage in characters, and the process's peak memory in MB, of one line of `size` characters."""
    limit = (3 << 30, 3 << 30)
    done = subprocess.run(
        [sys.executable, "-c", ENDLESS, unit, str(size)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=110,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, limit),
    )
    assert done.returncode == 0, done.stderr
    longest, memory = map(int, done.stdout.split())
    return longest, memory // 1024


@pytest.mark.parametrize("unit", ["a", "One plain sentence. ", "今天天气很好。"])
def test_one_endless_line_gives_bounded_passages(unit: str) -> None:
    longest, memory = split_endless(unit, 200_000)
    assert longest <= 2_000
    assert memory < 600


@pytest.mark.slow
def test_fifty_million_characters_in_one_line() -> None:
    longest, memory = split_endless("One plain sentence of a usual length, about nothing much. ", 50_000_000)
    assert longest <= 2_000
    assert memory < 1_500
