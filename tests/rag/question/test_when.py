"""Days in questions: what they are read as, what is none, and what they do to a search."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.cases import load_cases
from index.days.timewords import WORDS
from index.types import Filters
from rag.assistant import Assistant
from rag.question.types import Question
from rag.question.when import order, period, periods
from tests.conftest import CORPUS
from ui.render import searched

TODAY = date(2025, 6, 18)  # a Wednesday

READ = """
en | What happened in March 2022?                    | 2022-03-01 | 2022-03-31 | in March 2022
en | Who signed it on 17 January 2025?               | 2025-01-17 | 2025-01-17 | on 17 January 2025
en | What burnt on April 15, 2019?                   | 2019-04-15 | 2019-04-15 | on April 15, 2019
en | Who won last July?                              | 2024-07-01 | 2024-07-31 | last July
en | What happened yesterday?                        | 2025-06-17 | 2025-06-17 | yesterday
en | 2019                                            | 2019-01-01 | 2019-12-31 | 2019
en | How did trade develop from 2022 to 2024?        | 2022-01-01 | 2024-12-31 | from 2022 to 2024
en | What passed in April and May 2025?              | 2025-04-01 | 2025-05-31 | in April and May 2025
en | What was known before June 2024?                |            | 2024-05-31 | before June 2024
en | What was built after 1991?                      | 1992-01-01 |            | after 1991
en | What was lost by 1991?                          |            | 1991-12-31 | by 1991
en | As of March 2022, who led?                      |            | 2022-03-31 | As of March 2022
en | What happened over the last three weeks?        | 2025-05-28 | 2025-06-18 | over the last three weeks
en | Who was elected two years ago?                  | 2023-01-01 | 2023-12-31 | two years ago
en | What did mid-2023 bring?                        | 2023-05-01 | 2023-08-31 | mid-2023
de | Was geschah Anfang März 2022?                   | 2022-03-01 | 2022-03-10 | Anfang März 2022
de | Was war letzten Sommer los?                     | 2024-06-01 | 2024-08-31 | letzten Sommer
de | Was kostet es seit 2023?                        | 2023-01-01 |            | seit 2023
de | Was wurde zwischen Mai und Juli 2024 gesagt?    | 2024-05-01 | 2024-07-31 | zwischen Mai und Juli 2024
de | Was geschah vorige Woche?                       | 2025-06-09 | 2025-06-15 | vorige Woche
de | Was wurde vor zwei Monaten beschlossen?         | 2025-04-01 | 2025-04-30 | vor zwei Monaten
de | Was war am 03.02.2021?                          | 2021-02-03 | 2021-02-03 | am 03.02.2021
de | Was kostet das Jobticket 2025 höchstens?        | 2025-01-01 | 2025-12-31 | 2025
fr | Que s'est-il passé il y a deux mois ?           | 2025-04-01 | 2025-04-30 | il y a deux mois
fr | Qui est mort en août 2023 ?                     | 2023-08-01 | 2023-08-31 | en août 2023
fr | Quel prix depuis mars 2024 ?                    | 2024-03-01 |            | depuis mars 2024
fr | Qu'a-t-on dit la semaine dernière ?             | 2025-06-09 | 2025-06-15 | la semaine dernière
es | ¿Qué pasó el 28 de abril de 2025?               | 2025-04-28 | 2025-04-28 | el 28 de abril de 2025
es | ¿Qué pasó hace tres días?                       | 2025-06-15 | 2025-06-15 | hace tres días
es | ¿Qué se dijo entre abril y junio de 2025?       | 2025-04-01 | 2025-06-30 | entre abril y junio de 2025
es | ¿Quién dimitió a finales de 2024?               | 2024-09-01 | 2024-12-31 | a finales de 2024
ru | Что произошло в марте 2022 года?                | 2022-03-01 | 2022-03-31 | в марте 2022 года
ru | Что сказали после 17 января 2025 года?          | 2025-01-18 |            | после 17 января 2025 года
ru | Что было с мая по июль 2024 года?               | 2024-05-01 | 2024-07-31 | с мая по июль 2024 года
ru | Что было две недели назад?                      | 2025-06-02 | 2025-06-08 | две недели назад
ru | Что было в прошлом году?                        | 2024-01-01 | 2024-12-31 | в прошлом году
it | Che cosa è successo due mesi fa?                | 2025-04-01 | 2025-04-30 | due mesi fa
it | Chi parlò nel dicembre 2024?                    | 2024-12-01 | 2024-12-31 | nel dicembre 2024
"""

NONE = """
en | What was said before the election?
en | What is Agenda 2030?
en | What does Resolution 2231 say?
en | Who builds the Boeing 747?
en | Did 2000 drones arrive?
en | She may march; may he?
en | What happened on 31 June 2024?
en | What was published on a day other than March 3, 2022?
en | How many of the 2,031 houses burnt?
de | Wie heißt der Minister?
de | Was steht in der Agenda 2030?
de | Kamen wirklich 2000 Drohnen an?
fr | Combien coûte le billet ?
es | ¿Quién ganó?
ru | Кто подписал договор?
it | Chi ha vinto?
zh | 条约什么时候生效？
"""


def _table(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]


@pytest.mark.parametrize(("language", "question", "since", "until", "words"), _table(READ))
def test_days_are_read_in_every_language(language: str, question: str, since: str, until: str, words: str) -> None:
    found = period(question, language, TODAY)
    assert found
    assert (str(found.since or ""), str(found.until or ""), found.text) == (since, until, words)
    assert found.kind == "event"


@pytest.mark.parametrize(("language", "question"), _table(NONE))
def test_what_no_calendar_answers_is_no_period(language: str, question: str) -> None:
    assert periods(question, language, TODAY) == ()


@pytest.mark.parametrize(
    ("language", "question"),
    _table("""
