"""The clauses of a claim behind its first: what is added to a sentence is one."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.verify.clauses import clauses


def told(text: str, language: str) -> list[str]:
    words = text.split()
    return [" ".join(words[part]) for part in clauses(words, language)]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "It has 47 articles and is popular.", ["and is popular."]),
        ("en", "The pact, which lawyers wrote, has 47 articles because it was cheaper.", ["because it was cheaper."]),
        ("en", "The pact, which some lawyers of both wrote, ends.", ["which some lawyers of both wrote, ends."]),
        ("en", "It fell to 4 billion – nobody knows why.", ["nobody knows why."]),
        ("de", "Der Vertrag hat 47 Artikel und ist sehr beliebt.", ["und ist sehr beliebt."]),
        (
            "de",
            "Er fiel, weil niemand für die alte Brücke zahlte, und ist fort.",
            ["weil niemand für die alte Brücke zahlte,", "und ist fort."],
        ),
        ("fr", "Il compte 47 articles parce que des avocats le voulaient.", ["parce que des avocats le voulaient."]),
        ("fr", "Il compte 47 articles mais les avocats le voulaient.", ["mais les avocats le voulaient."]),
        ("en", "Yes, it is so.", []),
        ("en", "Short, sweet", []),
    ],
)
def test_clauses_begin_where_they_are_heard_to(language: str, text: str, found: list[str]) -> None:
    assert told(text, language) == found


@given(st.lists(st.sampled_from(["and", "it", "was,", "weil", "–", "47"]), min_size=1, max_size=24))
def test_they_stand_in_order_and_apart(words: list[str]) -> None:
    parts = clauses(words, "en")
    assert [p.start for p in parts] == sorted({p.start for p in parts})
    assert all(one.stop <= two.start for one, two in itertools.pairwise(parts))
    assert all(2 < p.stop - p.start <= len(words) - 2 for p in parts)
