"""Who did it to whom: whether two names of a claim have changed places with what the cited text says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from index.stopwords import stopwords
from index.terms import stem
from index.terms import words as words_in
from index.types import Span
from rag.verify.told import Finding, Told

# fmt: off
_LED = {
    "said": r"according to|laut|zufolge|nach (?:angaben|worten) (?:von|des|der)|selon|d['’]après|según|secondo|по (?:словам|данным)",
    "from": "from|von|vom|aus|de|du|des|d|del|desde|da|dal|dalla|dall|из|от|с",
    "to": "to|into|towards|an|nach|à|au|aux|vers|a|al|hacia|verso|alla|в|на|к",
    "by": "by|durch|par|por|dal",
    "for": "for|für|pour|para|per|для|за",
    "against": "against|gegen|contre|contra|contro|против",
    "with": "with|mit|avec|con|с",
    "than": "than|als|que|che|чем",
    "at": "in|at|on|near|between|of|over|zwischen|bei|auf|über|en|dans|sur|entre|sobre|tra|su|между|при|над",
    "instead": "instead of|rather than|statt|anstatt|au lieu de|en lugar de|en vez de|invece di|вместо",
}
_INTO = re.compile(r"(?<!\w)in(?: den| die| das|s) +$")
_PASSIVE = re.compile(r"(?<!\w)(?:wurden?|worden|wird|werden|fue|fueron|sido|stat[oaie]|furono)(?!\w)", re.IGNORECASE)
"""What makes of "von", "por" and "da" those who do it."""
_IS_DONE = re.compile(
    r"(?<!\w)(?:was|were|been|being|is|are) (?:\w+ly )?\w+(?:ed|en|wn|ght|old|ent|ade)(?!\w)", re.IGNORECASE
)
"""Gas was sold to Turkey: not by the gas."""
# fmt: on
_MOST, _ALL = 0.6, 0.9  # of the words of two sentences
_FEW = 3  # words before what a clause begins with
_JOINED = re.compile(
    r"(?:^|\s)(?:and|und|et|y|e|и|or|oder|ou|o|или|,|&|-|–)\s*(?:the|die|der|das|la|le|l['’]|el|il)?\s*$", re.IGNORECASE
)
_ARTICLE = re.compile(
    r"(?:\s*(?:the|die|der|das|dem|den|des|la|le|les|l['’]|el|los|las|il|lo|gli|i|neighbouring))*\s*$", re.IGNORECASE
)
_OBJECT = re.compile(
    r"\s*(?:,\s*(?:that|den|die|das|que|qu['’]|котор(?:ый|ого|ую|ое|ые))|,?\s*(?:which|whom))\s*", re.IGNORECASE
)
"""What begins a clause about the name before it, in which the one behind it does it."""
_A = re.compile(r"\s*(?<!\w)an?\s*$", re.IGNORECASE)
"""In English no preposition."""
_SPEAKER = re.compile(rf"(?<!\w)(?:{_LED['said']})(?:\s+[^\s,;:.]+){{0,3}}\s+$", re.IGNORECASE)
_SPEAKS = re.compile(
    r"[:“”\"„«]|(?<!\w)(?:sa(?:y|id)|t[oe]ld|tell|claim|stat|announc|report|estimat|warn|accus|belie|accord|insist|confirm|den[iy]|quot|wr[io]t"
    r"|sag|erklär|laut|zufolge|teil|gab|angab|nach|mein|bericht|behaupt|schätz|schr[ie]|selon|d'après|dit|affirm|annonc|décl|estim"
    r"|según|dij|dice|anunci|declar|secondo|dett|afferm|annunc|dichiar|по|сказа|заяви|сообщ|говор)",
    re.IGNORECASE,
)
"""Any of the many words for saying something, by what they begin with."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A name or a number of the claim, and where it stands there and in a cited sentence; a noun may be no name, and is not `sure`."""

    text: str
    own: Span
    theirs: Span
    sure: bool = True


Pair = tuple[Placed, Placed]


def swapped(claim: Told, cited: Told, names: Sequence[Placed], numbers: Sequence[Placed]) -> Iterator[Finding]:
    """The pairs of names, or of numbers, that have changed places, and who says in the one what he does in the other."""
    for pair in _pairs(names):
        others = _pairs(numbers)
        if _exchanged(claim, cited, pair) or _acts(claim, cited, pair) or any(_crossed(pair, two) for two in others):
            yield _finding(pair)
    yield from (_finding(pair) for pair in _pairs(numbers) if _exchanged(claim, cited, pair))
    yield from (_said_by(name.text) for name in names if name.sure and _only_says(claim, cited, name))


def _pairs(placed: Sequence[Placed]) -> list[Pair]:
    """Every two that do not overlap, in the order of the claim."""
    pairs = combinations(sorted(placed, key=lambda p: p.own), 2)
    return [
        (a, b) for a, b in pairs if a.text != b.text and not a.own.overlaps(b.own) and not a.theirs.overlaps(b.theirs)
    ]


def _finding(pair: Pair) -> Finding:
    one, two = (p.text for p in pair)
    reason = f'"{one}" and "{two}" have changed places in the cited text'
    return Finding(kind="role", text=f"{one}, {two}", found=False, denied=True, reason=reason)


def _said_by(name: str) -> Finding:
    reason = f'"{name}" only says it in the cited text'
    return Finding(kind="role", text=name, found=False, denied=True, reason=reason)