en | articles from March 2022 about Iran
en | What was in the news last week?
de | Was berichtete die Presse im März 2022?
fr | Quels articles ont paru depuis mars 2024 ?
es | ¿Qué noticias hubo en junio de 2025?
ru | Что писали газеты в апреле 2025 года?
it | Che cosa scrivevano i giornali nel dicembre 2024?
"""),
)
def test_a_question_for_what_was_printed_asks_for_its_day(language: str, question: str) -> None:
    found = period(question, language, TODAY)
    assert found
    assert found.kind == "published"


def test_an_outlet_that_is_called_news_asks_for_nothing() -> None:
    found = period("What did Sporting News say of the match on October 2, 2023?", "en", TODAY)
    assert found
    assert found.kind == "event"


def test_several_periods_are_kept_apart() -> None:
    question = "What did he say in June and in December 2024?"
    assert [p.since for p in periods(question, "en", TODAY)] == [date(2024, 6, 1), date(2024, 12, 1)]
    assert period(question, "en", TODAY) is None


@pytest.mark.parametrize(
    ("language", "question", "expected"),
    [
        ("en", "What is the latest on the treaty?", "newest"),
        ("en", "Who has the oldest trophy?", None),
        ("en", "What did the first reports say?", "oldest"),
        ("en", "Where did they first meet?", None),
        ("de", "Was kostet das Ticket aktuell?", "newest"),
        ("fr", "Quel est actuellement le prix ?", "newest"),
        ("es", "¿Cuáles son las últimas noticias?", "newest"),
        ("ru", "Каковы последние новости?", "newest"),
    ],
)
def test_newest_and_oldest(language: str, question: str, expected: str | None) -> None:
    assert order(question, language) == expected


_ATOMS = st.sampled_from(
    [
        "in",
        "March",
        "2022",
        "vor",
        "999",
        "Jahren",
        "31",
        "февраля",
        "last",
        "winter",
        "2099",
        "bis",
        "et",
        "-",
        "30.2.2020",
    ]
)


@given(st.text(max_size=80) | st.lists(_ATOMS, max_size=9).map(" ".join), st.sampled_from([*WORDS, "und"]))
def test_no_text_is_too_odd_and_every_period_is_sane(text: str, language: str) -> None:
    order(text, language)
    for found in periods(text, language, TODAY):
        assert found.since or found.until
        assert all(1899 <= day.year <= 2100 for day in (found.since, found.until) if day)
        assert not (found.since and found.until and found.since > found.until)
        assert found.text in text


def test_most_questions_of_the_sample_corpus_name_no_days() -> None:
    cases = load_cases(CORPUS.parent / "evals" / "gold" / "sample.jsonl")
    dated = [c for c in cases if periods(c.question, c.q_lang, TODAY)]
    assert 0 < len(dated) < len(cases) / 4
    assert all(any(ch.isdigit() for ch in c.question) or c.q_lang for c in dated)


def test_asked_for_articles_of_a_month_only_they_answer_and_the_filter_comes_off(sample: Assistant) -> None:
    question = "¿Qué noticias hubo en junio de 2025 sobre las causas del apagón?"
    answer = sample.ask(question)
    days = [sample.catalog.article(h.passage.article_id).date for h in answer.hits]  # type: ignore[union-attr]
    assert {(day.year, day.month) for day in days if day} == {(2025, 6)}
    assert (answer.filters.since, answer.filters.until) == (date(2025, 6, 1), date(2025, 6, 30))
    assert searched(answer.periods) == [
        "Searched: only articles of June 2025 (from “en junio de 2025”; --no-dates searches all)"
    ]
    free = sample.ask(Question(text=question, dates=False))
    assert (free.periods, free.filters, free.rewritten) == ((), Filters(), question)
    assert len({h.passage.article_id for h in free.hits}) > len({h.passage.article_id for h in answer.hits})


def test_what_happened_in_a_month_is_preferred_not_filtered(sample: Assistant) -> None:
    query = sample.finder.query("Where did the presidents of Russia and Iran meet in October 2024?")
    hits = sample.finder.search(query)
    assert query.filters == Filters()
    assert "2024-10-24" in hits[0].passage.article_id
    assert any("2024-10" not in h.passage.article_id for h in hits)
    assert searched(query.periods)[0].startswith("Preferred: articles of October 2024")


def test_as_of_a_day_nothing_later_is_known_and_undated_articles_are(sample: Assistant) -> None:
    filters = Filters(as_of=date(2023, 12, 31))
    hits = sample.finder.search(
        sample.finder.query(Question(text="Was kostet das Deutschlandticket?", filters=filters)), 100
    )
    days = [sample.catalog.article(h.passage.article_id).date for h in hits]  # type: ignore[union-attr]
    assert days
    assert all(day is None or day <= date(2023, 12, 31) for day in days)
    assert sample.finder.query(Question(text="Was geschah gestern?", filters=filters)).periods[0].since == date(
        2023, 12, 30
    )


def test_a_question_without_dates_is_searched_as_before(sample: Assistant) -> None:
    question = "What does the treaty say about defence?"
    assert sample.finder.query(question) == sample.finder.query(Question(text=question, dates=False))
    assert all("time" not in h.parts for h in sample.finder.search(sample.finder.query(question)))
