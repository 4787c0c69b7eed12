from datetime import date

import pytest

from index.readers.dates import date_in_name, find_date, parse_date

DAY = date(2024, 3, 5)


@pytest.mark.parametrize(
    "written",
    [
        "2024-03-05",
        "2024-03-05T23:30:00+02:00",
        "2024/3/5",
        "5 March 2024",
        "March 5th, 2024",
        "Tue, 05 Mar 2024 09:00:00 GMT",
        "5. März 2024, 14:30 Uhr",
        "05.03.2024",
        "5 mars 2024 à 18h",
        "5 de marzo de 2024",
        "5 марта 2024 г.",
        "5 marzo 2024",
        "5 marca 2024",
        "5 березня 2024",
        "5 مارس 2024",
        "2024年3月5日",
    ],
)
def test_a_date_in_many_languages(written: str) -> None:
    assert find_date(written) == DAY
    assert parse_date(written) == DAY


@pytest.mark.parametrize(
    "written", ["yesterday", "2024", "March 2024", "31.02.2024", "12345-03-05", "room 2024-03", ""]
)
def test_what_is_no_whole_date_is_none(written: str) -> None:
    assert parse_date(written) is None


@pytest.mark.parametrize(
    ("language", "day"), [("en", date(2024, 3, 4)), ("de", date(2024, 4, 3)), ("fr", date(2024, 4, 3))]
)
def test_day_and_month_stand_as_the_language_has_them(language: str, day: date) -> None:
    assert parse_date("3/4/2024", language) == day


def test_an_unknown_language_is_no_failure() -> None:
    assert parse_date("3/4/2024", "xx") is None


@pytest.mark.parametrize(
    ("article_id", "day"),
    [
        ("2024-03-05-storm.txt", DAY),
        ("news/20240305.md", DAY),
        ("2024/03/05/storm.html", DAY),
        ("storm_2024_3_5.txt", DAY),
        ("storm.txt", None),
        ("1202403051.txt", None),
        ("v2024.13.45.txt", None),
    ],
)
def test_the_date_in_a_file_name(article_id: str, day: date | None) -> None:
    assert date_in_name(article_id) == day
