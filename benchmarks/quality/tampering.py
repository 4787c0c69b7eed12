"""A true sentence made false by one change: of a number, a day, a name, a unit, a negation, a comparison, or of who did it to whom.

Which change, and to what, is drawn from the sentence itself, so the same sentences give the same changes on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from hashlib import sha256
from itertools import pairwise

_NUMBER = re.compile(r"(?<![\w.,:/-])(?!(?:1[5-9]|20)\d\d(?!\d))\d{1,3}(?:[.,]\d{3})*(?:[.,]\d+)?(?![\w:/]|[.,]\d)")
_YEAR = re.compile(r"(?<![\w.,-])(?:1[5-9]|20)\d\d(?![\w-])")
_MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
}
_UNITS = {
    "en": "kilometres/miles kilometers/miles miles/kilometres metres/feet meters/feet feet/metres years/months months/weeks"
    " weeks/years days/weeks"
    " hours/days minutes/hours percent/points billion/million million/billion dollars/euros euros/dollars tonnes/kilograms".split(),
    "de": "Kilometer/Meilen Meilen/Kilometer Meter/Fuß Jahre/Monate Jahren/Monaten Monate/Wochen Monaten/Wochen Wochen/Jahre"
    " Tage/Wochen Tagen/Wochen"
    " Stunden/Tage Minuten/Stunden Milliarden/Millionen Millionen/Milliarden Dollar/Euro Euro/Dollar Tonnen/Kilogramm".split(),
}
_COMPARED = {
    "en": "more/fewer less/more fewer/more rose/fell fell/rose increased/decreased decreased/increased higher/lower lower/higher"
    " before/after"
    " after/before first/last above/below largest/smallest biggest/smallest most/fewest won/lost lost/won over/under larger/smaller"
    " increase/decrease growing/shrinking up/down north/south south/north east/west west/east".split(),
    "de": "mehr/weniger weniger/mehr stieg/sank sank/stieg gestiegen/gesunken höher/niedriger höhere/niedrigere vor/nach nach/vor"
    " erste/letzte"
    " ersten/letzten größte/kleinste größten/kleinsten gewann/verlor verlor/gewann über/unter größer/kleiner meisten/wenigsten".split(),
}
_AUXILIARIES = {
    "en": r"(?<!\w)(is|was|are|were|has|have|had|will|would|can|could|should|did)(?= (?!not|never|no\b))",
    "de": r"(?<!\w)(ist|war|sind|waren|hat|haben|hatte|hatten|wird|wurde|wurden|kann|konnte|soll|sollte)(?= (?!nicht|nie|kein))",
}
_NEGATED = {
    "en": r"(?<=(?:is|as|re|ve|ad|ll|ld|id|an|es)) not(?= )| never(?= )",
    "de": r"(?<= )nicht (?!nur|zuletzt)|(?<= )k(?=eine?[mnrs]? )",
}
_NAME = re.compile(r"(?<![.!?:\"“„»«] )(?<!^)(?<!\w)[A-ZÄÖÜ][a-zäöüßéè]{3,}(?!\w)")


def drawn(text: str, size: int) -> int:
    """A number below `size`, the same for the same text."""
    return int.from_bytes(sha256(text.encode()).digest()[:4], "big") % size


def number(text: str, language: str, names: Sequence[str]) -> str:
    """Another number."""
    return _replaced(text, _NUMBER, lambda found: _other_number(found, text))


def _other_number(found: str, text: str) -> str:
    """The digits with one more or turned round; two numbers are never one that is rounded."""
    digits = re.sub(r"\D", "", found)
    first = str((int(digits[0]) + 1 + drawn(text, 7)) % 9 + 1)
    first = first if first != digits[0] else str(int(first) % 9 + 1)
    return re.sub(r"\d", first, found, count=1)


def day(text: str, language: str, names: Sequence[str]) -> str:
    """Another month or year."""
    months = _MONTHS[language]
    written = re.compile(rf"(?<!\w)(?:{'|'.join(months)})(?!\w)")
    if written.search(text) and not re.search(r"(?<!\w)(?:May|March)(?!\w)", text):
        return _replaced(text, written, lambda m: months[(months.index(m) + 1 + drawn(text, 10)) % 12])
    return _replaced(text, _YEAR, lambda y: str(int(y) - 2 - drawn(text, 6)))


def unit(text: str, language: str, names: Sequence[str]) -> str:
    """Another measure, where one stands behind a number."""
    return _swapped(text, _UNITS[language], before=r"(?<=\d )")


def comparison(text: str, language: str, names: Sequence[str]) -> str:
    """The opposite."""
    return _swapped(text, _COMPARED[language])


def negation(text: str, language: str, names: Sequence[str]) -> str:
    """A negation more, or one less."""
    if re.search(_NEGATED[language], text):
        return re.sub(_NEGATED[language], "", text, count=1)
    word = " not" if language == "en" else " nicht"
    return re.sub(_AUXILIARIES[language], rf"\1{word}", text, count=1)


def name(text: str, language: str, names: Sequence[str]) -> str:
    """Another of the `names`, in place of one of the sentence's own."""
    own = [m[0] for m in _NAME.finditer(text) if m[0] in names]
    others = [n for n in names if n not in text]
    if not own or not others:
        return text
    taken = own[drawn(text, len(own))]
    return re.sub(rf"(?<!\w){taken}(?!\w)", others[drawn(text + taken, len(others))], text)


def roles(text: str, language: str, names: Sequence[str]) -> str:
    """Two names change places, where no "and" joins them."""
    own = list(dict.fromkeys(m[0] for m in _NAME.finditer(text) if m[0] in names))
    for one, two in pairwise(own):
        between = text[text.index(one) + len(one) : text.index(two)]
        if (
            text.count(one) == text.count(two) == 1
            and len(between.split()) >= 2
            and not re.search(r"(?<!\w)(?:and|und|or|oder)(?!\w)|,", between)
        ):
            return text.replace(one, "\0").replace(two, one).replace("\0", two)
    return text


Change = Callable[[str, str, Sequence[str]], str]
CHANGES: dict[str, Change] = {
    "number": number,
    "date": day,
    "name": name,
    "unit": unit,
    "negation": negation,
    "role": roles,
    "comparative": comparison,
}


def _replaced(text: str, pattern: re.Pattern[str], other: Callable[[str], str]) -> str:
    found = list(pattern.finditer(text))
    if not found:
        return text
    match = found[drawn(text, len(found))]
    return text[: match.start()] + other(match[0]) + text[match.end() :]


def _swapped(text: str, pairs: Sequence[str], before: str = r"(?<![\w-])") -> str:
    for pair in pairs:
        one, _, other = pair.partition("/")
        if re.search(rf"{before}{one}(?![\w-])", text):
            return re.sub(rf"{before}{one}(?![\w-])", other, text, count=1)
    return text
