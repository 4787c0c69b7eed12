"""Weekdays, by language: in news and in questions about it, the nearest one that is past, unless a word says otherwise."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from index.days.calendar import Days
from index.days.timewords import WORDS

_WEEK = r"(?:week|woche|semaine|semana|settimana|недел[еюи])"


@dataclass(frozen=True, kw_only=True, slots=True)
class DayWords:
    """One language; all but the names are fragments of regular expressions, matched without case.

    `names` from Monday on, `led` is what must stand before them; with `last` and `coming` the day is not today. `other` before or
    `named` behind them makes them no day of a calendar: every Monday, Black Friday, Sunday Times.
    """

    names: tuple[str, ...]
    last: str
    coming: str
    other: str
    named: str
    led: str = ""


WEEKDAYS = {
    "en": DayWords(
        names=("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        last="last|past",
        coming="next|coming",
        other="every|each|that|an?|any|most|black|good|cyber|easter|palm|bloody|super|ash|holy|casual|freaky",
        named="times|telegraph|mail|mirror|herald|post|express|world|independent|papers?|night (?:football|live)|prayers",
    ),
    "de": DayWords(
        names=tuple(
            f"{day}(?:abend|nacht|morgen|mittag|vormittag|nachmittag|früh)?"
            for day in ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "(?:samstag|sonnabend)", "sonntag")
        ),
        last="letzte[mnrs]?|vorige[mnrs]?|vergangene[mnrs]?",
        coming="nächste[mnrs]?|kommende[mnrs]?",
        other="jede[mnrs]?|jene[mnrs]?|eine[mnrs]?|verkaufsoffene[mnrs]?|der (?=freitag)",
        named="abends? immer",
    ),
    "fr": DayWords(
        names=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
        last="derni(?:er|ère)|passé",
        coming="prochaine?|à venir",
        other="chaque|un|tous les",
        named="saint|noir|gras|(?:de|des) (?:pâques|cendres|rameaux)",
    ),
    "es": DayWords(
        names=("lunes", "martes", "mi[ée]rcoles", "jueves", "viernes", "s[áa]bado", "domingo"),
        last="pasado|últim[oa]",
        coming="próxim[oa]|que viene",
        other="cada|aquel|un|todos los|los",
        named="santo|negro|de (?:pascua|ceniza|ramos)",
    ),
    "it": DayWords(
        names=("luned[iì]", "marted[iì]", "mercoled[iì]", "gioved[iì]", "venerd[iì]", "sabato", "domenica"),
        last="scors[oa]|passat[oa]",
        coming="prossim[oa]",
        other="ogni|quel(?:la)?|una?",
        named="santo|nero|di pasqua|delle (?:ceneri|palme)",
    ),
    "ru": DayWords(
        names=("понедельник", "вторник", "среду", "четверг", "пятницу", "субботу", "воскресенье"),
        last=r"прошл(?:ый|ую|ое|ого)|минувш\w+",
        coming=r"следующ\w+|будущ\w+|ближайш\w+",
        other=r"кажд\w+|тот|ту|чёрн\w+",
        named="обитания",
        led=r"(?<=\bв )|(?<=\bво )|(?<=ый )|(?<=ую )|(?<=ее )|(?<=ое )",
    ),
}


def day_words(language: str) -> DayWords:
    """The words of a language; English for one that has none here."""
    return WEEKDAYS.get(language, WEEKDAYS["en"])


def weekday_form(language: str, date_behind: str) -> str:
    """The regular expression of a weekday that no date explains: of "Monday, 2 May" the date alone says when."""
    w = day_words(language)
    names = "|".join(f"(?P<weekday{n}>{name})" for n, name in enumerate(w.names))
    return (
        rf"(?:{w.led})(?:{names})\b(?!-là)(?:\s+(?P<last>{w.last})\b)?(?!,?\s+(?:{date_behind}))(?!\s+(?:{w.named})\b)"
    )


def weekday_days(match: re.Match[str], language: str, today: date) -> Days | None:
    """The day that a match of `weekday_form` means when it is said on `today`; None where it means none of the calendar."""
    w, before, behind = day_words(language), match.string[: match.start()], match.string[match.end() :]
    if re.search(rf"(?:^|\W)(?:{w.other})\s+$", before, re.IGNORECASE):
        return None
    wanted = next(n for n in range(7) if match[f"weekday{n}"])
    back = (today.weekday() - wanted) % 7
    coming = re.search(rf"\b(?:{w.coming})(?:\s+{_WEEK})?,?(?:\s+\w{{1,3}})?\s+$", before, re.IGNORECASE)
    if coming or re.match(rf"\s+(?:{w.coming})\b", behind, re.IGNORECASE):
        back -= 7
    elif re.search(rf"\b(?:{WORDS.get(language, WORDS['en']).this})\s+$", before, re.IGNORECASE):
        back -= 7 * (back > 3)  # this Wednesday: the nearest, on either side
    elif not back and (match["last"] or re.search(rf"\b(?:{w.last})\s+$", before, re.IGNORECASE)):
        back = 7
    day = today - timedelta(days=back)
    return day, day
