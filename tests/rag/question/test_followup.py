"""Follow-ups in six languages, and the questions that are left as they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.cases import load_cases
from evals.systems import turns
from rag.assistant import Assistant
from rag.question.expect import expected
from rag.question.followup import LONGEST, standing_alone
from rag.question.query import MOST_CHARACTERS
from rag.question.types import Question, Turn

SAMPLE = load_cases(Path(__file__).parents[3] / "evals" / "gold" / "sample.jsonl")

FOLLOW_UPS = [
    # pronouns
    ("en", "When did the Duma ratify the treaty with Iran?", "Who signed it?", "Duma ratify the treaty with Iran"),
    ("en", "Where was Araghchi on 23 June 2025?", "Who received him there?", "Araghchi on 23 June 2025"),
    ("de", "Was kostet das Deutschlandticket ab Januar 2025?", "Wer hat das kritisiert?", "Deutschlandticket ab Januar 2025"),
    ("de", "Wann starb General Georgelin?", "Wo wurde er begraben?", "General Georgelin"),
    ("de", "Wann brannte Notre-Dame?", "Wer war damals Präsident?", "Notre-Dame"),
    ("fr", "Quand le général Georgelin est-il mort ?", "Pourquoi était-il si connu ?", "général Georgelin"),
    ("fr", "Combien de visiteurs Notre-Dame attend-elle ?", "Qui en parle ?", "visiteurs Notre-Dame"),
    ("es", "¿Cuándo fue el apagón en España?", "¿Quién investiga eso?", "apagón en España"),
    ("ru", "Когда Дума ратифицировала договор с Ираном?", "Кто его подписал?", "Дума ратифицировала договор с Ираном"),
    ("it", "Chi realizzerà le nuove vetrate di Notre-Dame?", "Quanto costeranno queste?", "nuove vetrate di Notre-Dame"),
    # what goes on from before
    ("en", "When did the Riedbahn close?", "And when did Hamburg?", "Riedbahn"),
    ("de", "Wann schloss die Riedbahn?", "Und wie lange?", "Riedbahn"),
    ("fr", "Quand le général Georgelin est-il mort ?", "Et pourquoi ?", "général Georgelin"),
    ("es", "¿Cuándo fue el apagón en España?", "¿Y por qué?", "apagón en España"),
    ("ru", "Сколько стоит дорога Решт — Астара?", "А когда её построят?", "дорога Решт — Астара"),
    ("it", "Chi realizzerà le nuove vetrate di Notre-Dame?", "E quando?", "nuove vetrate di Notre-Dame"),
    # what says too little
    ("en", "How many nuclear plants does France have?", "In Germany?", "how many nuclear plants does France have"),
    ("en", "When did the Riedbahn close?", "why?", "Riedbahn close"),
    ("en", "How much do tourists pay for Notre-Dame?", "Did the diocese agree?", "tourists pay for Notre-Dame"),
    ("de", "Wie viele Abos hat das Deutschlandticket?", "Wer sind die Kritiker?", "Abos hat das Deutschlandticket"),
    # what repeats a word of a question, without a name of its own
    ("en", "Does the treaty with Iran have a defence clause?", "Which countries were told of the treaty before others were?", "Iran"),
]  # fmt: skip

STAND_ALONE = [
    ("en", "Who is Macron?"),
    ("en", "When did Trump say he would visit Notre-Dame?"),
    ("en", "Is there a memorial to the victims of the blackout in Madrid?"),
    ("en", "What is a safe room?"),
    ("de", "Wie viele Züge fahren zwischen Hamburg und Berlin?"),
    ("de", "Gibt es in der Slowakei ein Deutschlandticket?"),
    ("fr", "Est-ce que Notre-Dame est rouverte cette année ?"),
    ("es", "¿Qué es el Tribunal Supremo de España?"),
    ("ru", "Когда Иран подписал договор с Россией?"),
    ("it", "Quando è stata riaperta la cattedrale di Notre-Dame?"),
]


@pytest.mark.parametrize(("language", "before", "question", "carried"), FOLLOW_UPS)
def test_a_follow_up_says_what_it_is_about(language: str, before: str, question: str, carried: str) -> None:
    found = standing_alone(question, [Turn(question=before)], language)
    assert found.text.startswith(f"{question} (")
    assert carried in found.text
    assert all(phrase in found.text for phrase in found.added)


@pytest.mark.parametrize(("language", "question"), STAND_ALONE)
def test_a_question_that_stands_alone_is_left_as_it_is(language: str, question: str) -> None:
    unrelated = Turn(question="Pumpkin, Kürbis, citrouille, calabaza, тыква, zucca?", answer="Yes, Ada.")
    assert standing_alone(question, [unrelated], language).text == question


def test_of_the_questions_that_stand_alone_few_are_changed() -> None:
    alone = [case for case in SAMPLE if not case.history]
    unrelated = Turn(question="Pumpkin, Kürbis, citrouille, calabaza, тыква, zucca?")
    changed = [c.question for c in alone if standing_alone(c.question, [unrelated], c.q_lang).added]
    assert len(changed) < 0.04 * len(alone), changed


def test_it_goes_back_to_the_question_that_stands_alone_and_no_further() -> None:
    history = [
        Turn(question=q) for q in ("Who is Macron?", "When did the Riedbahn close?", "Thank you!", "And for how long?")
    ]
    added = standing_alone("And where?", history, "en").added
    assert added == ("long", "Riedbahn close")


def test_the_name_that_was_asked_for_comes_from_the_answer() -> None:
    before = Turn(
        question="Who is the mayor of Paris?", answer="Since 2014 it is Anne Hidalgo. Before, it was Bertrand Delanoë."
    )
    assert standing_alone("When was she born?", [before], "en").added == ("mayor of Paris", "Anne Hidalgo")


def test_another_year_replaces_the_year() -> None:
    before = Turn(question="How many passengers did Frankfurt count in 2024?")
    assert (
        standing_alone("And in 2023?", [before], "en").text == "And in 2023? (how many passengers did Frankfurt count)"
    )


def test_a_long_conversation_keeps_what_it_is_about() -> None:
    history = [
        Turn(question="When did the Duma ratify the treaty with Iran?"),
        Turn(question="And when did the upper house vote?"),
        Turn(question="Who signed it?", answer="Putin signed the law on 21 April."),
    ]
    assert (
        standing_alone("How many articles does it have?", history, "en").added[-1] == "Duma ratify the treaty with Iran"
    )


@pytest.mark.parametrize(
    ("language", "before", "answer", "question", "carried"),
    [
        (
            "en",
            "Western governments accuse Tehran of what?",
            "Western governments accuse Tehran of supplying 40 drones.",
            "How many of them?",
            "supplying drones",
        ),
        ("de", "Was liefert Teheran?", "Teheran liefert Russland Drohnen.", "Wie viele davon?", "Russland Drohnen"),
        ("ru", "Что поставляет Тегеран?", "Тегеран поставляет России дроны.", "Сколько их?", "России дроны"),
    ],
)
def test_how_many_of_them_carries_what_was_answered(
    language: str, before: str, answer: str, question: str, carried: str
) -> None:
    found = standing_alone(question, [Turn(question=before, answer=answer)], language)
    assert carried in found.added
    assert expected(found.text) == "number"


words = st.text(alphabet="abzÄéжIt. ,?()'0129й中㎢\n", max_size=60)
texts = words | st.sampled_from([q for _, a, b, _ in FOLLOW_UPS for q in (a, b)]) | st.just("And it? " * 400)
languages = st.sampled_from(["en", "de", "fr", "es", "ru", "it", "zh", "und"])
histories = st.lists(st.builds(Turn, question=texts, answer=texts), max_size=5)


@given(texts, languages)
def test_without_a_history_nothing_changes(question: str, language: str) -> None:
    assert standing_alone(question, [], language).text == question


@given(texts, histories, languages)
def test_made_to_stand_alone_once_is_enough(question: str, history: list[Turn], language: str) -> None:
    once = standing_alone(question, history, language)
    assert once.text.startswith(question)
    assert (once.text == question) == (not once.added)
    assert standing_alone(once.text, history, language).text == once.text


@given(texts.map(lambda text: text[:LONGEST]), histories, languages)
def test_it_can_always_be_asked(question: str, history: list[Turn], language: str) -> None:
    assert len(standing_alone(question, history, language).text) < MOST_CHARACTERS


@pytest.mark.parametrize("case", [c for c in SAMPLE if c.history and c.evidence][::3], ids=lambda c: c.id)
def test_a_follow_up_finds_its_article(sample: Assistant, case) -> None:  # type: ignore[no-untyped-def]
    query = sample.finder.query(Question(text=case.question, history=turns(case)))
    assert re.match(re.escape(case.question) + r" \(.+\)$", query.text)
    found = {hit.passage.article_id for hit in sample.finder.search(query, 5)}
    assert found & {e.file for e in case.evidence}


def test_the_answer_shows_what_was_asked(sample: Assistant) -> None:
    answer = sample.ask(
        Question(text="Und davor?", history=(Turn(question="Was kostet das Jobticket 2025 höchstens?"),))
    )
    assert answer.question == "Und davor?"
    assert answer.rewritten == "Und davor? (was kostet das Jobticket 2025 höchstens)"
