"""Questions for what was reported: how they are told, what they make of outlets and days, and what answers them."""

from __future__ import annotations

from datetime import date

import pytest

from index.types import Filters
from rag.assistant import Assistant
from rag.question.types import Question
from rag.types import Answer
from ui.render import searched

FRAMES = """
What did the Northline Post report in June 2024?                                   |
What was in the Süderau Zeitung in April 2025?                                     |
What did the Harbour Gazette report about drones in November 2022?                 | drones
What did the papers report in August 2022?                                         |
What happened on 8 April 2025?                                                     |
What is new?                                                                       |
latest news                                                                        |
Was hat der Rheintal Anzeiger im Juni 2024 gemeldet?                               |
Was hat die Süderau Zeitung im Oktober 2024 über die Studie geschrieben?           | Studie
Was gibt es Neues?                                                                 |
Was geschah am 8. April 2025?                                                      |
Qu'a écrit Le Courrier du Fleuve en septembre 2024 sur le billet allemand ?        | billet allemand
De quoi parlait le Diario del Estrecho en juin 2025 ?                              |
Que s'est-il passé le 15 avril 2019 ?                                              |
Quelles sont les dernières nouvelles ?                                             |
¿Qué publicó el Diario del Estrecho en abril de 2025 sobre el apagón?              | apagón
¿Qué pasó el 7 de diciembre de 2024?                                               |
¿Qué hay de nuevo?                                                                 |
О чём писал «Вестник Приволжья» в апреле 2025 года?                                |
Что сообщил «Каспийский листок» в мае 2023 года о железной дороге?                 | железной дороге
Что произошло 8 апреля 2025 года?                                                  |
Что нового?                                                                        |
Che cosa ha scritto La Gazzetta dei Navigli nel dicembre 2024?                     |
"""

NONE = """
How many drones did the Harbour Gazette report in November 2022?
When did the Northline Post report the signing?
What did Peskov say on 11 June 2024?
What did the Kremlin say about the treaty after 1 June 2025?
What happened?
What happened to Georgelin in August 2023?
Who wrote for the Northline Post in June 2024?
What does the treaty say about defence?
What is the latest price of the Deutschlandticket?
Was beschloss der Bundestag im März 2023?
Qu'a dit Macron le 16 avril 2019 ?
Что сделала Государственная дума 8 апреля 2025 года?
"""


@pytest.mark.parametrize(
    ("question", "topic"), [[cell.strip() for cell in line.split("|")] for line in FRAMES.strip().splitlines()]
)
def test_a_question_for_what_was_reported_has_a_topic_or_none(sample: Assistant, question: str, topic: str) -> None:
    assert sample.finder.query(question).topic == topic


@pytest.mark.parametrize("question", NONE.strip().splitlines())
def test_a_question_for_one_thing_is_none(sample: Assistant, question: str) -> None:
    assert sample.finder.query(question).topic is None


REPORTED = """
What did the Northline Post report in June 2024?               | russia-iran/2024-06-12-kremlin-denies-pause.txt
What did the Harbour Gazette report on 15 December 2024?       | germany-rail/2024-12-15-riedbahn-reopens.pdf
Was berichtete die Süderau Zeitung im Oktober 2024?            | germany-rail/2024-10-08-suederau-klimastudie.md
Qu'a écrit Le Courrier du Fleuve le 21 août 2023 ?             | notre-dame/2023-08-21-mort-georgelin.txt
¿De qué informó el Diario del Estrecho el 29 de abril de 2025? | iberian-blackout/2025-04-29-apagon.txt
О чём писал «Вестник Приволжья» в апреле 2025 года?            | russia-iran/2025-04-09-duma-ratifitsirovala.txt
"""


@pytest.mark.parametrize(
    ("question", "file"), [[cell.strip() for cell in line.split("|")] for line in REPORTED.strip().splitlines()]
)
def test_what_an_outlet_reported_is_what_its_article_says_first(sample: Assistant, question: str, file: str) -> None:
    answer = sample.ask(question)
    assert answer.refusal is None
    assert {c.file for c in answer.citations} == {file}
    article = sample.catalog.article(file)
    assert article
    assert all(c.span.of(article.text) == c.quote for c in answer.citations)
    assert max(c.span.start for c in answer.citations) < 600


def test_the_outlet_of_such_a_question_is_a_filter_that_is_shown_and_comes_off(sample: Assistant) -> None:
    question = "What did the Northline Post report in October 2024?"
    answer = sample.ask(question)
    assert answer.filters == Filters(outlets=("Northline Post",), since=date(2024, 10, 1), until=date(2024, 10, 31))
    assert [c.outlet for c in answer.citations] == ["Northline Post / Meridian Wire"] * 3
    assert searched(answer.periods, answer.outlets)[1] == (
        "Searched: only articles of Northline Post (from “Northline Post”; --no-outlets searches all)"
    )
    free = sample.finder.query(Question(text=question, outlets=False))
    assert (free.filters.outlets, free.outlets) == ((), ())
    given = Question(text=question, filters=Filters(outlets=("Nordhafen Kurier",)))
    assert sample.finder.query(given).filters.outlets == ("Nordhafen Kurier",)


