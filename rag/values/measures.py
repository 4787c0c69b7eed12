"""Measures and scales as they are written in news, and which of them a question asks for.

In English, German, French, Spanish, Russian and Italian; it is judged without asking which language it is.
"""

from __future__ import annotations

import re

_SCALES = (
    (r"hundred|hundert", 1e2),
    (r"thousand|tausend|mille|mil|mila|тысяч\w*|тыс\.?", 1e3),
    (r"millions?|mln|mn|millionen?|mio\.?|millón|millones|milion[ei]|миллион\w*|млн\.?", 1e6),
    (r"milliarden?|mrd\.?|milliards?|miliard[oi]|миллиард\w*|млрд\.?", 1e9),
    (r"billions?|bn", 1e9),
)
_UNITS = (
    (
        "point",
        r"(?:percentage|basis) points?|prozentpunkten?|points? de pourcentage|puntos porcentuales|процентн\w+ пункт\w*",
    ),
    ("%", r"%(?:ig\w*)?|per ?cent|percent|prozent|pour cent|por ciento|per cento|процент\w*"),
    ("euro", r"€|euros?|eur|евро"),
    ("dollar", r"\$|(?:us-?)?dollars?|usd|dólares|dollari|доллар\w*"),
    ("pound", r"£|pounds?|pfund|gbp"),
    ("rouble", r"rou?bles?|rubel|rublos|рубл\w*"),
    ("tonne", r"tonn?es?|tons?|tonnen|t|toneladas|tonnellate|тонн\w*"),
    ("kilometre", r"km|kilomet(?:res?|er[ns]?)|kilómetros|chilometri|километр\w*"),
    ("metre", r"met(?:res?|er[ns]?)|mètres?|metros?|metri|метр\w*"),
    ("mile", r"miles?|meilen?|milles?|millas?|мил[ьяи]"),
    ("foot", r"feet|foot|ft|fuß|pieds?|pies|piedi|фут\w*"),
    ("year", r"years?|jahren?|jährig\w*|ans?|années?|años?|ann[oi]|лет|год[ау]?"),
    ("month", r"months?|monaten?|monatig\w*|mois|meses|mes|mes[ei]|месяц\w*"),
    ("week", r"weeks?|wochen?|wöchig\w*|semaines?|semanas?|settiman[ae]|недел\w*"),
    ("day", r"days?|tage[ns]?|tägig\w*|jours?|días?|giorn[oi]|дн(?:я|ей|ь)"),
    ("hour", r"hours?|stunden?|stündig\w*|heures?|horas?|or[ae]|час\w*"),
    ("minute", r"minut\w*"),
    ("second", r"seconds?|sekunden?|secondes?|segundos?|second[oi]|секунд\w*"),
)
_MONEY, _LENGTHS = frozenset({"euro", "dollar", "pound", "rouble"}), frozenset({"kilometre", "metre", "mile", "foot"})
_TIMES = frozenset({"year", "month", "week", "day", "hour", "minute", "second"})
_CARBON = re.compile(
    r"(?<!\w)(?:co[2₂]|carbon(?:e|o)?|kohlen(?:stoff)?dioxid\w*|carbonica|углекисл\w+|treibhausgas\w*|greenhouse gas\w*|effet de serre"
    r"|efecto invernadero|gas serra|парников\w+|[eé]missions?|emission(?:en|i)|emisiones|выброс\w*)(?!\w)",
    re.IGNORECASE,
)
"""What is weighed in tonnes wherever it is told of, under many names."""
_ASKED: tuple[tuple[str, frozenset[str]], ...] = (
    (r"how many|wie ?viele|cu[aá]nt[oa]s", frozenset({""})),
    (r"percentage|percent|prozent|anteil|pourcentage|porcentaje|процент\w*", frozenset({"%"})),
    (r"how long|wie lange|combien de temps|cu[aá]nto tiempo|как долго|сколько времени", _TIMES | _LENGTHS),
    (r"how old|wie alt|quel âge|qué edad|сколько лет", frozenset({"year"})),
    (r"how (?:far|tall|high|deep|wide)|wie (?:weit|tief|breit)", _LENGTHS),
    (
        r"(?:how much|wie ?viel|combien(?! d)|cu[aá]nto|сколько)\b.*(?<!\w)(?:cost|pay|paid|worth|spen[dt]|money|kost|bezahl|zahl|geld"
        r"|coût|pa[iy]|cuest|pag|diner|сто[ия]|плат|ден[еь]г)\w*",
        _MONEY,
    ),
    (_CARBON.pattern, frozenset({"tonne"})),
)
"""What a question asks for in measures, the first that fits; things that are counted have none."""
_SCALE = re.compile(r"\s*(?:" + "|".join(rf"(?P<s{i}>{w})" for i, (w, _) in enumerate(_SCALES)) + r")(?!\w)", re.I)
_UNIT = re.compile(
    r"\s*(?:(?:of|de|d['’])\s*)?(?:" + "|".join(rf"(?P<u{i}>{w})" for i, (_, w) in enumerate(_UNITS)) + r")(?!\w)", re.I
)
_MILLION = re.compile(r"m(?!\w)")  # £30m, not 30m
_HOW_MANY = re.compile(
    r"(?:how (?:many|much)|wie ?viele?n?|combien d[e'’]|cu[aá]nt[oa]s|сколько|quant[ei])(?=\s)", re.IGNORECASE
)


def scaled(text: str, end: int, *, money: bool = False) -> tuple[float, int]:
    """What the words behind a number multiply it by ("Mio."; of money "m", too), and where they end."""
    if money and _MILLION.match(text, end):
        return 1e6, end + 1
    factor = 1.0
    while scale := _SCALE.match(text, end):
        end, factor = scale.end(), factor * next(f for i, (_, f) in enumerate(_SCALES) if scale[f"s{i}"])
    return factor, end


def measured(text: str, end: int) -> tuple[str, int]:
    """The measure that stands behind a number, "" for none, and where it ends."""
    found = _UNIT.match(text, end)
    return (next(name for i, (name, _) in enumerate(_UNITS) if found[f"u{i}"]), found.end()) if found else ("", end)


def units_in(question: str) -> frozenset[str]:
    """The measures of which a question asks for one ("how many tonnes", "how long"), "" for things; empty where it leaves that open."""
    found = _HOW_MANY.search(question)
    unit = measured(question, scaled(question, found.end())[1])[0] if found else ""
    fitting = (units for asks, units in _ASKED if re.search(rf"(?<!\w)(?:{asks})(?!\w)", question, re.IGNORECASE))
    return frozenset({unit}) if unit else next(fitting, frozenset())


def of_carbon(text: str) -> bool:
    """Whether a text is of carbon dioxide, whatever it calls it."""
    return bool(_CARBON.search(text))


def is_measure(word: str) -> bool:
    """Whether a word only says what is measured, or by how much it is multiplied: "million", "Tonnen", "CO2"."""
    return any(pattern.fullmatch(word) for pattern in (_SCALE, _UNIT, _CARBON))
