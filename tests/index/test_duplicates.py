from hypothesis import given, settings
from hypothesis import strategies as st

from index.duplicates import copies

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