def test_an_outlet_that_only_tells_is_preferred_and_said_to_be(sample: Assistant) -> None:
    query = sample.finder.query("According to the Harbour Gazette, how many firefighters fought the fire?")
    assert query.filters == Filters()
    assert searched(query.periods, query.outlets) == [
        "Preferred: articles of The Harbour Gazette (from “the Harbour Gazette”; --no-outlets ignores it)"
    ]


def _quotes(answer: Answer) -> list[str]:
    return [c.quote for c in answer.citations]


@pytest.mark.parametrize(
    "question", ["What happened on 8 April 2025?", "Was geschah am 8. April 2025?", "Что произошло 8 апреля 2025 года?"]
)
def test_what_happened_on_a_day_is_told_by_the_article_that_calls_it_yesterday(
    sample: Assistant, question: str
) -> None:
    first = _quotes(sample.ask(question))[0]
    assert first.startswith("Государственная дума вчера ратифицировала договор")


def test_of_a_day_that_no_article_tells_of_nothing_is_said(sample: Assistant) -> None:
    answer = sample.ask("What happened on 3 February 2021?")
    assert answer.refusal
    assert answer.refusal.closest
    assert answer.answerability == 0


def test_what_is_new_is_what_the_newest_articles_say_first_one_sentence_of_each(sample: Assistant) -> None:
    answer = sample.ask("What is new?")
    assert [str(c.date) for c in answer.citations] == ["2025-10-03", "2025-06-25", "2025-06-19"]
    then = sample.ask(Question(text="Was gibt es Neues?", filters=Filters(as_of=date(2025, 4, 10))))
    assert str(then.citations[0].date) == "2025-04-10"
    found = sample.finder.search(sample.finder.query("What is new?"), 5)
    assert [h.passage.article_id for h in found[:2]] == [c.file for c in answer.citations[:2]]


def test_of_several_first_sentences_the_one_with_the_title_s_words_is_quoted(sample: Assistant) -> None:
    asked = Question(text="What is new?", filters=Filters(as_of=date(2019, 4, 18)))
    quotes = _quotes(sample.ask(asked))
    assert any(q.startswith("Mardi au petit matin") for q in quotes)  # and not "Il a fallu toute une nuit."


def test_with_a_topic_what_is_said_of_it_stands_beside_what_the_article_is_about(sample: Assistant) -> None:
    quotes = _quotes(sample.ask("What did the Harbour Gazette report about drones in November 2022?"))
    assert "drones" in quotes[0]
    assert "Iran has admitted for the first time that it sent drones to Russia." in quotes


@pytest.mark.parametrize(
    "question",
    [
        "What did the Northline Post report about Notre-Dame in June 2024?",
        "Was schrieb das Elbstein Tageblatt im August 2022 über den Iran?",
        "Qu'a écrit Le Courrier du Fleuve en août 2023 sur les drones ?",
    ],
)
def test_what_an_outlet_did_not_report_is_refused(sample: Assistant, question: str) -> None:
    assert sample.ask(question).refusal


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What did Süderau Zeitung report in October 2024?", "en"),
        ("¿Qué informó Le Courrier du Fleuve en septiembre de 2024?", "es"),
        ("De quoi parlait le Diario del Estrecho en juin 2025 ?", "fr"),
        ("Was meldete die Northline Post im Mai?", "de"),
        ("What did François Hollande say in May?", "en"),
        ("Who is Müller-Thurgau?", "en"),
        ("¿Qué dijo Kurt Schröder en mayo?", "es"),
    ],
)
def test_outlets_and_people_do_not_say_in_which_language_a_question_is(
    sample: Assistant, question: str, language: str
) -> None:
    assert sample.finder.query(question).language == language


def test_an_english_question_with_a_german_outlet_keeps_its_month(sample: Assistant) -> None:
    query = sample.finder.query("What did Süderau Zeitung report in October 2024?")
    assert (query.filters.since, query.filters.until) == (date(2024, 10, 1), date(2024, 10, 31))


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Что писали в «Вестнике Приволжья» о договоре?", "Вестник Приволжья"),
        ("Did the Verge report it?", None),
        ("Is it said in the Harbour Gazette?", "The Harbour Gazette"),
        ("Was steht in der Harbour Gazette?", "Harbour Gazette"),
        ("Stand das im Nordhafen Kurier?", "Nordhafen Kurier"),
    ],
)
def test_an_outlet_is_named_in_its_cases_and_without_the(sample: Assistant, question: str, name: str | None) -> None:
    assert [o.name for o in sample.finder.query(question).outlets] == ([name] if name else [])
