"""Disagreements of the sample corpus, as they are told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.assistant import Assistant
from rag.contract import answer_object
from rag.differ.differ import differing
from rag.llm import ModelSpec, make_model
from rag.question.types import Question
from rag.written.write import Writer
from tests.rag.llm.server import ModelServer, written

ASKED = "Wie viele Tonnen CO2 hat das Deutschlandticket im ersten Jahr eingespart?"
WORDINGS = [
    "How many tonnes of CO2 did the Deutschlandticket save in its first year?",
    "How much CO2 did the Deutschlandticket save?",
    "How much carbon dioxide did the Germany ticket save in the first year?",
    "How many million tonnes of carbon dioxide were saved by the Deutschlandticket?",
    "How large were the CO₂ savings of the Deutschlandticket?",
    "What amount of carbon dioxide did the Deutschlandticket save?",
    "How much did the Deutschlandticket reduce emissions?",
    "What did the Ariadne study say about the CO2 savings of the Deutschlandticket?",
    ASKED,
    "Wie viel CO2 hat das Deutschlandticket eingespart?",
    "Wieviel CO2 spart das Deutschlandticket?",
    "Wie viel Kohlendioxid hat das Deutschlandticket im ersten Jahr gespart?",
    "Wie hoch ist die CO2-Einsparung durch das Deutschlandticket?",
    "Wie viele Millionen Tonnen Kohlendioxid spart das Deutschlandticket?",
    "Wie groß war die Einsparung von Kohlendioxid durch das Deutschlandticket?",
    "Combien de tonnes de CO2 le Deutschlandticket a-t-il permis d'économiser ?",
    "Combien de CO2 le billet allemand a-t-il économisé la première année ?",
    "Сколько тонн CO2 сэкономил Deutschlandticket за первый год?",
    "¿Cuántas toneladas de CO2 ahorró el Deutschlandticket?",
]
OTHERS = [
    "Wie viele Tonnen CO2 sparte das Neun-Euro-Ticket?",
    "Wie viel Kohlendioxid hat das 9-Euro-Ticket erspart?",
    "How many tonnes of CO2 did the nine-euro ticket save?",
    "Wie viel CO2 spart die Riedbahn?",
    "wie viel co2 spart die riedbahn",
    "By how many per cent did car travel fall?",
    "Wie viele Abos hat das Deutschlandticket?",
    "How many articles does the treaty between Russia and Iran have?",
]


@pytest.mark.parametrize("question", WORDINGS)
def test_the_tonnes_differ_however_they_are_asked_for(sample: Assistant, question: str) -> None:
    found = sample.finder.found(Question(text=question))
    values = differing(found.query, found.best)
    assert [v.text.split()[0].replace(",", ".") for v in values] == ["7.6", "6.7"]
    assert values[0].candidate.article.id.endswith("2024-10-08-suederau-klimastudie.md")
    assert "falsch" not in values[1].candidate.text


@pytest.mark.parametrize("question", OTHERS)
def test_of_another_matter_nothing_differs(sample: Assistant, question: str) -> None:
    found = sample.finder.found(Question(text=question))
    assert differing(found.query, found.best) == []


def test_quotes_tell_what_differs(sample: Assistant) -> None:
    answer = sample.ask(ASKED, "quotes")
    (told,) = answer.disagreements
    assert [v.text for v in told.values] == ["7,6 Millionen Tonnen", "6,7 Millionen Tonnen"]
    assert told.text.startswith("Die Quellen widersprechen sich: 7,6 Millionen Tonnen [")
    cited = {c.number: c for c in answer.citations}
    assert all(cited[v.citation].span.start <= v.span.start < cited[v.citation].span.end for v in told.values)
    shown = answer_object(answer)["disagreements"][0]
    assert [v["date"] for v in shown["values"]] == sorted(v["date"] for v in shown["values"])


@pytest.fixture
def writing(sample: Assistant, server: ModelServer) -> Iterator[Assistant]:
    """The sample assistant with a model that cites a source, and one that it was not given."""
    server.says(written("Es waren 6,7 Millionen Tonnen. [1] Und mehr. [99]"))
    model = make_model(ModelSpec(engine="openai", model="tiny", base_url=server.url, seconds=30))
    sample.writer = Writer(model, budget=500)
    yield sample
    sample.writer = None


def test_what_is_written_tells_the_same_and_invented_numbers_stay_without_a_source(writing: Assistant) -> None:
    answer = writing.ask(ASKED, "written")
    quoted = writing.ask(ASKED, "quotes")
    assert answer.mode == "written"
    assert [v.text for v in answer.disagreements[0].values] == [v.text for v in quoted.disagreements[0].values]
    cited = {c.number: c for c in answer.citations}
    assert answer.claims[1].citations == (2,)
    assert 2 not in cited
    assert all(cited[v.citation].quote.count(v.text) == 1 for d in answer.disagreements for v in d.values)
