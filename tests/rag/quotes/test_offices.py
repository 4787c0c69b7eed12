"""Who holds an office is answered only by sentences that name it."""

from __future__ import annotations

import pytest

from rag.quotes.offices import office_of, without_office


@pytest.mark.parametrize(
    "question",
    [
        "Who is the foreign minister of Russia?",
        "Who is Iran's current foreign minister?",
        "who was the final Prime Minister of East Germany",
        "Who's the mayor of Lyon?",
        "Wer ist der russische Außenminister?",
        "Wer ist der Präsident der Ukraine?",
        "Qui est la ministre de la Défense ?",
        "¿Quién es el alcalde de Madrid?",
        "Chi è il presidente del Consiglio?",
        "Кто министр иностранных дел России?",
    ],
)
def test_an_office_is_asked_for(question: str) -> None:
    assert office_of(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who was appointed to be the company's president by Noble in 1950?",
        "Who is the Kremlin spokesman that denied any link with the inauguration?",
        "Who met the foreign minister of Russia?",
        "Who is scheduled to meet the president?",
        "What does the mayor say?",
        "Wer ist Behnam Ben Taleblu?",
        "Who was the leader of the American forces?",  # said of whoever led them
        "Who is the president of the republic and what did he say in June?",
        "",
    ],
)
def test_something_else_is_asked_for(question: str) -> None:
    assert office_of(question) is None


@pytest.mark.parametrize(
    ("question", "language", "text", "without"),
    [
        ("Who is the foreign minister of Russia?", "en", "The president has made five foreign visits.", True),
        ("Who is the foreign minister of Russia?", "en", "Russian Foreign Minister Sergey Lavrov met him.", False),
        ("Who is the foreign minister of Russia?", "de", "Außenminister Sergej Lawrow traf ihn.", False),
        ("Who is the foreign minister of Russia?", "de", "Verteidigungsminister Schoigu traf ihn.", True),
        (
            "Wer ist der Präsident der Ukraine?",
            "en",
            "According to Ukrainian President Zelenskii, drones were bought.",
            False,
        ),
        ("Wer ist der Präsident der Ukraine?", "en", "Ukraine hopes for closer ties.", True),
        ("Who is the president of Ukraine?", "ar", "أوكرانيا", False),  # whose word for it is not known here
        ("Who met the president of Ukraine?", "en", "Two ministers met him.", False),
    ],
)
def test_what_names_the_office(question: str, language: str, text: str, without: bool) -> None:
    assert without_office(text, language, question) is without
