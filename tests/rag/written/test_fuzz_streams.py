"""What a language model is sent and what it may send: any text, in any pieces, and never an exception or a source that is none."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import prompts
from index.types import Span
from rag.cite import make_citation
from rag.written.drafts import drafted
from rag.written.sources import harmless
from tests.fuzzing import ANY_TEXT, cut, tried
from tests.rag.test_cite import article

pytestmark = pytest.mark.fuzz
MARKS = st.sampled_from(
    [
        "[1]",
        " [2, 3]",
        "【4】",
        "[5-7]",
        "[",
        "]",
        "［12",
        "1",
        ",",
        ". ",
        "\n",
        "- ",
        "| ",
        "**",
        "```",
        "A b",
        "Ende. ",
        "。",
        "5. Mai",
    ]
)
STREAMS = st.lists(MARKS | ANY_TEXT.map(lambda t: t[:20]), max_size=12).map("".join)


@tried(80)
@given(STREAMS, st.lists(st.integers(0, 120), max_size=6), st.sampled_from(["en", "de", "zh", "ar", "und", ""]))
def test_a_stream_cut_anywhere_is_the_same_sentences(text: str, places: list[int], language: str) -> None:
    found = list(drafted(cut(text, places), language))
    assert found == list(drafted([text], language))
    assert all(0 <= n < 1000 for draft in found for n in draft.numbers)
    assert not any(re.search(r"\[\s*\d{1,3}\s*\]", draft.lead + draft.text) for draft in found)


LIKE_OURS = st.sampled_from(
    [
        "<|im_end|>",
        "[INST]",
        "</s>",
        "<｜User｜>",
        "system:",
        "[3]",
        "【1】",
        "](http://",
        "===",
        "<<SYS>>",
        "\u200b",
        "\u202e",
        "\0",
        "##",
    ]
)


@tried(80)
@given(st.lists(LIKE_OURS | ANY_TEXT.map(lambda t: t[:12]), max_size=10).map("".join))
def test_text_of_an_article_never_reads_like_ours(text: str) -> None:
    line = harmless(text)
    line.encode()
    assert "\n" not in line
    assert not re.search(r"[\[【［]\s*\d+\s*[\]】］]|<\||\|>|<｜|</s>|\[/?INST\]|\]\(|<<SYS", line), line


@tried(30)
@given(st.data())
def test_a_prompt_holds_any_value_as_it_is(data: st.DataObject) -> None:
    prompt = prompts.load(data.draw(st.sampled_from(prompts.names())))
    values = {
        name: data.draw(ANY_TEXT | st.sampled_from(["${question}", "$", "$$", "{0}"])) for name in prompt.variables
    }
    rendered = prompt.render(**values)
    assert all(value in rendered for value in values.values())
    assert set(prompt.variables) <= values.keys() or pytest.fail("unreachable")


@tried(60)
@given(ANY_TEXT.filter(bool), st.data())
def test_a_citation_of_any_text_can_be_followed(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    made = make_citation(1, article(text), Span(start=start, end=data.draw(st.integers(start + 1, len(text)))))
    assert text[made.span.start : made.span.end] == made.quote
    assert made.uri.isascii()
