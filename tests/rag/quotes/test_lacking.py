"""Sentences that cannot answer a question for a number or a day."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag import refuse
from rag.assistant import Assistant
from rag.model import learned
from rag.question.types import Query
from rag.quotes import extract
from rag.quotes.lacking import lacks, plainly
from tests.rag.question.test_parts import reading


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What is the population of Tehran?", "number"),
        ("How much does the ticket cost?", "number"),
        ("Wie viele Drohnen hat Russland gekauft?", "number"),
        ("Um wie viel stieg der Preis?", "number"),
        ("Was kostet das Ticket?", "number"),
        ("Quel est le prix du billet ?", "number"),
        ("¿Cuántos bomberos lucharon?", "number"),
        ("Сколько статей в договоре?", "number"),
        ("Quante persone sono morte?", "number"),
        ("条约有多少条？", "number"),
        ("When was the treaty signed?", "date"),
        ("Seit wann gilt der Vertrag?", "date"),
        ("Quand la cathédrale a-t-elle rouvert ?", "date"),
        ("When the roof fell, who was inside?", None),
        ("Quand le toit est tombé, qui était là ?", None),
        ("Who said how many drones Russia has bought?", None),
        ("Did he say when the treaty was signed?", None),
        ("What is the matter with the price of gas?", None),
        ("How did the fire begin?", None),
        ("Warum stieg der Preis?", None),
        ("", None),
    ],
)
def test_what_is_plainly_asked_for(question: str, kind: str | None) -> None:
    assert plainly(question) == kind


@pytest.mark.parametrize(
    ("question", "language", "text", "lacking"),
    [
        ("What is the population of Tehran?", "en", "Tehran hopes for closer ties with Moscow.", True),
        ("What is the population of Tehran?", "en", "Tehran has nine million inhabitants.", False),
        ("How many drones were bought?", "en", "In January 2025 Russia bought drones.", True),
        ("How many drones were bought?", "en", "Russia bought some 2000 drones.", False),
        ("How many drones were bought?", "en", "None was bought.", False),
        ("How much does an SU-35 cost?", "en", "Tehran hopes for the Su-35 and the S-400.", True),
        ("How many of the 47 articles are in force?", "en", "The treaty has 47 articles.", True),
        ("How many came, 400 or 500?", "en", "About 500 came.", False),
        ("How many drones were bought?", "de", "Russland kaufte Drohnen.", True),
        ("How many drones were bought?", "de", "Russland kaufte zweiundvierzig Drohnen.", False),
        ("How many drones were bought?", "ru", "Россия купила двадцать дронов.", False),
        (
            "How many drones were bought?",
            "ar",
            "اشترت روسيا طائرات مسيرة.",
            False,
        ),  # whose number words are not known here
        ("Wie lange war das Theater in Betrieb?", "de", "Das Theater war von 1870 bis 1939 in Betrieb.", False),
        ("Wie lange war das Theater in Betrieb?", "de", "Das Theater stand in einem Garten.", True),
        ("How long is the railway to Astara?", "de", "Offen ist auch die Eisenbahn nach Astara.", True),
        ("How many voted against it?", "en", "The Duma voted on 8 April and the upper house on April 16.", True),
        ("Wie viele stimmten dagegen?", "de", "Die Duma stimmte am 8. April ab.", True),
        ("How many voted against it?", "en", "On 8 April 12 members did.", False),
        ("What does one Shahed-136 cost?", "en", "The two Shaheds flew 900 kilometres.", True),
        ("What does one Shahed cost?", "en", "It costs some 20,000 dollars.", False),
        ("How much did it cost?", "en", "It was free.", False),
        ("¿Cuánto costará el cable?", "es", "Con el cable, previsto para 2028, serán 5.000.", True),
        ("Quel sera le prix du pass ?", "fr", "Le pass sera vendu 49 euros.", False),
        ("Was kostet das Ticket in der ersten Klasse?", "de", "Gültig ist es in der zweiten Klasse.", True),
        ("How many lives did the war cost?", "en", "It cost the lives of two million.", False),
        ("How much did the price rise?", "en", "The price rose by 5 %.", False),
        ("How old is Ali Khamenei?", "en", "At the July meeting with Ali Khamenei, the attack was defended.", True),
        ("How old is Ali Khamenei?", "en", "Ali Khamenei was born in April 1939.", False),
        ("Wie alt ist das Theater?", "de", "Das Theater steht seit Jahrhunderten.", False),
        ("How long did they work on it?", "en", "They had worked on it for years.", False),
        ("When was the treaty signed?", "en", "The presidents signed the treaty in the Kremlin.", True),
        ("When was the treaty signed?", "en", "It was signed on Friday.", False),
        ("When was the treaty signed?", "fr", "Il a été signé hier soir.", False),
        ("When was the treaty signed?", "es", "Se firmó en el Kremlin.", True),
        ("Who signed the treaty?", "en", "The presidents signed the treaty.", False),
    ],
)
def test_what_a_sentence_lacks(question: str, language: str, text: str, lacking: bool) -> None:
    assert lacks(text, language, question) is lacking


def test_a_sentence_without_what_is_asked_for_stands_last_and_is_never_quoted() -> None:
    read = reading()
    near, far = read.sentences
    counted = replace(far, text="Seven people crossed the old bridge on foot.")
    asked = replace(
        read, query=Query(text="How many people crossed the bridge?", language="en"), sentences=(near, counted)
    )
    assert extract.ranked(read, learned("sentence"))[0].text == near.text
    best = extract.ranked(asked, learned("sentence"))
    assert [c.text for c in best] == [counted.text, near.text]
    assert [c.text for c in extract.chosen([replace(c, score=0.9) for c in best], 3)] == [counted.text]
    assert refuse.features(asked, best)["behind"] > 0
    assert refuse.sure(asked, best, learned("answerability")) > 0
    nothing = replace(asked, sentences=(near,))
    best = extract.ranked(nothing, learned("sentence"))
    assert extract.chosen(best, 3) == []
    assert refuse.sure(nothing, best, learned("answerability")) == 0.0


@pytest.mark.parametrize(
    "question",
    [
        "How long is the railway section from Rasht to Astara?",
        "Wie lang ist die Bahnstrecke von Rascht nach Astara?",
        "How much does the Deutschlandticket cost for pensioners?",
        "What is the population of Tehran?",
        "When was the treaty signed?",
    ],
)
def test_no_answer_lacks_what_is_asked_for(sample: Assistant, question: str) -> None:
    answer = sample.ask(question)
    assert bool(answer.citations) != bool(answer.refusal)
    assert not any(lacks(c.quote, c.language, question) for c in answer.citations)
