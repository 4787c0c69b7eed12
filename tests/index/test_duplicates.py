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
    assert copies([AGENCY, other, edited, AGENCY]) == [0, 1, 0, 0]


def test_short_and_empty_texts() -> None:
    assert copies([]) == []
    assert copies(["yes", "no", "yes"]) == [0, 1, 0]
    assert copies(["", ""])[0] == 0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text("ab c", max_size=20), max_size=8))
def test_the_first_of_its_kind_is_named(texts: list[str]) -> None:
    first = copies(texts)
    assert len(first) == len(texts)
    for i, j in enumerate(first):
        assert j <= i
        assert first[j] == j
    for i, text in enumerate(texts):
        assert first[i] == first[texts.index(text)]  # equal texts are copies of the same one
