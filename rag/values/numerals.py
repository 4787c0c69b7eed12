"""Numbers that are written in words, rewritten in digits: "two thousand", "zweitausend", "dos mil", "две тысячи".

English, German, French, Spanish, Italian and Russian. "One" is left alone, since mostly it counts nothing; so are "dozens" and
"thousands", which give no number. A share in words becomes per cent ("half", "ein Drittel").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from index.types import Span

POINT = frozenset({"en", "zh", "ja", "ko", "th", "he", "ar", "hi"})
"""Languages whose decimals stand behind a point."""


NONE = r"(?!)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Numerals:
    """The number words of one language (`numerals.txt`), as fragments of regular expressions by value; shares by per cent."""

    words: dict[float, str]
    shares: dict[float, str]
    between: str
    half: str
    old: str
    one_half: str


_MEASURED = (
    r"(?=-(?:year|month|week|day|hour|minute|kilomet|met|mile|foot|euro|dollar|pound|per|point|tonne?|billion|million|article)"
    r"|-(?:Euro|Jahr|Tage|Monat|Stunden|Minuten|Kilometer|Meter|Prozent|Punkte|Artikel|Wochen|jährig|tägig|wöchig|stündig))-"
)


_MULTIPLIED = re.compile(
    r"(?:\d\s?|(?<!\w)(?:several|many|some|a few|mehrere[rn]?|viele[rn]?|einige[rn]?|plusieurs|quelques|varios|varias|molti|alcuni"
    r"|несколько|нескольких)\s)$",
    re.IGNORECASE,
)
"""What stands before a word that multiplies: "7,6 Millionen", "mehrere Tausend"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InDigits:
    """A text whose number words are digits, and for each of its characters the place in the original."""

    text: str
    places: tuple[int, ...]

    def original(self, span: Span) -> Span:
        """A span of `text` as one of the original text."""
        return Span(start=self.places[span.start], end=self.places[span.end])


def in_digits(text: str, language: str) -> InDigits:
    """The text with digits for number words, and a space in "20-year"."""
    pieces, places, at = list[str](), list[int](), 0
    for match in _pattern(language).finditer(text):
        digits = _digits(match, language)
        if digits is None:
            continue
        pieces += [text[at : match.start()], digits]
        places += [*range(at, match.start()), *([match.start()] * len(digits))]
        at = match.end()
    return InDigits(text="".join([*pieces, text[at:]]), places=(*places, *range(at, len(text) + 1)))


def _digits(match: re.Match[str], language: str) -> str | None:
    """What stands for a match, None where it stays."""
    for name, value in _shares(language).items():
        if match[name]:
            return f"{_written(value, language)} %"
    if match["hyphen"]:
        return " "
    if match["years"]:
        return f"{match['years']} {'лет' if language == 'ru' else 'Jahre'}"
    if match["alone"]:
        value = 1.5
    else:
        value = _value(match["words"], language)
        if (value <= 1 and not match["half"]) or _only_scales(match, language):
            return None
        value += 0.5 if match["half"] else 0.0
    rest = re.sub(r"^\s(\w+) (?:et|y|e) .*|.*", r" \1", match["half"] or "")  # deux ans et demi
    behind = " " if match["joined"] else ""
    return _written(value, language) + rest.rstrip() + behind


def _only_scales(match: re.Match[str], language: str) -> bool:
    """Whether a run begins with a word that multiplies the number before it, or says only how many about: "7,6 Millionen"."""
    first = _one(language).match(match["words"])
    value = next(v for v, name in _names(language).items() if first and first[name])
    counted = " " in (first[0] if first else "")  # a million
    before = match.string[: match.start()]
    return value >= 100 and not counted and (value >= 1e6 or bool(_MULTIPLIED.search(before)))


def _value(run: str, language: str) -> float:
    """The number that a run of number words says."""
    total = current = 0.0
    for word in _one(language).finditer(run):
        value = next(v for v, name in _names(language).items() if word[name])
        if value >= 1e3:
            total, current = total + max(1.0, current) * value, 0.0
        elif value == 100:
            current = max(1.0, current) * 100
        else:
            current += value
    return total + current


def _written(value: float, language: str) -> str:
    """A number as the language writes it: without its separators 2,000 would be a year."""
    text = f"{round(value, 2):,}".removesuffix(".0")
    return text if language in POINT else text.translate({ord(","): ".", ord("."): ","})


@cache
def numerals(language: str) -> Numerals | None:
    """The number words of a language, None where they are not known."""
    lines = _lines().get(language)
    if not lines:
        return None
    return Numerals(
        words={float(name): words for name, words in lines.items() if name.isdigit()},
        shares={float(name[6:]): words for name, words in lines.items() if name.startswith("share ")},
        **{name: lines.get(name, NONE) for name in ("between", "half", "old", "one_half")},
    )


@cache
def _lines() -> dict[str, dict[str, str]]:
    """The lines of `numerals.txt`: by language, by what stands before the colon."""
    found: dict[str, dict[str, str]] = {}
    for line in (files("rag.values") / "numerals.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            own = found[line.strip("[]")] = {}
        elif line and not line.startswith("#"):
            name, _, words = line.partition(": ")
            own[name] = words
    return found


@cache
def _names(language: str) -> dict[float, str]:
    """The group of each value, the great ones first."""
    return {value: f"w{i}" for i, value in enumerate(sorted(_words(language), reverse=True))}


def _words(language: str) -> dict[float, str]:
    own = numerals(language)
    return own.words if own else {}


@cache
def _shares(language: str) -> dict[str, float]:
    own = numerals(language)
    return {f"share{i}": value for i, value in enumerate(own.shares)} if own else {}


@cache
def _one(language: str) -> re.Pattern[str]:
    """One number word; the longer ones come first ("sechzig" before "sechs")."""
    words = _words(language)
    named = [
        (f"(?P<{name}>{words[value]})", max(map(len, words[value].split("|"))))
        for value, name in _names(language).items()
    ]
    return re.compile("|".join(pattern for pattern, _ in sorted(named, key=lambda n: -n[1])), re.IGNORECASE)


@cache
def _pattern(language: str) -> re.Pattern[str]:
    """A share, a run of number words, a number joined to its measure by a hyphen."""
    own = numerals(language)
    if not own:
        return re.compile(
            rf"(?<=\d)(?P<hyphen>{_MEASURED})|(?P<years>(?!))(?P<words>(?!))(?P<half>)(?P<alone>)(?P<joined>)"
        )
    word = re.sub(r"\?P<\w+>", "?:", _one(language).pattern)
    run = rf"(?:{word})(?:{own.between}(?:{word}))*"
    shares = "|".join(f"(?P<{name}>{own.shares[value]})" for name, value in _shares(language).items())
    return re.compile(
        rf"(?<![\w-])(?:{shares}|(?P<alone>{own.one_half})|(?P<words>{run})(?P<half>{own.half})?)(?:(?!\w)(?!-)|(?P<joined>-)(?=\w))"
        rf"|(?<![\w.,])(?P<years>\d+|{{}}){own.old}|(?<=\d)(?P<hyphen>{_MEASURED})".replace("|{}", ""),
        re.IGNORECASE,
    )
