"""What the days that a question names do to a search."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from index.catalog import Catalog
from index.days.mentioned import named_days
from index.sync import sync
from index.types import Filters
from rag.assistant import Assistant
from rag.question.types import Query, Question
from rag.question.when import Period, period, periods
from rag.retrieval.timely import NAMED, naming, of_sentence, share, timely
from tests.conftest import CORPUS
from tests.store import WordEmbedder

PRINTED = date(2025, 6, 18)  # a Wednesday

ASKED = """
en | What happened on Monday?         | 2025-06-16 | on Monday
en | What happened last Wednesday?    | 2025-06-11 | Wednesday
de | Was wurde am Dienstag gesagt?    | 2025-06-17 | am Dienstag
fr | Que s'est-il passé mardi ?       | 2025-06-17 | mardi
es | ¿Qué pasó el lunes?              | 2025-06-16 | el lunes
ru | Что решили в понедельник?        | 2025-06-16 | в понедельник
it | Che cosa è successo lunedì?      | 2025-06-16 | lunedì
"""


@pytest.mark.parametrize(
    ("language", "question", "day", "words"),
    [[cell.strip() for cell in line.split("|")] for line in ASKED.strip().splitlines()],
)
def test_a_weekday_in_a_question_is_the_nearest_that_is_past(
    language: str, question: str, day: str, words: str
) -> None:
    found = period(question, language, PRINTED)
    assert found
    assert (str(found.since), str(found.until)) == (day, day)
    assert words in found.text


def test_the_asked_day_itself_says_more_than_the_month_or_a_day_of_a_long_period() -> None:
    def said(text: str, asked: str) -> float:
        return share(named_days(text, "en", PRINTED), periods(asked, "en", PRINTED))

    assert said("They met on Tuesday.", "on 17 June 2025") == 1
    assert said("They met in June 2025.", "on 17 June 2025") == pytest.approx(1 / 30)
    assert said("They met on Tuesday.", "in June 2025") == said("They met on Tuesday.", "after 1 June 2025") == 0.5
    assert said("They met on Tuesday.", "before 17 June 2025") == 0
    assert said("They met on Tuesday.", "Who met?") == 0


def test_what_was_printed_on_a_day_need_not_name_it() -> None:
    printed = Period(since=PRINTED, until=PRINTED, text="", kind="published")
    assert share(named_days("It ends today.", "en", PRINTED), [printed]) == 0


def test_a_passage_that_tells_of_the_day_comes_before_those_printed_on_it(sample: Assistant) -> None:
    found = sample.finder.found(Question(text="Что сделала Государственная дума 8 апреля 2025 года?"))
    first = found.hits[0]
    assert first.passage.article_id == "russia-iran/2025-04-09-duma-ratifitsirovala.txt"
    assert naming(found.query, "Дума вчера голосовала.", "ru", date(2025, 4, 9)) == 1
    assert first.parts["time"] > 2  # printed a day later, and "вчера"
    assert found.best[0].text.startswith("Государственная дума вчера")
    assert of_sentence(found.query, found.best[0]) == NAMED


def test_monday_is_counted_from_the_day_of_asking(sample: Assistant) -> None:
    asked = Question(text="What happened in Spain on Monday?", filters=Filters(as_of=date(2025, 5, 2)))
    assert [p.since for p in sample.finder.query(asked).periods] == [date(2025, 4, 28)]
    assert sample.finder.found(asked).hits[0].passage.article_id.startswith("iberian-blackout/")


def test_the_days_that_passages_name_are_in_the_catalog_and_those_of_an_older_one_are_read(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    sync(catalog, WordEmbedder(), CORPUS)
    ids = [r["id"] for r in catalog.rows("SELECT id FROM passage")]
    query = Query(text="", language="en", periods=periods("in April 2025", "en", PRINTED))
    stored = timely(catalog, query, catalog.origins(ids))
    for i, passage in catalog.passages(ids).items():
        origin = catalog.origins([i])[i]
        assert origin.days == named_days(passage.text, passage.language, origin.date)
    with catalog.transaction() as run:
        run.execute("UPDATE passage SET days = NULL")
    assert timely(catalog, query, catalog.origins(ids)) == stored
    assert max(part["time"] for part in stored.values()) > 1
    catalog.close()
