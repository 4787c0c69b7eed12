"""The day an article was published, from what its text or file name says; never a guess."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = (
    "jan january januar jänner janvier janv enero ene января янв январь gennaio januari janeiro stycznia січня يناير",
    "feb february februar février févr febrero фев февраля февраль febbraio februari fevereiro lutego лютого فبراير",
    "mar march märz mär mars marzo марта март мар maart março marca березня مارس",
    "apr april avril avr abril abr апреля апрель апр aprile kwietnia квітня أبريل",
    "may mai mayo мая май maggio mei maio maja травня مايو",
    "jun june juni juin junio июня июнь июн giugno junho czerwca червня يونيو",
    "jul july juli juillet juil julio июля июль июл luglio julho lipca липня يوليو",
    "aug august août aout agosto ago августа август авг augustus sierpnia серпня أغسطس",
    "sep sept september septembre septiembre сентября сентябрь сен сент settembre setembro września вересня سبتمبر",
    "oct october okt oktober octobre octubre октября октябрь окт ottobre outubro października жовтня أكتوبر",
    "nov november novembre noviembre ноября ноябрь ноя novembro listopada листопада نوفمبر",
    "dec december dez dezember décembre déc diciembre dic декабря декабрь дек dicembre dezembro grudnia грудня ديسمبر",
)
_MONTH_NUMBER = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
MONTH_NAMES = frozenset(_MONTH_NUMBER)
_MONTH = "(?P<month>" + "|".join(sorted(_MONTH_NUMBER, key=len, reverse=True)) + r")\b\.?"
_YEAR = r"(?P<year>1[5-9]\d\d|20\d\d)"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_DAY_FIRST = rf"\b{_DAY}(?:\.|er|st|nd|rd|th|º)?\s+(?:de\s+)?{_MONTH},?\s+(?:de\s+|del\s+)?{_YEAR}\b"
_MONTH_FIRST = rf"\b{_MONTH}\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}\b"
_WRITTEN = tuple(re.compile(form, re.IGNORECASE) for form in (_DAY_FIRST, _MONTH_FIRST))
_NUMERIC = (
    re.compile(rf"(?<!\d){_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"),
    re.compile(rf"(?<!\d){_YEAR}[/._](?P<month>\d\d?)[/._](?P<day>\d\d?)(?!\d)"),
    re.compile(rf"(?<!\d)(?P<day>\d\d?)\.\s?(?P<month>\d\d?)\.\s?{_YEAR}(?!\d)"),
    re.compile(rf"{_YEAR}年(?P<month>\d\d?)月(?P<day>\d\d?)日"),
)
_FILE_NAME = (
    re.compile(rf"(?<!\d){_YEAR}[-_./](?P<month>\d\d?)[-_./](?P<day>\d\d?)(?!\d)"),
    re.compile(rf"(?<!\d){_YEAR}(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d)(?!\d)"),
)
_WORTH_PARSING = re.compile(r"\d.*\b\d{4}\b|\b\d{4}\b.*\d|^\d{1,2}/\d{1,2}/\d{2}$")
_LONGEST = 60


def find_date(text: str) -> date | None:
    """The first complete date in `text`: 2024-03-03, 3. März 2024, March 3, 2024, 03.03.2024, 3 марта 2024."""
    return _first(text, _NUMERIC + _WRITTEN)


def date_in_name(article_id: str) -> date | None:
    """The date in a file's name or path, such as `2024/05/01/storm.txt` or `20240501-storm.txt`."""
    return _first(article_id, _FILE_NAME)


def parse_date(value: str, language: str | None = None) -> date | None:
    """The date that a `Date:` line or a meta tag holds; None if it holds none with day, month and year.

    What no pattern reads goes to dateparser, in `language`: 3/4/2024 is in April, in English in March.
    """
    found = find_date(value)
    if found or len(value) > _LONGEST or not _WORTH_PARSING.search(value):
        return found
    from dateparser import parse

    settings = {
        "REQUIRE_PARTS": ["day", "month", "year"],
        "PARSERS": ["absolute-time"],
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    try:
        moment = parse(value, languages=[language or "en"], settings=settings)
    except ValueError:  # a language that dateparser does not know
        return None
    return moment.date() if moment else None


def _first(text: str, forms: tuple[re.Pattern[str], ...]) -> date | None:
    """The date that stands first in the text, whatever its form."""
    matches = [match for form in forms for match in form.finditer(text)]
    for match in sorted(matches, key=re.Match.start):
        month = match["month"].casefold()
        try:
            return date(int(match["year"]), _MONTH_NUMBER.get(month) or int(month), int(match["day"]))
        except ValueError:
            continue
    return None
