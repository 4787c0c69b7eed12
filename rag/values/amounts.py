"""The amounts that a sentence gives, as numbers: "rund 2,4 Mio. Tonnen" is 2,400,000 of tonnes, about.

Thousands and decimals are read as the article's language writes them; where both readings are possible, both count. Small numbers
in words count in the languages of `numerals.py`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from index.stopwords import stopwords
from index.terms import stem, words
from index.types import Span
from rag.values.measures import measured, scaled
from rag.values.numerals import POINT, numerals


def _before(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})\s*[€$£]?\s*$", re.IGNORECASE)


Sense = Literal["", "about", "least", "most"]
# fmt: off
_SENSES: tuple[tuple[Sense, re.Pattern[str]], ...] = (
    ("least", _before("over|more than|at least|über|mehr als|mindestens|plus de|au moins|más de|al menos|oltre|più di"
                      "|более|больше|свыше|не менее")),
    ("most", _before("up to|less than|fewer than|under|at most|bis zu|weniger als|unter|höchstens|moins de|jusqu'à|menos de|hasta"
                     "|менее|меньше|до")),
    ("about", _before(r"about|around|roughly|some|almost|nearly|approximately|an estimated|rund|etwa|ungefähr|circa|ca\.|fast|beinahe"
                      "|knapp|gut|quelque|environ|près de|presque|unos|unas|cerca de|casi|alrededor de|quasi|около|почти|примерно"
                      "|порядка")),
)
# fmt: on
_BY = _before("by|um|на")
_FURTHER = _before(
    "statt|anstatt|instead of|rather than|au lieu de|en lugar de|en vez de|вместо"
    r"|another|a further|additional|other|weitere[nr]?|zusätzlich|encore|autres|otr[oa]s|еще|ещё|другие|других"
)
_MORE = re.compile(r"\s*(?:more|others?|additional|further|weitere|autres|más|еще|ещё)(?!\w)", re.IGNORECASE)
_KNOWN = _before(
    r"the|these|those|both|its|his|her|their|our|first|last|d(?:ie|er|en)|diese[rn]?|beiden|ersten|letzten|les|des|ces|ses|leurs"
    r"|l[oa]s|est[oa]s|sus|эти|этих|первые|последние"
)
"""Before a number in words: what it counts is known already ("the two leaders")."""
_SMALL = range(2, 13)
"""The numbers that count in words, too."""
_MONTH = (
    r"jan|feb|mar|mär|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz]|fév|avr|jui|aoû|déc|ene|abr|ago|dic|gen|mag|giu|lug|set|ott"
    r"|янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек"
)
_DIGITS = r"\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3})+(?![\d])(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_SIGNS = {"€": "euro", "$": "dollar", "£": "pound"}
_NUMBER = rf"(?<![\w.,:/-])(?:(?P<sign>[€$£])?\s?(?P<digits>{_DIGITS})(?![\d:]|[-/.,]\d|-\w)"
_OTHER = re.compile(
    rf"\.?\s*(?:of |de )?(?:{_MONTH})\w*|\s*(?:st|nd|rd|th|er|º|ª)\b|\.\s+[a-zäöü]|[年月日]|\s*(?:uhr|h)\b", re.I
)
_OF_MONTH = re.compile(
    r"(?<!\w)(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?)\s+$"
)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_BEFORE = 40  # characters before a number that may say how it is meant
_BEHIND = 3  # words behind a number that may say what is counted


@dataclass(frozen=True, kw_only=True, slots=True)
class Amount:
    """A number of something. `values` are its readings; `unit` is a measure, "" for things that are counted, named in `things`.

    `sense` is how exactly it is meant; `is_change` is one by which something grows or shrinks.
    """

    span: Span
    values: tuple[float, ...]
    unit: str
    things: frozenset[str]
    sense: Sense = ""
    is_change: bool = False

    def agrees(self, other: Amount) -> bool:
        """Whether both may say the same: equal, rounded, within a tenth where one is only about right, or beyond "more than"."""
        slack = 0.1 if self.sense or other.sense else 0.0
        pairs = [(a, b) for a in self.values for b in other.values]
        return any(_near(a, b, slack) or _beyond(self.sense, a, b) or _beyond(other.sense, b, a) for a, b in pairs)


def amounts(text: str, language: str, *, further: bool = False) -> list[Amount]:
    """The amounts of a text; days, years, clock times and what is part of a name are none. Spans are of `text`.

    "40 more" and "58 instead of 49" only count where those that come on top, or were before, are wanted too (`further`).
    """
    found = []
    for match in _numbers(language).finditer(text):
        factor, end = scaled(text, match.end(), money=bool(match["sign"]))
        start = match.start("sign" if match["sign"] else "digits" if match["digits"] else "word")
        before = text[max(0, start - _BEFORE) : start]
        if (factor == 1 and _is_other(match, text, end)) or (not further and _adds(match, text, before, end)):
            continue
        unit, last = (_SIGNS[match["sign"]], end) if match["sign"] else measured(text, end)
        read = _readings(match["digits"], language) if match["digits"] else (_worth(match["word"], language),)
        if not all(map(math.isfinite, read)):  # hundreds of digits
            continue
        found.append(
            Amount(
                span=Span(start=start, end=last),
                values=tuple(value * factor for value in read),
                unit=unit,
                things=_things(text[last:], language),
                sense=next((sense for sense, words in _SENSES if words.search(before)), ""),
                is_change=bool(_BY.search(before)),
            )
        )
    return found


@cache
def _numbers(language: str) -> re.Pattern[str]:
    """A number, in digits or in a word of the language."""
    words = "|".join(_small(language).values())
    return re.compile(rf"{_NUMBER}|(?P<word>{words or '(?!)'})(?![\w]|-\w))", re.IGNORECASE)


def _worth(word: str, language: str) -> float:
    return next(float(n) for n, forms in _small(language).items() if re.fullmatch(forms, word, re.IGNORECASE))


def _small(language: str) -> dict[int, str]:
    """The words of the small numbers, as fragments of regular expressions."""
    known = numerals(language)
    return {n: known.words[n] for n in _SMALL} if known else {}


def _is_other(match: re.Match[str], text: str, end: int) -> bool:
    """Whether a number is part of a day, an ordinal, or a year."""
    year = match["digits"] and _YEAR.fullmatch(match["digits"]) and not measured(text, end)[0]
    return bool(
        year
        or _OTHER.match(text, end)
        or _OF_MONTH.search(
            text[max(0, match.start("digits") - _BEFORE) : match.start("digits")] if match["digits"] else ""
        )
    )


def _adds(match: re.Match[str], text: str, before: str, end: int) -> bool:
    """Whether it counts what comes on top of others, is what was before ("58 statt 49"), or in words what is known already."""
    known = match["word"] and not measured(text, end)[0] and _KNOWN.search(before)
    return bool(known or _FURTHER.search(before) or _MORE.match(text, end))


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
    own = "." if language in POINT else ","
    return (grouped,) if len(marks) > 1 or marks[0] != own else (grouped, float(bare.replace(",", ".")))


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


def _beyond(sense: Sense, bound: float, value: float) -> bool:
    """Whether "more than" or "up to" a bound leaves room for the value."""
    return (sense == "least" and value >= bound) or (sense == "most" and value <= bound)
