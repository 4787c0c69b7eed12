"""What is said of filters: names that nothing goes by, days that leave articles out, and corpora without dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder
from index.sync import sync
from index.types import Filters
from rag.assistant import Assistant
from rag.question.types import Question
from ui.render import searched

Make = Callable[..., Assistant]


def said(assistant: Assistant, text: str = "What does the treaty say?", **filters: object) -> list[str]:
    asked = Question(text=text, filters=Filters(**filters))  # type: ignore[arg-type]
    return list(assistant.ask(asked).warnings)


def test_a_filter_that_no_article_passes_is_named_with_what_is_meant(sample: Assistant) -> None:
    assert said(sample, outlets=("Northlin Post",)) == [
        "no article is of the outlet “Northlin Post”: did you mean “Northline Post”?"
    ]
    assert said(sample, outlets=("kurier",)) == [
        "no article is of the outlet “kurier”: did you mean “Nordhafen Kurier”?"
    ]
    assert said(sample, languages=("xx",)) == [
        "no article is in the language “xx”: there are de, en, es, fr, ru, ar, it, zh"
    ]
    assert said(sample, files=("2025-01-17-russia-iran-sign.html",)) == [
        "no article and no folder is “2025-01-17-russia-iran-sign.html”:"
        " did you mean “russia-iran/2025-01-17-russia-iran-sign.html”?"
    ]
    assert "such as" in said(sample, outlets=("Zzz",))[0]
    assert said(sample, outlets=("northline post",), languages=("EN",), files=("russia-iran/",)) == []


def test_filters_that_no_article_passes_together_are_listed(sample: Assistant) -> None:
    answer = sample.ask("What did the Northline Post report in March 2020?")
    assert answer.refusal
    assert answer.warnings == (
        "no article passes all filters: outlet Northline Post, since 2020-03-01, until 2020-03-31"
        " (without the days there are articles of 2024-06-12 to 2025-05-02)",
    )


@pytest.fixture
def news(tmp_path: Path, embedder: Embedder) -> Make:
    """An assistant over two articles of an outlet with these days, "" for none."""

    def make(*days: str) -> Assistant:
        folder = tmp_path / "news"
        folder.mkdir()
        for n, day in enumerate(days):
            text = f"Bridge {n} is closed\n\nSource: Northline Post\n{f'Date: {day}' if day else 'x'}\n\n"
            (folder / f"{n}.txt").write_text(
                f"{text}The bridge {n} of Solyanka was closed because a pillar had cracked.\n"
            )
        catalog = Catalog(tmp_path / "home")
        sync(catalog, embedder, folder)
        return Assistant(catalog, embedder, DenseSearch(catalog))

    return make


def test_articles_without_a_date_that_a_filter_by_day_leaves_out_are_counted(news: Make) -> None:
    some = news("2024-05-06", "", "")
    assert said(some, "Why was the bridge closed?", since=date(2024, 1, 1)) == [
        "2 articles without a date are left out"
    ]
    answer = some.ask("What did the Northline Post report in May 2024?")
    assert [c.file for c in answer.citations][:1] == ["0.txt"]
    assert answer.warnings == ("2 articles without a date are left out",)
    assert said(some, "Why was the bridge closed?") == []


def test_where_no_article_has_a_date_days_keep_nothing_out_and_are_not_said_to(news: Make) -> None:
    some = news("", "")
    answer = some.ask("What did the newspapers write about the bridge in May 2024?")
    assert answer.filters == Filters()
    assert answer.dated is False
    assert searched(answer.periods, answer.outlets, dated=answer.dated) == [
        "Preferred: articles that name days of May 2024, for none has a date (from “in May 2024”; --no-dates ignores it)"
    ]
    assert said(some, "What is new?") == ["no article has a date, so none is known to be the newest or the oldest"]
    reported = some.ask("What did the Northline Post report?")
    assert {c.file for c in reported.citations} == {"0.txt", "1.txt"}
