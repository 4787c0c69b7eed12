"""Where a line's end is the end of a paragraph, and where it is only the edge of a page."""

import textwrap

import pytest

from index.paragraphs import headings, paragraph_spans

PARAGRAPHS = [
    "The council, which had met for the third time in as many weeks, approved the new tram line on Tuesday evening. "
    "It will cost two million more than was said in the spring, and it will be late as well.",
    "Nobody knows who pays. The mayor, who is up for election next year, did not answer any of our questions about it, "
    "and neither did the woman who plans the line, although she was asked more than once.",
    "The first trains are to run in the autumn of next year at the earliest, from the station to the old harbour.",
]


def paragraphs(text: str) -> list[str]:
    return [" ".join(span.of(text).split()) for span in paragraph_spans(text)]


@pytest.mark.parametrize("width", [36, 50, 72, 100])
@pytest.mark.parametrize("between", ["\n\n", "\r\n\r\n", "\n \t\n"])
def test_hard_wrapped_text_gives_the_paragraphs_it_was_wrapped_from(width: int, between: str) -> None:
    wrapped = between.join(textwrap.fill(paragraph, width) for paragraph in PARAGRAPHS)
    assert paragraphs(wrapped) == PARAGRAPHS


def test_one_line_a_paragraph_is_left_as_it_is() -> None:
    assert paragraphs("\n".join(PARAGRAPHS)) == PARAGRAPHS


def test_lines_of_one_length_between_long_paragraphs_were_not_wrapped() -> None:
    lines = [paragraph[:90].strip().replace(".", ",") for paragraph in PARAGRAPHS]
    mixed = [text for pair in zip(PARAGRAPHS, lines, [line.upper() for line in lines], strict=True) for text in pair]
    assert paragraphs("\n".join(mixed)) == mixed


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n", "\u2028", "\f"])
def test_short_lines_that_were_not_wrapped_stay_apart(end: str) -> None:
    lines = [
        "Berlin",
        "A headline of no great length",
        "Paris and Rome",
        "Results",
        "More news from elsewhere",
        "Sport",
    ]
    assert paragraphs(end.join(lines)) == lines


def test_a_list_inside_wrapped_text_keeps_its_items() -> None:
    items = ["- the money that nobody has yet promised to anyone", "- the time, which is short", "* the will"]
    wrapped = "\n".join([textwrap.fill(PARAGRAPHS[0], 60), *items, "", textwrap.fill(PARAGRAPHS[1], 60)])
    assert paragraphs(wrapped) == [PARAGRAPHS[0], *items, PARAGRAPHS[1]]


def test_a_line_of_dashes_belongs_to_the_heading_above() -> None:
    assert paragraphs("What happens next\n=====\n\nNothing.") == ["What happens next =====", "Nothing."]


@pytest.mark.parametrize(
    ("line", "following", "announces"),
    [
        ("What happens next", PARAGRAPHS[0], True),
        ("Who pays?", PARAGRAPHS[0], True),
        ("# Results.", "x", True),
        ("Nobody pays.", PARAGRAPHS[0], False),
        ("What happens next", "Nothing.", False),
        ("- What happens next", PARAGRAPHS[0], False),
        ("| What | next |", PARAGRAPHS[0], False),
        (PARAGRAPHS[1], PARAGRAPHS[0], False),
    ],
)
def test_what_is_a_heading(line: str, following: str, announces: bool) -> None:
    text = f"{line}\n\n{following}"
    assert headings(text, paragraph_spans(text)) == [announces, False]
