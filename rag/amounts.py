"""The amounts that a sentence gives, as numbers: "rund 2,4 Mio. Tonnen" is 2,400,000 of tonnes, about.

Thousands and decimals are read as the article's language writes them; where both readings are possible, both count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.stopwords import stopwords
from index.terms import stem, words
from index.types import Span

_POINT = {"en", "zh", "ja", "ko", "th", "he", "ar", "hi"}  # languages whose decimals stand behind a point
_SCALES = (
    (r"thousand|tausend|mille|mil|mila|тысяч\w*|тыс\.?", 1e3),
    (r"millions?|millionen?|mio\.?|millón|millones|milion[ei]|миллион\w*|млн\.?", 1e6),
    (r"milliarden?|mrd\.?|milliards?|miliard[oi]|миллиард\w*|млрд\.?", 1e9),
    (r"billions?|bn", 1e9),
)
_UNITS = (
    ("%", r"%|per ?cent|percent|prozent|pour cent|por ciento|per cento|процент\w*"),
    ("euro", r"€|euros?|eur|евро"),
    ("dollar", r"\$|(?:us-?)?dollars?|usd|dólares|dollari|доллар\w*"),
    ("pound", r"£|pounds?|pfund"),
    ("rouble", r"rou?bles?|rubel|rublos|рубл\w*"),
    ("tonne", r"tonn?es?|tons|tonnen|toneladas|tonnellate|тонн\w*"),
    ("kilometre", r"km|kilomet(?:res?|ers?)|kilómetros|chilometri|километр\w*"),
    ("metre", r"met(?:res?|ers?)|metern?|mètres?|metros?|metri|метр\w*"),
    ("foot", r"feet|foot|ft|fuß|pieds?|pies|piedi|фут\w*"),
    ("year", r"years?|jahren?|ans?|années?|años?|ann[oi]|лет|год[ау]?"),
    ("month", r"months?|monaten?|mois|meses|mes|mes[ei]|месяц\w*"),
    ("day", r"days?|tagen?|jours?|días?|giorn[oi]|дн(?:я|ей|ь)"),
    ("hour", r"hours?|stunden?|heures?|horas?|or[ae]|час\w*"),
    ("minute", r"minut\w*"),
)
_ABOUT = re.compile(
    r"(?<!\w)(?:about|around|roughly|some|almost|nearly|approximately|over|more than|at least|up to|less than|fewer than|under"
    r"|rund|etwa|ungefähr|circa|ca\.|fast|beinahe|knapp|gut|über|mehr als|mindestens|bis zu|weniger als|unter"
    r"|quelque|environ|près de|presque|plus de|au moins|moins de|jusqu'à|unos|unas|cerca de|casi|alrededor de|más de|al menos|menos de"
    r"|circa|quasi|oltre|più di|около|почти|примерно|порядка|более|больше|свыше|не менее|менее|до)\s*[€$£]?\s*$",
    re.IGNORECASE,
)
_MONTH = (
    r"jan|feb|mar|mär|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz]|fév|avr|jui|aoû|déc|ene|abr|ago|dic|gen|mag|giu|lug|set|ott"
    r"|янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек"
)
_DIGITS = r"\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3})+(?![\d])(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_NUMBER = re.compile(rf"(?<![\w.,:/-])(?P<sign>[€$£])?\s?(?P<digits>{_DIGITS})(?![\d:]|[-/.]\d|-\w)")
_SCALE = re.compile(r"\s*(?:" + "|".join(rf"(?P<s{i}>{w})" for i, (w, _) in enumerate(_SCALES)) + r")(?!\w)", re.I)
_UNIT = re.compile(
    r"\s*(?:(?:of|de|d['’])\s*)?(?:" + "|".join(rf"(?P<u{i}>{w})" for i, (_, w) in enumerate(_UNITS)) + r")(?!\w)", re.I
)
_OTHER = re.compile(
    rf"\.?\s*(?:of |de )?(?:{_MONTH})\w*|\s*(?:st|nd|rd|th|er|º|ª)\b|\.\s+[a-zäöü]|[年月日]|\s*(?:uhr|h)\b", re.I
)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_BEHIND = 3  # words behind a number that may say what is counted


@dataclass(frozen=True, kw_only=True, slots=True)
class Amount:
    """A number of something. `values` are its readings; `unit` is a measure, "" for things that are counted, named in `things`."""

    span: Span
    values: tuple[float, ...]
    unit: str
    things: frozenset[str]
    about: bool

    def agrees(self, other: Amount) -> bool:
        """Whether both may say the same: equal, rounded, or within a tenth where one is only about right."""
        slack = 0.1 if self.about or other.about else 0.0
        return any(_near(a, b, slack) for a in self.values for b in other.values)


def amounts(text: str, language: str) -> list[Amount]:
    """The amounts of a text in digits; days, years, clock times and what is part of a name are none. Spans are of `text`."""
    found = []
    for match in _NUMBER.finditer(text):
        end, factor = match.end(), 1.0
        while scale := _SCALE.match(text, end):
            end, factor = scale.end(), factor * next(f for i, (_, f) in enumerate(_SCALES) if scale[f"s{i}"])
        if factor == 1 and (
            _OTHER.match(text, end) or (_YEAR.fullmatch(match["digits"]) and not _UNIT.match(text, end))
        ):
            continue
        unit, last = _unit(text, end, match["sign"])
        start = match.start("sign" if match["sign"] else "digits")
        found.append(
            Amount(
                span=Span(start=start, end=last),
                values=tuple(value * factor for value in _readings(match["digits"], language)),
                unit=unit,
                things=_things(text[end:], language),
                about=bool(_ABOUT.search(text[:start])),
            )
        )
    return found


def unit_in(question: str) -> str:
    """The measure that a question asks for ("how many tonnes"), "" if none."""
    found = re.search(
        r"(?:how (?:many|much)|wie ?viele?n?|combien d[e'’]|cu[aá]nt[oa]s|сколько|quant[ei])(?=\s)", question, re.I
    )
    unit = _UNIT.match(question, found.end()) if found else None
    return next((name for i, (name, _) in enumerate(_UNITS) if unit and unit[f"u{i}"]), "")


def _readings(digits: str, language: str) -> tuple[float, ...]:
    """The number; both readings of "1.234" in English, which may be written by somebody's own habit."""
    bare = re.sub(r"['’\u00a0\u202f ]", "", digits)
    marks = re.findall(r"[.,]", bare)
    if not marks:
        return (float(bare),)
    if len(set(marks)) == 2 or (len(marks) == 1 and not re.search(r"[.,]\d{3}$", bare)):
        whole, _, part = bare.rpartition(marks[-1])
        return (float(f"{re.sub('[.,]', '', whole)}.{part}"),)
    grouped = float(re.sub("[.,]", "", bare))
    own = "." if language in _POINT else ","
    return (grouped,) if len(marks) > 1 or marks[0] != own else (grouped, float(bare.replace(",", ".")))


def _unit(text: str, end: int, sign: str | None) -> tuple[str, int]:
    if sign:
        return {"€": "euro", "$": "dollar", "£": "pound"}[sign], end
    found = _UNIT.match(text, end)
    if not found:
        return "", end
    return next(name for i, (name, _) in enumerate(_UNITS) if found[f"u{i}"]), found.end()


def _things(behind: str, language: str) -> frozenset[str]:
    clause = re.split(r"[.,;:()!?]", behind, maxsplit=1)[0]
    return frozenset(
        stem(w, language) for w in words(clause)[:_BEHIND] if w not in stopwords(language) and not w.isdigit()
    )


def _near(a: float, b: float, slack: float) -> bool:
    """Equal, within `slack`, or one is the other rounded to two digits or more (to fewer, only "about" says so)."""
    high, low = max(a, b), min(a, b)
    if high - low <= slack * high:
        return True
    places = [d - len(str(int(high))) for d in (2, 3, 4)]
    return any(round(one, p) == other for p in places for one, other in ((high, low), (low, high)))
