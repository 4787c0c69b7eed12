"""Amounts, and where articles disagree."""

from __future__ import annotations

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
    ],
)
def test_amounts(language: str, text: str, expected: list[tuple[float, str]]) -> None:
    assert [(pytest.approx(a.values[0]), a.unit) for a in amounts(text, language)] == expected


@given(st.text(max_size=200), st.sampled_from(["en", "de", "ru"]))
def test_no_text_is_too_odd_for_amounts(text: str, language: str) -> None:
    assert all(any(c.isdigit() for c in a.span.of(text)) for a in amounts(text, language))


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
