"""The amounts of a text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.values.amounts import amounts
from rag.values.measures import units_in


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Rund 2,4 Mio. Tonnen wurden gespart.", [(2.4e6, "tonne")]),
        ("en", "About 1,234.5 tonnes", [(1234.5, "tonne")]),
        ("de", "genau 1.234,5 Tonnen", [(1234.5, "tonne")]),
        ("fr", "Quelque 2 000 pompiers et 58 euros", [(2000, ""), (58, "euro")]),
        ("es", "unos 4,5 mil millones de euros", [(4.5e9, "euro")]),
        ("ru", "товарооборот составил 4,8 млрд долларов", [(4.8e9, "dollar")]),
        ("en", "It costs $26.3 billion, or 4.7 per cent.", [(26.3e9, "dollar"), (4.7, "%")]),
        ("de", "Am 17. Januar 2025 um 14:30 Uhr", []),
        ("en", "On 11 October 2024 the Su-35 flew, 2-1 up.", []),
        ("en", "It lasted 20 years.", [(20, "year")]),
        ("en", "On October 30, 2019 twelve divers found two hundred coins.", [(12, ""), (200, "")]),
        (
            "en",
            "Prices rose by 2 percentage points; the two ministers left with another 40 men and 5 more.",
            [(2, "point")],
        ),
        ("fr", "Six pompiers et 12 autres", [(6, "")]),
        ("es", "once personas y tres millones de euros", [(11, ""), (3e6, "euro")]),
        ("ru", "Погибли семь человек, ранены ещё 12.", [(7, "")]),
        ("de", "Zwölf Tage, 3. Platz, 2:1 und drei weitere", [(12, "day")]),
    ],
)
def test_amounts(language: str, text: str, expected: list[tuple[float, str]]) -> None:
    assert [(pytest.approx(a.values[0]), a.unit) for a in amounts(text, language)] == expected


@given(st.text(max_size=200), st.sampled_from(["en", "de", "ru"]))
def test_no_text_is_too_odd_for_amounts(text: str, language: str) -> None:
    assert all(a.span.of(text).strip() for a in amounts(text, language))


def test_endless_numbers_and_long_texts_are_read_in_time() -> None:
    assert amounts("7" * 320 + " people came.", "en") == []
    long, start = "In the 9 towns 12 people saw 40 fires and 3 floods. " * 1_000, time.process_time()
    assert amounts(long, "en")
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("question", "measures"),
    [
        ("How many million tonnes did it save?", {"tonne"}),
        ("Wie viele Millionen Tonnen spart es?", {"tonne"}),
        ("Wie viel CO2 spart es?", {"tonne"}),
        ("Combien de CO2 économise-t-il ?", {"tonne"}),
        ("Сколько углекислого газа он сэкономил?", {"tonne"}),
        ("How many countries cut their emissions?", {""}),
        ("How much money is spent on emissions?", {"euro", "dollar", "pound", "rouble"}),
        ("Who signed it?", set()),
    ],
)
def test_the_measure_that_is_asked_for(question: str, measures: set[str]) -> None:
    assert units_in(question) == measures


def test_what_comes_on_top_or_was_before_counts_where_it_is_wanted() -> None:
    assert [a.values for a in amounts("Das Ticket kostet 58 statt 49 Euro.", "de")] == [(58.0,)]
    assert [a.values for a in amounts("Das Ticket kostet 58 statt 49 Euro.", "de", further=True)] == [(58.0,), (49.0,)]
