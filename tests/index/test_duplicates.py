"""Copies are found, disagreements and repetitions are not taken for them; and fast is the same as plain."""

import re
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from rensa import RMinHash

from index.duplicates import copies
from index.terms import words
from tests.children import REPOSITORY

AGENCY = (
    "The council of Skarholm decided on Monday to repair the old bridge over the river for twelve million crowns. "
    "Work will begin in May and is expected to last two years, the mayor said. Drivers must use the ferry meanwhile."
)


def test_a_copy_with_a_word_changed_is_a_copy() -> None:
    edited = AGENCY.replace("Monday", "Tuesday")
    other = (
        "A theatre in the north has lost half of its visitors since the tram line was closed four years ago, it says."
    )
    assert copies([AGENCY, other, edited, AGENCY], ["a", "b", "c", "d"]) == [0, 1, 0, 0]


def test_another_number_is_a_disagreement_and_no_copy() -> None:
    first, second = f"{AGENCY} It costs 12 million.", f"{AGENCY} It costs 14 million."
    assert copies([first, second, AGENCY], ["a", "b", "c"]) == [0, 1, 0]


def test_an_article_that_says_nearly_the_same_twice_says_two_things() -> None:
    edited = AGENCY.replace("Monday", "Tuesday")
    assert copies([AGENCY, edited, AGENCY], ["a", "a", "a"]) == [0, 1, 0]


def test_short_and_empty_texts() -> None:
    assert copies([], []) == []
    assert copies(["yes", "no", "yes"], ["a", "b", "c"]) == [0, 1, 0]
    assert copies(["", ""], ["a", "b"])[0] == 0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text("ab c", max_size=20), max_size=8))
def test_the_first_of_its_kind_is_named(texts: list[str]) -> None:
    first = copies(texts, [str(n) for n in range(len(texts))])
    assert len(first) == len(texts)
    for i, j in enumerate(first):
        assert j <= i
        assert first[j] == j
    for i, text in enumerate(texts):
        assert first[i] == first[texts.index(text)]  # equal texts are copies of the same one


def plainly(texts: Sequence[str], articles: Sequence[str]) -> list[int]:
    """`copies`, pair by pair."""

    def sketch(text: str) -> RMinHash:
        tokens, made = words(text), RMinHash(num_perm=128, seed=1)
        made.update([" ".join(tokens[i : i + 3]) for i in range(max(1, len(tokens) - 2))])
        return made

    def same(i: int, j: int) -> bool:
        if articles[i] == articles[j]:
            return texts[i] == texts[j]
        one, other = (set(re.findall(r"\d+(?:[.,]\d+)*", texts[n])) for n in (i, j))
        return (one <= other or other <= one) and sketches[j].jaccard(sketches[i]) >= 0.6

    sketches, first = [sketch(text) for text in texts], list[int]()
    for i in range(len(texts)):
        first.append(next((j for j in range(i) if first[j] == j and same(i, j)), i))
    return first


ARTICLES = st.lists(st.sampled_from("abc"), min_size=8, max_size=8)


@settings(deadline=None)
@given(st.lists(st.text("ab 12.", max_size=30), max_size=8), ARTICLES)
def test_what_is_found_is_what_comparing_every_pair_finds(texts: list[str], articles: list[str]) -> None:
    assert copies(texts, articles) == plainly(texts, articles)


PARAGRAPHS = [
    paragraph
    for file in sorted((REPOSITORY / "corpus").rglob("*.txt"))
    for paragraph in file.read_text(encoding="utf-8", errors="replace").split("\n\n")
    if len(paragraph) > 100
]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PARAGRAPHS), st.integers(0, 40), st.integers(0, 8)), max_size=8), ARTICLES)
def test_so_it_is_of_real_paragraphs_that_were_edited(edited: list[tuple[str, int, int]], articles: list[str]) -> None:
    """Each of them without some words, so that many pairs are nearly as alike as copies must be."""
    texts = [" ".join((w := text.split())[:at] + w[at + length :]) for text, at, length in edited]
    texts += [text for text, _, _ in edited]
    assert copies(texts, articles * 2) == plainly(texts, articles * 2)
