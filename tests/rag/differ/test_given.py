"""The days and amounts that sentences give."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from rag.differ.given import days_given
from tests.rag.sentences import said


def test_the_leap_day_without_a_year() -> None:
    candidate = said("new.txt", "The bridge was closed on 29 February.", "en", 9)
    article = replace(candidate.article, date=date(2024, 3, 9))
    (day,) = days_given(replace(candidate, article=article))
    assert day.span.of(article.text).rstrip(".") == "29 February"
