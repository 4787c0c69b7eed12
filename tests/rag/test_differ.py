"""Amounts, and where articles disagree."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Article, Passage, Sentence, Span
from rag.amounts import amounts
from rag.assistant import Assistant
from rag.contract import answer_object
from rag.differ import differing, disagreements
from rag.given import days_given
from rag.types import Candidate, Hit, Query


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


def said(name: str, text: str, language: str, day: int | None = 1, also_in: tuple[str, ...] = ()) -> Candidate:
    on = date(2024, 5, 1) + timedelta(days=day) if day is not None else None
    article = Article(id=name, text=f"Head.\n{text}", sha256="0", format="txt", date=on, outlet=name, language=language)
    span = Span(start=6, end=6 + len(text))
    sentences = (Sentence(number=0, span=span),)
    passage = Passage(article_id=name, span=span, text=text, language=language, sentences=sentences)
    hit = Hit(passage=passage, rank=1, score=1.0, parts={})
    return Candidate(article=article, hit=hit, span=span, text=text, score=0.8, also_in=also_in)


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


def test_the_sample_corpus_disagrees_on_the_tonnes(sample: Assistant) -> None:
    answer = sample.ask("Wie viele Tonnen CO2 hat das Deutschlandticket im ersten Jahr eingespart?", "quotes")
    (told,) = answer.disagreements
    assert [v.text for v in told.values] == ["7,6 Millionen Tonnen", "6,7 Millionen Tonnen"]
    assert told.text.startswith("Die Quellen widersprechen sich: 7,6 Millionen Tonnen [")
    cited = {c.number: c for c in answer.citations}
    assert all(cited[v.citation].span.start <= v.span.start < cited[v.citation].span.end for v in told.values)
    written = answer_object(answer)["disagreements"][0]
    assert [v["date"] for v in written["values"]] == sorted(v["date"] for v in written["values"])
    assert sample.ask("How many articles does the treaty between Russia and Iran have?", "quotes").disagreements == ()


def test_endless_numbers_and_long_texts_are_read_in_time() -> None:
    assert amounts("7" * 320 + " people came.", "en") == []
    long, start = "In the 9 towns 12 people saw 40 fires and 3 floods. " * 1_000, time.process_time()
    assert amounts(long, "en")
    assert time.process_time() - start < 2


def test_the_leap_day_without_a_year() -> None:
    candidate = said("new.txt", "The bridge was closed on 29 February.", "en", 9)
    article = replace(candidate.article, date=date(2024, 3, 9))
    (day,) = days_given(replace(candidate, article=article))
    assert day.span.of(article.text).rstrip(".") == "29 February"
