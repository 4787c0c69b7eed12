"""Bylines, lines that hold a date, and datelines: who wrote an article, when, and which agency sent it."""

from __future__ import annotations

import re

from index.boilerplate import reads_as_sentence
from index.readers.dates import MONTH_NAMES, find_date

_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀ-ŽА-ЯЁ]"
_NAME = rf"(?:{_CAPITAL}[\w.’'-]*|de|del|von|van|der|la)"
_NAMES = rf"{_CAPITAL}[\w.’'-]+(?:,?\s+(?:(?:and|und|et|y|и)\s+)?{_NAME}){{0,7}}"
_PERSON = rf"{_CAPITAL}[\w.’'-]+(?: {_CAPITAL}[\w.’'-]*){{1,2}}"
_BYLINE = re.compile(
    rf"(?:(?:By|BY|Von|VON|Par|PAR|Por|POR|Di|Автор:?|Text:|Texte :|Texto:)\s+(?={_CAPITAL})|记者\s*|بقلم:?\s+)"
    rf"({_NAMES}|[^\W\d_a-zA-Z]+(?: [^\W\d_a-zA-Z]+){{0,3}})(?:\s*[,|•·–—-]\s*(.{{0,60}}))?"
)
_AGENCY = (
    "Reuters|REUTERS|AP|AFP|dpa|DPA|TASS|ТАСС|РИА Новости|РИА|Интерфакс|Interfax|EFE|Xinhua|ANSA|APA|PAP|Bloomberg|"
    "SeaPRwire|UPI|KNA|epd|SID|Europa Press|Notimex|Укринформ"
)
_PLACE = rf"\W{{0,3}}{_CAPITAL}[\w .’'/-]{{1,40}}"
_DASH = r"\s*(?:[–—]|-\s|--)"
_AGENCY_LINE = re.compile(
    rf"(?:{_PLACE}(?:,[^\n–—-]{{1,40}})?)?\s*\((?P<agency>{_AGENCY})\)[\w\s.,]{{0,30}}(?:{_DASH}|:)"
)
_BRACKETED = r"\([^()\n]{2,20}\)"
_DATED_LINE = re.compile(
    rf"{_PLACE}(?:,|\s*{_BRACKETED},?|\s*\()\s*(?P<date>[\w\s.,]{{6,30}}?)\s*(?:{_BRACKETED}|\))?{_DASH}"
)
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}(?::\d{2})?|\d+|[^\w\s]")
_DATE_WORDS = MONTH_NAMES | frozenset(
    "published updated posted last modified on at by uhr h gmt utc cet cest est edt bst et pm am a p m "
    "veröffentlicht aktualisiert um stand datum erstellt publié le mis à jour modifié publicado actualizado el las "
    "опубликовано обновлено дата date fecha г года в de st nd rd th er 年 月 日 "
    "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun "
    "montag dienstag mittwoch donnerstag freitag samstag sonntag mo di mi do fr sa so "
    "lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo "
    "понедельник вторник среда четверг пятница суббота воскресенье".split()
)
_SEPARATORS = (" | ", " · ", " • ", " – ", " — ", " - ", ", ", " ")
_SMALL_WORDS = frozenset("of the and & du de la le les des del der die das und et y и al di".split())
_LONGEST = 120


def credit_fields(line: str, following: str, goes_on: bool) -> dict[str, str] | None:
    """What a line of credits under the title says; None if the line is none, and belongs to the body.

    `By Ann Lee | 3 March 2024`, `3 March 2024`, `The Harbour Gazette, 3 March 2024`; an outlet's name above such a line
    and a person's name below one. `following` is the next line if it stands right below; `goes_on` tells that this one
    stands right below other credits.
    """
    if len(line) > _LONGEST or (reads_as_sentence(line) and not _is_date_only(line)):
        return None
    found = _byline(line) or _dated(line)
    if found is None and goes_on and not following and re.fullmatch(_PERSON, line):
        return {"author": line}
    if found is None and _is_outlet(line) and (_byline(following) or _is_date_only(following)):
        return {"outlet": line}
    return found


def _byline(line: str) -> dict[str, str] | None:
    match = _BYLINE.fullmatch(line.strip("*_ "))
    if match is None:
        return None
    rest = match[2] or ""
    return {"author": match[1], "date": rest} if _is_date_only(rest) else {"author": match[1]}


def _dated(line: str) -> dict[str, str] | None:
    """A line that is a date, or an outlet's name and a date."""
    if _is_date_only(line):
        return {"date": line}
    for separator in _SEPARATORS:
        outlet, _, rest = line.partition(separator)
        if _is_date_only(rest) and _is_outlet(outlet):
            return {"outlet": outlet, "date": rest}
    return None


def _is_outlet(line: str) -> bool:
    """Whether a line may be a newspaper's name: a few words, all of them capital."""
    words = line.split()
    return (
        0 < len(words) <= 5 and line[-1].isalnum() and not any(w[0].islower() and w not in _SMALL_WORDS for w in words)
    )


def dateline_fields(beginning: str) -> dict[str, str]:
    """The agency and date that the first words of the body name: `BERLIN, 3. März 2024 (dpa) – …`."""
    fields = {}
    agency, dated = _AGENCY_LINE.match(beginning), _DATED_LINE.match(beginning)
    if agency:
        fields["outlet"] = agency["agency"]
    if dated and find_date(dated["date"]):
        fields["date"] = dated["date"]
    return fields


def _is_date_only(line: str) -> bool:
    if find_date(line) is None:
        return False
    return all(word in _DATE_WORDS for word in _CLOCK.sub(" ", line).casefold().split())
