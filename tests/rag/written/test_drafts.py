"""Sentences and their marks out of a stream, however it is cut."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.written.drafts import drafted, numbers_in

CASES = [
    ("The tide turns. [3] It does so [4][5] twice a day [6, 7].", [("The tide turns.", (3,)), ("It does so twice a day.", (4, 5, 6, 7))]),
    ("It turns [3]. Dr. Smith said: “No.” [8-10] Yes.", [("It turns.", (3,)), ("Dr. Smith said: “No.”", (8, 9, 10)), ("Yes.", ())]),
    ("[1] First one.\n[2] Second one.", [("First one.", (1,)), ("Second one.", (2,))]),
    ("- A **bold** one [3].\n- Another\n[4]\n\nEnd.", [("A **bold** one.", (3,)), ("Another", (4,)), ("End.", ())]),
    ("1. Ten metres【3】\n2. Two days［4］", [("Ten metres", (3,)), ("Two days", (4,))]),
    ("水位上升了。[3]人们离开了。【4】完。", [("水位上升了。", (3,)), ("人们离开了。", (4,)), ("完。", ())]),
    ("In [2023] it was so. [12]", [("In [2023] it was so.", (12,))]),
    ("Cut off here [1", [("Cut off here", ())]),
    ("Uber [1], [2], [5].", [("Uber.", (1, 2, 5))]),
    ("It is so. [1]. [2]. It says so [3] and [4], too.", [("It is so.", (1, 2)), ("It says so, too.", (3, 4))]),
    ("[3] [4, 3]", [("", (3, 4))]),
    ("", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_sentences_with_their_numbers(text: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(d.text, d.numbers) for d in drafted([text], "en")] == expected


LAYOUTS = [
    ("It turns. [3] It does so.\n\nTwice.", "It turns. [3] It does so.\n\nTwice."),
    ("Two:\n- **Bold** one [3].\n- Another. [4] And.\n  1. [5] Nested", "Two:\n- **Bold** one. [3]\n- Another. [4] And.\n  1. Nested [5]"),
    ("**It turns.** [3] So. **All [4] bold. Here [5].** End.", "**It turns.** [3] So. All bold. [4] Here. [5] End."),
    ("| Who | What |\n|---|---|\n| A [3] | 47. |\n| B | 20 [4] |", "Who | What |\n|---|---|\n| A | 47. [3] |\n| B | 20 [4]"),
    ("```\nIt turns. [3]\n```\nSo `x = 1` [4].", "It turns. [3]\n\nSo `x = 1`. [4]"),
    ("# Tides [3]\n> Quoted [4]. Said.", "# Tides [3]\n> Quoted. [4] Said."),
    ("Am Freitag.\n5. Oktober 2024 war es [3].", "Am Freitag.\n5. Oktober 2024 war es. [3]"),
    ("水位上升了。[3]人们离开了。", "水位上升了。 [3]人们离开了。"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), LAYOUTS)
def test_layout_stands_before_the_sentences_and_marks_behind_them(text: str, shown: str) -> None:
    found = drafted([text], "en")
    assert "".join(d.lead + d.text + "".join(f" [{n}]" for n in d.numbers) for d in found).lstrip("| ") == shown


@pytest.mark.parametrize("line", ["|---|---|", "--- | :-:", "| - | - |"])
def test_the_head_of_a_table_is_told_from_its_rows(line: str) -> None:
    table = f"So:\n| Who | What |\n{line}\n| A | 47. [3] |\nA | B\n---\nEnd."
    assert [d.text for d in drafted([table], "en") if d.head] == ["Who | What"]


@pytest.mark.parametrize("text", ["5. Oktober 2024 war es.", "47 it was.", "*It* was.", "-5 degrees", "47."])
def test_what_only_looks_like_layout_is_part_of_the_sentence(text: str) -> None:
    assert [d.text for d in drafted([text], "de")] == [text]


ALL = [text for text, _ in (*CASES, *LAYOUTS)]


@given(st.sampled_from(ALL), st.lists(st.integers(0, 60), max_size=8))
def test_the_cuts_of_the_stream_make_no_difference(text: str, cuts: list[int]) -> None:
    edges = [0, *sorted(min(c, len(text)) for c in cuts), len(text)]
    pieces = [text[a:b] for a, b in itertools.pairwise(edges)]
    assert list(drafted(pieces, "en")) == list(drafted([text], "en"))


@given(st.text(alphabet="Ab.! \n[]【】13,-*|`#>", max_size=60), st.lists(st.integers(0, 60), max_size=4))
def test_nor_do_they_in_any_text(text: str, cuts: list[int]) -> None:
    edges = [0, *sorted(min(c, len(text)) for c in cuts), len(text)]
    assert list(drafted([text[a:b] for a, b in itertools.pairwise(edges)], "en")) == list(drafted([text], "en"))


@given(st.text(alphabet="ab.! \n[]【】123,-*|`#>", max_size=60))
def test_no_mark_is_lost_and_none_is_shown(text: str) -> None:
    found = list(drafted([text], "en"))
    assert all(d.text for d in found) or len(found) == 1
    assert not any("[1]" in d.lead + d.text or "【2】" in d.lead + d.text for d in found)


@given(st.text(alphabet="Ab.! \n[]1,-*|#>", max_size=60))
def test_no_word_is_lost(text: str) -> None:
    kept = "".join(d.lead + d.text for d in drafted([text], "en"))
    assert re.findall("[Ab]", kept) == re.findall("[Ab]", text)


def test_a_sentence_comes_when_the_next_one_has_begun_and_not_before() -> None:
    read: list[str] = []

    def pieces() -> object:
        for piece in ["The tide turns. ", "[3", "] ", "It ", "does so."]:
            read.append(piece)
            yield piece

    stream = drafted(pieces(), "en")  # type: ignore[arg-type]
    assert next(stream).numbers == (3,)
    assert read[-1] == "It "


@pytest.mark.parametrize(
    ("mark", "numbers"), [("3", [3]), ("3, 4", [3, 4]), ("3-5", [3, 4, 5]), ("5-3", [5, 3]), ("1–900", [1, 900])]
)
def test_numbers_of_a_mark(mark: str, numbers: list[int]) -> None:
    assert numbers_in(mark) == numbers
