"""The expressions of a question that name days: "in March 2022", "letzten Sommer", "il y a deux mois"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from index.days.calendar import Days, month_days, season_days, third, unit_days, unit_start
from index.days.timewords import WORDS, TimeWords
from index.days.weekdays import weekday_days, weekday_form

_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)(?!\d|[.,]\d|%|\s?%)"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_NUMBERED = re.compile(
    r"\b(?:agenda|resolution|resolución|résolution|risoluzione|резолюци\w+|boeing|airbus|flight|flug|vol|vuelo|route|windows|vision|"
    r"horizon|article|artikel|artículo|articolo|section|paragraph|law|gesetz|loi|ley|nr|no|number|nummer|евро|euro|ps|office)"
    r"\.?[\s-]*$",
    re.IGNORECASE,
)
_PRESS_GAP = r"\b(?:\s+[^\s,;.?!]+){0,10}\s*$"


@dataclass(frozen=True, slots=True)
class Said:
    """One expression: where it stands, and its days in a given year. `year` None: it names none.

    The days of one that `hangs` on the day on which it is said are the same whatever the year.
    """

    start: int
    end: int
    year: int | None
    days: Callable[[int], Days]
    hangs: bool = False

    def resolved(self, today: date, year: int | None = None) -> Days:
        """Its days; without any year those that began last."""
        wanted = self.year or year
        if wanted:
            return self.days(wanted)
        own = self.days(today.year)
        return own if own[0] <= today else self.days(today.year - 1)


def words_of(language: str) -> TimeWords:
    """The words of a language; English for one that has none here."""
    return WORDS.get(language, WORDS["en"])


def said(question: str, language: str, today: date) -> Iterator[Said]:
    """The expressions, none inside of another."""
    words, end = words_of(language), 0
    found = [(m, make) for form, make in _forms(language) for m in form.finditer(question)]
    for match, make in sorted(found, key=lambda one: (one[0].start(), -one[0].end())):
        if match.start() >= end and (one := make(match, words, today)):
            yield one
            end = one.end


Make = Callable[["re.Match[str]", TimeWords, date], "Said | None"]


@cache
def _forms(language: str) -> tuple[tuple[re.Pattern[str], Make], ...]:
    """Every way to say when, in one language."""
    w = words_of(language)
    month, unit, season = (_either(name, getattr(w, f"{name}s")) for name in ("month", "unit", "season"))
    part = rf"(?:(?:(?P<early>{w.early})|(?P<middle>{w.middle})|(?P<late>{w.late}))\s*)?"
    of = rf"(?:\s+(?:{w.of}))?" if w.of else ""
    in_year = rf"(?:,?{of}(?:\s+{w.year})?\s+{_YEAR})" if w.year else rf"(?:\s+{_YEAR}(?:\s+(?:года|году|год))?)"
    number = rf"(?P<number>\d{{1,3}}|{'|'.join(w.numbers)})"
    counted = rf"{number}(?:\s+of)?\s+{unit}"
    dated = (
        rf"(?:\w{{1,3}}\s+)?\d\d?(?:\.\d|\S{{0,3}}\s+(?:\w\w\s+)?(?:{'|'.join(w.months)})\b)|(?:{'|'.join(w.months)})\b"
    )
    forms: list[tuple[str, Make]] = [
        (r"(?P<year>(?:19|20)\d\d)-(?P<number>\d\d)-(?P<day>\d\d)(?!\d)", _numeric),
        (rf"{_DAY}\.\s?(?P<number>0?[1-9]|1[0-2])\.\s?(?P<year>(?:19|20)\d\d)(?!\d)", _numeric),
        (rf"{_DAY}(?:\.|er|st|nd|rd|th|º)?(?:\s+(?:{w.of or 'of'}))?\s+{month}\b\.?{in_year}?", _day),
        (rf"{month}\b\.?\s+{_DAY}(?:st|nd|rd|th)?\b(?:,?\s+{_YEAR})?", _day),
        (rf"{part}{month}\b(?:\.?{in_year})?", _month),
        (rf"{part}(?:(?:{w.last})\s+)?{season}\b{in_year}", _season),
        (rf"(?:(?P<last>{w.last})|(?P<this>{w.this}))\s+(?:{season}|{month}|{unit})\b", _relative),
        (rf"\b(?:{season}|{month}|{unit})\s+(?P<last>{w.last})\b", _relative),
        (rf"(?P<span>{w.last})\s+{counted}\b", _counted),
        (rf"\b{counted}\s+(?P<span>{w.last})\b", _counted),
        (rf"{number}\s+(?P<span>{w.last})\s+{unit}\b", _counted),
        (w.ago.format(counted) + r"\b", _counted),
        (rf"(?P<today>{w.today})\b", _near),
        (rf"(?P<yesterday>{w.yesterday})\b", _near),
        (weekday_form(language, dated), _weekday(language)),
        (rf"{part}(?:{w.year or 'год'}\s+)?{_YEAR}(?P<years>\s+(?:года|году|год))?(?!\w)", _year),
    ]  # fmt: skip
    return tuple((re.compile(rf"(?<![\w.,/-])(?:{form})", re.IGNORECASE), make) for form, make in forms)


def _either(name: str, fragments: tuple[str, ...]) -> str:
    return rf"(?P<{name}>{'|'.join(f'(?:{f})' for f in fragments)})"


def _which(fragments: tuple[str, ...], word: str) -> int:
    """The place of a word, from 1; of nothing it is 0."""
    matching = (n for n, f in enumerate(fragments, 1) if re.fullmatch(f, word, re.IGNORECASE))
    return next(matching, 0)


def _numeric(match: re.Match[str], words: TimeWords, today: date) -> Said | None:
    month, day = int(match["number"]), int(match["day"])
    return Said(match.start(), match.end(), int(match["year"]), lambda year: (date(year, month, day),) * 2)


def _day(match: re.Match[str], words: TimeWords, today: date) -> Said | None:
    month, day = _which(words.months, match["month"]), int(match["day"])
    return Said(match.start(), match.end(), _year_of(match), lambda year: (date(year, month, day),) * 2)


def _month(match: re.Match[str], words: TimeWords, today: date) -> Said | None:
    """A month; without a year only behind a preposition, because it may be a name or a verb (May, March)."""
    month, year = _which(words.months, match["month"]), _year_of(match)
    shares = [name for name in ("early", "middle", "late") if match[name]]
    if not year and len(match["month"]) < 4 and match["month"].casefold() not in ("may", "mai", "мая", "мае"):
        return None
    if not year and not shares and not _is_led(match, words):
        behind = rf"\s*(?:[-–—]|{words.both}|{words.to})\s+\w+\.?\s+{_YEAR}"  # April and May 2025
        if not re.match(behind, match.string[match.end() :], re.IGNORECASE):
            return None
    return Said(match.start(), match.end(), year, lambda y: third(month_days(y, month), shares))


def _season(match: re.Match[str], words: TimeWords, today: date) -> Said | None:
    season = _which(words.seasons, match["season"])
    return Said(match.start(), match.end(), _year_of(match), lambda year: season_days(year, season))


def _year(match: re.Match[str], words: TimeWords, today: date) -> Said | None:
    """A year; a number that stands in a name or counts something is none."""
    year, before, behind = int(match["year"]), match.string[: match.start()], match.string[match.end() :]
    led = _is_led(match, words)
    shares = [name for name in ("early", "middle", "late") if match[name]]
    plain = not (led or shares or match["years"])
    named = _NUMBERED.search(before) or (plain and year > today.year + 1)
    counts = plain and re.match(r"\s+\w", behind) and not _is_lower(words, behind)
    if named or counts:
        return None
    return Said(match.start(), match.end(), year, lambda y: third((date(y, 1, 1), date(y, 12, 31)), shares))


def _is_led(match: re.Match[str], words: TimeWords) -> bool:
    """Whether a word stands before it that leads to a time."""
    led = "|".join((words.at, words.since, words.until, words.before, words.after, words.between, words.to))
    return bool(re.search(rf"(?:^|\W)(?:{led})\s*$", match.string[: match.start()], re.IGNORECASE))


def _is_lower(words: TimeWords, behind: str) -> bool:
    """Behind a number in German only a capital letter begins what is counted."""
    return words is WORDS["de"] and behind.lstrip()[:1].islower()


def _relative(match: re.Match[str], words: TimeWords, today: date) -> Said | None:
    """Last summer, this month, la semaine dernière."""
    groups = match.groupdict()
    back = 1 if groups.get("last") else 0
    if groups["unit"]:
        days = unit_days(_which(words.units, groups["unit"]), back, today)
    else:
        month = _which(words.months, groups["month"] or "")
        season = _which(words.seasons, groups["season"] or "")
        of_year, which = (month_days, month) if month else (season_days, season)
        own = of_year(today.year, which)
        days = own if not back or own[1] < today else of_year(today.year - 1, which)
    return Said(match.start(), match.end(), today.year, lambda _: days, hangs=True)


def _counted(match: re.Match[str], words: TimeWords, today: date) -> Said | None:
    """The last three weeks; two months ago, which is that month."""
    unit = _which(words.units, match["unit"])
    number = int(match["number"]) if match["number"].isdigit() else _which(words.numbers, match["number"])
    if number > (100 if unit == len(words.units) else 999):
        return None
    lasting = match.groupdict().get("span")
    days = (unit_start(unit, number, today), today) if lasting else unit_days(unit, number, today)
    return Said(match.start(), match.end(), today.year, lambda _: days, hangs=True)


def _near(match: re.Match[str], words: TimeWords, today: date) -> Said | None:
    """Yesterday; today only where the newspapers are asked for, otherwise it means "now" (see `order`)."""
    back = 1 if match.groupdict().get("yesterday") else 0
    if not back and not is_of_press(match.string, words, match.start(), match.end()):
        return None
    day = today - timedelta(days=back)
    return Said(match.start(), match.end(), today.year, lambda _: (day, day), hangs=True)


def _weekday(language: str) -> Make:
    """Monday, le mardi, в среду."""

    def make(match: re.Match[str], words: TimeWords, today: date) -> Said | None:
        days = weekday_days(match, language, today)
        return Said(match.start(), match.end(), today.year, lambda _: days, hangs=True) if days else None

    return make


def _year_of(match: re.Match[str]) -> int | None:
    year = match.groupdict().get("year")
    return int(year) if year else None


def is_of_press(question: str, words: TimeWords, start: int, end: int) -> bool:
    """Whether what newspapers print stands before the days, with few words between, or right behind them."""
    before = re.finditer(
        rf"(?<!\d )\b(?P<press>{words.press})(?={_PRESS_GAP.removesuffix('$')}\Z)", question[:start], re.IGNORECASE
    )
    behind = re.match(rf"(?:['’]s)?\s+(?P<press>{words.press})\b", question[end:], re.IGNORECASE)
    return any(not _is_name(match, words) for match in [*before, *([behind] if behind else [])])


def _is_name(press: re.Match[str], words: TimeWords) -> bool:
    """Whether the word is part of an outlet's name: Sporting News. In German nouns have a capital letter anyway."""
    return words is not WORDS["de"] and press.start() > 0 and press["press"].istitle()
