"""Which sentences disagree, and which do not."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from index.types import Span
from rag.differ.differ import differing, disagreements
from rag.question.types import Query
from rag.types import Candidate
from tests.rag.sentences import said

DIFFER = [
    (
        "en",
        "How many firefighters fought the fire?",
        "About 500 firefighters came.",
        "Only 400 firefighters fought it.",
    ),
    ("de", "Wie viele Menschen kamen?", "Es kamen 2.000 Menschen.", "Rund 3.500 Menschen kamen."),
    (
        "fr",
        "Combien de pompiers sont venus ?",
        "Quelque 400 pompiers sont venus.",
        "Au total, 500 pompiers sont venus.",
    ),
    ("es", "¿Cuántas personas murieron?", "Murieron 12 personas.", "Según el juez murieron 17 personas."),
    ("ru", "Сколько человек погибло?", "Погибли 12 человек.", "По данным суда, погибли 17 человек."),
    ("en", "How many tonnes did it save?", "It saved 6.7 million tonnes.", "It saved 7.6 million tonnes."),
    (
        "en",
        "When was the treaty signed?",
        "The treaty was signed on 17 January 2025.",
        "The treaty was signed on 19 January 2025.",
    ),
    (
        "de",
        "Wann wurde der Vertrag unterschrieben?",
        "Der Vertrag wurde am 3. Mai 2024 unterschrieben.",
        "Der Vertrag wurde am 5. Mai 2024 unterschrieben.",
    ),
    (  # among other values, the one that the two do not share
        "en",
        "When was the Harrow mill built?",
        "Built between 1881-1882, the Harrow mill burned in 1936.",
        "Built between 1861-1862, the Harrow mill burned in 1936.",
    ),
    (
        "en",
        "When was Ada Finch born?",
        "Ada Finch (3 March 1871 – 9 May 1940) was a glazier and painter.",
        "Ada Finch (12 June 1876 – 9 May 1940) was a glazier and painter.",
    ),
    (
        "de",
        "Wie viele Menschen wurden in Lindau verletzt?",
        "Bei dem Brand in Lindau wurden zwölf Menschen verletzt und 300 Häuser zerstört.",
        "Bei dem Brand in Lindau wurden sieben Menschen verletzt und 300 Häuser zerstört.",
    ),
    ("fr", "Combien de personnes sont mortes ?", "Sept personnes sont mortes.", "Quelque 12 personnes sont mortes."),
    ("es", "¿Cuántas personas murieron?", "Murieron once personas.", "Según el juez murieron 17 personas."),
    (
        "ru",
        "Сколько человек погибло при пожаре?",
        "При пожаре погибли семь человек.",
        "При пожаре погибли девять человек.",
    ),
    (  # the measure that is asked for picks the amount
        "en",
        "How much did the Severn bridge cost?",
        "The Severn bridge is 900 metres long and cost 12 million euros.",
        "The Severn bridge, 900 metres, cost 15 million euros after 4 years.",
    ),
    (
        "en",
        "How long is the Severn bridge?",
        "In 1999 the Severn bridge was built, 900 feet long.",
        "In 1999 the Severn bridge was built, 700 feet long.",
    ),
    (  # a copy that gives another number than what it copies
        "en",
        "When did the Lindau ferry sink?",
        "The Lindau ferry sank on 3 May 2024.",
        "The Lindau ferry sank on 5 May.",
    ),
]
AGREE = [
    ("en", "How many people came?", "About 2,000 people came.", "In all 2,013 people came."),
    ("en", "How many people came?", "In 2022 came 2,000 people.", "In 2023 came 5,000 people."),
    ("en", "How many people came?", "Then 2,000 people came.", "It was 30 per cent."),
    ("en", "How many people came?", "Then 2,000 people came.", "A ticket for 900 buses sold."),
    ("de", "Wie viel kostet es?", "Es kostet 1.234,50 Euro.", "Es kostet 1234,5 Euro."),
    ("fr", "Combien de personnes ?", "Il y avait 1 200 personnes.", "Il y avait 1.200 personnes."),
    ("es", "¿Cuánto costó?", "Costó 1,6 mil millones de euros.", "Costó 1.600 millones de euros."),
    ("ru", "Сколько это стоило?", "Это стоило 1,5 млн рублей.", "Это стоило 1 500 000 рублей."),
    ("en", "Who came?", "Then 2,000 people came.", "Then 3,000 people came."),
    (
        "en",
        "When was it signed?",
        "The treaty was signed on 17 January 2025.",
        "The treaty was signed in January 2025.",
    ),
    (
        "en",
        "When was it signed?",
        "The treaty was signed on 17 January 2025.",
        "A bridge collapsed on 3 March 2024 in Rome.",
    ),
    ("en", "How many people came?", "More than 2,000 people came.", "Nearly 2,800 people came."),
    ("de", "Wie viele Menschen kamen?", "Bis zu 900 Menschen kamen.", "Es kamen 600 Menschen."),
    ("en", "How many people came?", "Between 400 and 500 people came.", "About 450 people came."),
    ("en", "How many people died?", "In all 12 people died.", "Another 40 people died."),
    ("fr", "Combien de personnes sont mortes ?", "Douze personnes sont mortes.", "40 autres personnes sont mortes."),
    ("en", "How many people will come?", "The city expects 5,000 people to come.", "The city saw 3,000 people come."),
    ("de", "Wie hoch ist die Quote?", "Die Quote stieg auf 6 Prozent.", "Die Quote stieg um 2 Prozent."),
    ("de", "Wie hoch war der Anstieg?", "Der Anstieg war 2 Prozentpunkte.", "Der Anstieg war 40 Prozent."),
    (
        "es",
        "¿Cuánto costó el puente?",
        "El puente costó 12 millones de euros.",
        "El puente costó 13 millones de dólares.",
    ),
    ("en", "How much did the bridge cost?", "The bridge cost 1,234.5 euros.", "The bridge cost 1234.5 euros."),
    (
        "de",
        "Wie viel zahlen Bund und Länder?",
        "Sie zahlen jeweils 1,5 Milliarden Euro.",
        "Sie zahlen drei Milliarden Euro.",
    ),
    ("en", "How many goals did Lindau score?", "Lindau beat Bregenz 3-1.", "Lindau won 4:2 in Bregenz."),
    ("en", "How many people came?", "It began at 14:30.", "It began at 15:30."),
    ("en", "How many medals did it win?", "It came 3rd and won medals.", "It came 5th and won medals."),
    ("en", "When was the treaty signed?", "The treaty was signed on 17 January 2025.", "It was signed on 17 January."),
    ("en", "When was it open?", "It was open last winter.", "It was open on 29 February 2024."),
    ("ru", "Сколько человек погибло?", "Погибли 12 человек.", "Погибли двенадцать человек."),
    ("fr", "Quand a été signé l'accord ?", "L'accord a été signé le 3 mai 2024.", "L'accord a été signé en mai 2024."),
    (
        "en",
        "When will the bridge open?",
        "The bridge was scheduled to open on 3 May 2024.",
        "The bridge opened on 9 May 2024.",
    ),
    (  # the nine-euro ticket is another one
        "en",
        "How many tonnes did the nine-euro ticket save?",
        "The ticket saved 7.6 million tonnes.",
        "The ticket saved 6.7 million tonnes.",
    ),
    (  # a number that is taken back
        "en",
        "How many people came?",
        "In all 2,000 people came.",
        "We first wrote that 3,500 people came, which was wrong.",
    ),
    (  # two persons
        "en",
        "When was Finch born?",
        "Ada Finch (3 March 1871) was a glazier and painter of landscapes.",
        "Eve Finch (12 June 1876) was a glazier and painter of landscapes.",
    ),
]


@pytest.mark.parametrize(("language", "question", "one", "other"), DIFFER)
def test_a_disagreement_newest_last_exact_and_in_any_order(language: str, question: str, one: str, other: str) -> None:
    found = [
        said("new.txt", one, language, 9),
        said("old.txt", other, language, 2),
        said("copy.txt", one, language, None),
    ]
    query = Query(text=question, language=language)
    results = [disagreements(query, list(order), [])[0] for order in permutations(found[:2])]
    assert len({tuple((v.text, v.outlet) for v in told[0].values) for told in results}) == 1
    values = results[0][0].values
    assert [v.outlet for v in values] == ["old.txt", "new.txt"]
    by_name = {c.article.id: c.article for c in found}
    assert all(v.span.of(by_name[v.outlet or ""].text) == v.text for v in values)
    assert all(v.text in results[0][0].text and f"[{v.citation}]" in results[0][0].text for v in values)


@pytest.mark.parametrize(("language", "question", "one", "other"), AGREE)
def test_what_is_no_disagreement(language: str, question: str, one: str, other: str) -> None:
    found = [said("a.txt", one, language), said("b.txt", other, language, 3)]
    for order in permutations(found):
        assert differing(Query(text=question, language=language), order) == []


def test_nothing_within_one_article_or_between_copies() -> None:
    question, one, other = DIFFER[0][1:]
    query = Query(text=question, language="en")
    assert differing(query, [said("a.txt", one, "en"), said("a.txt", other, "en")]) == []
    assert differing(query, [said("a.txt", one, "en", also_in=("b.txt",)), said("b.txt", other, "en")]) == []
    assert differing(query, []) == []


def test_a_sentence_of_many_articles_tells_nothing_without_its_subject() -> None:
    texts = [
        "Harrow Mill stands in Kent, near Dover.\nIt was listed in 1985.",
        "Finch House, York, by Ely.\nIt was listed in 1991.",
    ]
    query = Query(text="When was it listed?", language="en")
    assert differing(query, [headed(text) for text in texts]) == []
    same = [headed(text.replace("Finch House, York, by Ely", "In Dover in Kent stands Harrow Mill")) for text in texts]
    assert [g.text for g in differing(query, same)] == ["1985", "1991"]


def headed(text: str) -> Candidate:
    """The last line of an article."""
    found = said(text, text.splitlines()[-1], "en")
    span = Span(start=text.index("\n") + 1, end=len(text))
    return replace(found, article=replace(found.article, text=text), span=span)
