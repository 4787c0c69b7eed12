"""Bylines, lines that hold a date, and datelines: who wrote an article, when, and which agency sent it."""

from __future__ import annotations

import re

from index.boilerplate import reads_as_sentence
from index.readers.dates import find_date

_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀ-ŽА-ЯЁ]"
_NAME = rf"(?:{_CAPITAL}[\w.’'-]*|de|del|von|van|der|la)"
_NAMES = rf"{_CAPITAL}[\w.’'-]+(?:,?\s+(?:(?:and|und|et|y|и)\s+)?{_NAME}){{0,7}}"
_BYLINE = re.compile(
    rf"[*_]*(?:By|BY|Von|VON|Par|PAR|Por|POR|Di|Автор:?|Text:|Texte :|Texto:)\s+({_NAMES})(?:\s*[,|•·–—-]\s*(.*))?"
)
_AGENCY = (
    "Reuters|REUTERS|AP|AFP|dpa|DPA|TASS|ТАСС|РИА Новости|РИА|Интерфакс|Interfax|EFE|Xinhua|ANSA|APA|PAP|Bloomberg|"
    "SeaPRwire|UPI|KNA|epd|SID|Europa Press|Notimex|Укринформ"
)
_PLACE = rf"\W{{0,3}}{_CAPITAL}[\w .’'/-]{{1,40}}"
_AGENCY_LINE = re.compile(
    rf"(?:{_PLACE}(?:,[^\n–—-]{{1,40}})?)?\s*\((?P<agency>{_AGENCY})\)[\w\s.,]{{0,30}}\s*(?:[–—:]|-\s|--)"
)
_DATED_LINE = re.compile(
    rf"{_PLACE}(?:,|\s*\([^()\n]{{2,20}}\),?|\s*\()\s*(?P<date>[\w\s.,]{{6,30}}?)\s*(?:\([^()\n]{{2,20}}\)|\))?\s*(?:[–—]|-\s|--)"
)
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}(?::\d{2})?|\d+|[^\w\s]")
_DATE_WORDS = frozenset(
    "published updated posted last modified on at by uhr h gmt utc cet cest est edt bst et pm am a p m "
    "veröffentlicht aktualisiert um stand datum erstellt publié le mis à jour modifié publicado actualizado el las "
    "опубликовано обновлено дата date fecha г в de st nd rd th er "
    "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun "
    "montag dienstag mittwoch donnerstag freitag samstag sonntag mo di mi do fr sa so "
    "lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo "
    "понедельник вторник среда четверг пятница суббота воскресенье "
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec "
    "januar februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août septembre octobre "
    "novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre "
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
)
_LONGEST = 120


def byline_fields(line: str) -> dict[str, str] | None:
    """The author and perhaps the date of `By Ann Lee | 3 March 2024`, the date of a line that holds one and no more."""
    if len(line) > _LONGEST:
        return None
    match = _BYLINE.fullmatch(line.strip("*_ "))
    if match is None or reads_as_sentence(line):
        return {"date": line} if _is_date_only(line) else None
    rest = match[2] or ""
    if rest and not _is_date_only(rest):
        return {"author": match[1]} if len(rest.split()) <= 4 else None
    return {"author": match[1], "date": rest} if rest else {"author": match[1]}


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
