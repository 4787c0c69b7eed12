"""What is shown is harmless, and everything else is left as it is."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from index.shown import one_line, shown


@given(st.text())
def test_nothing_that_steers_a_terminal_or_hides_is_shown(text: str) -> None:
    assert all(c in "\n\t\u200c\u200d" or unicodedata.category(c) not in ("Cc", "Cf", "Cs") for c in shown(text))


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "M", "Zs"])))
def test_ordinary_text_is_shown_as_it_is(text: str) -> None:
    assert shown(text) == text


def test_what_was_hidden_can_be_read() -> None:
    assert shown("a\u202etxt.exe\x1b[31m\U000e0041") == "a<U+202E>txt.exe<U+001B>[31m<U+E0041>"
    assert one_line("a\nb.txt") == "a b.txt"