def _only_says(claim: Told, cited: Told, name: Placed) -> bool:
    """Whether what the cited text has from somebody, "according to Kim", becomes what he does in a claim where nobody says anything."""
    return bool(_SPEAKER.search(cited.text[: name.theirs.start])) and not _SPEAKS.search(claim.text)


def _exchanged(claim: Told, cited: Told, pair: Pair) -> bool:
    """Whether what leads to the one leads to the other in the cited text: from Iran to Russia, 49 instead of 58."""
    own, theirs = _led_to(claim, cited, pair)
    vague = claim.language != cited.language and "at" in own  # in, at, über: another one in each language
    return own[0] != own[1] and own == theirs[::-1] and not vague


def _acts(claim: Told, cited: Told, pair: Pair) -> bool:
    """Whether another one of two names does it than in the cited text."""
    one, two = pair
    if _joined(claim, one.own, two.own) or _joined(cited, *sorted((one.theirs, two.theirs))):
        return False
    own, theirs = _led_to(claim, cited, pair)
    if claim.language != cited.language and not (
        one.sure
        and two.sure
        and _leads(claim.text, [p.own for p in pair])
        and _leads(cited.text, [p.theirs for p in pair])
    ):
        return False
    agents = (
        _agent(own, claim, first=_first(claim, one.own, two.own)),
        _agent(theirs, cited, first=_first(cited, one.theirs, two.theirs)),
    )
    return None not in agents and agents[0] != agents[1] and _share_what_joins(claim, cited, pair)


def _leads(text: str, spans: list[Span]) -> bool:
    """Whether the first of two names begins its clause, and the second belongs to it."""
    first, second = sorted(spans)
    before = re.split(r"[,;:.()–—]", text[: first.start])[-1]
    return len(before.split()) <= _FEW and not re.search("[,;:.()–—]", text[first.end : second.start])


def _crossed(names: Pair, numbers: Pair) -> bool:
    """Whether each of two names has the other one's number: "Pinault 100, Arnault 200" of "Arnault 100, Pinault 200"."""
    own = _matched([p.own for p in names], [p.own for p in numbers])
    theirs = _matched([p.theirs for p in names], [p.theirs for p in numbers])
    return bool(own and theirs and own != theirs)


def _matched(names: list[Span], numbers: list[Span]) -> str:
    """How the numbers belong to the names, where both alternate."""
    order = sorted([*zip(names, "ab", strict=True), *zip(numbers, "xy", strict=True)])
    return {
        "axby": "ax",
        "byax": "ax",
        "xayb": "ax",
        "ybxa": "ax",
        "aybx": "ay",
        "bxay": "ay",
        "yaxb": "ay",
        "xbya": "ay",
    }.get("".join(which for _, which in order), "")


def _led_to(claim: Told, cited: Told, pair: Pair) -> tuple[tuple[str, str], tuple[str, str]]:
    one, two = pair
    return (_led(claim, one.own), _led(claim, two.own)), (_led(cited, one.theirs), _led(cited, two.theirs))


def _agent(led: tuple[str, str], told: Told, first: int) -> int | None:
    """Which of two names does it, 0 or 1: the one behind "by", not the one behind "to", else the first; None where that is open."""
    if set(led) == {"by", ""}:
        return led.index("by")
    if set(led) == {"to", ""}:
        return None if _IS_DONE.search(told.text) else led.index("")
    return first if led == ("", "") else None


def _first(told: Told, one: Span, two: Span) -> int:
    """Which of two names stands first, 0 or 1; of "the drone, which Russia calls Geran", the one that is called so comes second."""
    before, behind = sorted((one, two))
    return int((one > two) != bool(_OBJECT.fullmatch(_ARTICLE.sub("", told.text[before.end : behind.start]))))


def _led(told: Told, span: Span) -> str:
    """The preposition that stands before a name, as the sense that it shares with other languages; "" for none."""
    if _INTO.search(told.text[: span.start]):
        return "to"
    before = _ARTICLE.sub("", told.text[: span.start])
    before = _A.sub("", before) if told.language == "en" else before
    sense = next((s for s, words in _LED.items() if re.search(rf"(?<!\w)(?:{words})['’]?$", before, re.IGNORECASE)), "")
    return "by" if sense == "from" and _PASSIVE.search(told.text) else sense


def _joined(told: Told, first: Span, second: Span) -> bool:
    """Whether two names stand side by side: Russia and Iran."""
    return bool(_JOINED.search(told.text[first.end : second.start])) and second.start - first.end < 12


def _share_what_joins(claim: Told, cited: Told, pair: Pair) -> bool:
    """Whether the same word stands between both names in both texts, or most words are the same; across languages, whether any does."""
    one, two = pair
    own, theirs = _telling(claim, one.own, two.own), _telling(cited, *sorted((one.theirs, two.theirs)))
    if claim.language != cited.language:
        return bool(own or theirs)
    whole = _telling(claim, Span(start=0, end=0), Span(start=len(claim.text), end=len(claim.text)))
    both = whole & _telling(cited, Span(start=0, end=0), Span(start=len(cited.text), end=len(cited.text)))
    if not (one.sure and two.sure):
        return len(both) >= _ALL * len(whole)
    return bool(own & theirs) or len(both) >= _MOST * len(whole)


def _telling(told: Told, first: Span, second: Span) -> set[str]:
    between = words_in(told.text[first.end : second.start])
    return {stem(w, told.language) for w in between if w not in stopwords(told.language)}
