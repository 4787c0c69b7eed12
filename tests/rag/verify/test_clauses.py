"""A claim in clauses: with the first they are all of it, and what is added to a sentence is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.verify.clauses import clauses


def told(text: str, language: str) -> list[str]:
    words = text.split()
    found = clauses(words, language)
    first = words[: found[0].start if found else None]
    return [" ".join(first), *(" ".join(words[part]) for part in found)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "It has 47 articles | and is popular."),
        ("en", "The pact, | which lawyers wrote, | has 47 articles | because it was cheaper."),
        ("en", "It fell to 4 billion – | nobody knows why."),
        ("de", "Der Vertrag, | den Anwälte schrieben, | hat 47 Artikel | und ist sehr beliebt."),
        ("fr", "Il compte 47 articles | parce que les avocats le voulaient."),
        ("en", "Grissom, White, | and Chaffee named it."),
        ("en", "Yes, it is so."),
        ("en", "Short, sweet"),
    ],
)
def test_clauses_begin_where_they_are_heard_to(language: str, text: str) -> None:
    assert " | ".join(told(text.replace(" | ", " "), language)) == text


@given(st.lists(st.sampled_from(["and", "it", "was,", "weil", "–", "47"]), min_size=1, max_size=12))
def test_with_the_first_they_are_the_whole(words: list[str]) -> None:
    assert " ".join(told(" ".join(words), "en")) == " ".join(words)
    assert all(part.stop - part.start > 2 for part in clauses(words, "en"))
