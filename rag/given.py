"""The amounts and days that sentences give, and whether two sentences say theirs of the same matter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.stopwords import stopwords
from index.terms import names_in, stem
from index.types import Span
from rag.amounts import Amount, amounts, units_in
from rag.expect import asked_for
from rag.references import named, telling
from rag.said import Said, said
from rag.types import Candidate, Query

_ALIKE = 0.6  # of the words of two sentences, their values aside
_ALIKE_WORDS = 2  # that two sentences have in common
_HEAD = 400  # characters of an article that say what it is of
_LEAP = 2000  # a year that has every day
_SHARED = 1 / 2  # of the names at the heads of two articles
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_AHEAD = re.compile(
    r"(?<!\w)(?:expect\w*|forecast\w*|predict\w*|project(?:s|ed|ion)|plan(?:s|ned|ning)?|scheduled|aims?|goal|target\w*|will|would|could"
    r"|(?-i:may)|might|should|erwart\w+|prognos\w+|voraussichtlich|soll(?:te|ten|en)?|wird|könnten?|würden?|plan(?:t|en|te|ten)|geplant|ziel"
    r"|devrai\w+|prévo\w+|prévu\w*|pourrai\w+|espèr\w+|objectif|prev[eé]\w*|espera\w*|pronostic\w*|podría\w*|deber[ií]a\w*|objetivo"
    r"|ожида\w+|прогноз\w*|план\w*|буд(?:ет|ут)|может|могут|должн\w+)(?!\w)",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"(?<!\w)(?:each|apiece|respectively|jeweils|je|pro|per(?! ?cent)|chacun\w*|respectivement|cada|por|каждый|каждая|каждому)(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """A day or longer that a sentence names, both ends inclusive; without a year of its own it is the one nearest to the article."""

    since: date
    until: date
    has_year: bool

    def agrees(self, other: Day) -> bool:
        """Whether both may mean the same; years only count where both are said."""
        if self.has_year and other.has_year:
            return self.since <= other.until and other.since <= self.until
        return self._in(_LEAP)[0] <= other._in(_LEAP)[1] and other._in(_LEAP)[0] <= self._in(_LEAP)[1]

    def _in(self, year: int) -> tuple[date, date]:
        since = self.since.replace(year=year)
        return since, since + (self.until - self.since)


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """A value that an article gives: its place in the article, and the sentence that it stands in."""

    candidate: Candidate
    span: Span
    value: Amount | Day

    @property
    def text(self) -> str:
        """The value in the article's own words."""
        return self.span.of(self.candidate.article.text)

    @property
    def language(self) -> str:
        """The language of its article."""
        return self.candidate.article.language

    def agrees(self, other: Given) -> bool:
        """Whether both values may be true of the same thing."""
        one, two = self.value, other.value
        if isinstance(one, Amount) and isinstance(two, Amount):
            return one.agrees(two)
        return isinstance(one, Day) and isinstance(two, Day) and one.agrees(two)


def days_given(candidate: Candidate) -> list[Given]:
    """The days that a sentence names, two that are joined by a dash each for itself."""
    today = candidate.article.date
    found = []
    for one in said(candidate.text, candidate.article.language, today or date(2000, 1, 1)):
        dated = bool(_YEAR.search(candidate.text[one.start : one.end]))
        years = [one.year] if one.year else [today.year + n for n in (-1, 0, 1)] if today else []
        days = [d for y in years if (d := _days_of(one, y))]
        near = min(days, key=lambda d: abs(d[0] - (today or d[0])), default=None)
        if near and (dated or today):
            day = Day(since=near[0], until=near[1], has_year=bool(one.year))
            found.append(_placed(candidate, Span(start=one.start, end=one.end), day))
    return found


def _days_of(one: Said, year: int) -> tuple[date, date] | None:
    try:
        return one.days(year)
    except (ValueError, OverflowError):  # 31 June, or 29 February of another year
        return None


def amounts_given(candidate: Candidate, query: Query) -> list[Given]:
    """The amounts of a sentence of the measure that is asked for, and not the question's own; of the things asked for, if any is."""
    own = {a.values for a in amounts(query.text, query.language)}
    units, language = units_in(query.text), candidate.article.language
    found = [a for a in amounts(candidate.text, language) if a.values not in own and (not units or a.unit in units)]
    asked = {stem(w, language) for w in asked_for(query.text) if w not in stopwords(query.language)}
    return [_placed(candidate, a.span, a) for a in [a for a in found if a.things & asked] or found]


def _placed(candidate: Candidate, within: Span, value: Amount | Day) -> Given:
    start = candidate.span.start
    return Given(candidate=candidate, span=Span(start=start + within.start, end=start + within.end), value=value)


def unshared(ones: Sequence[Given], others: Sequence[Given]) -> tuple[Given, Given] | None:
    """The one value of each of two nearly equal sentences that the other one does not give; of a period its beginning."""
    left = distinct([a for a in ones if not any(a.agrees(b) for b in others)])
    right = distinct([b for b in others if not any(a.agrees(b) for a in ones)])
    if [len(left), len(right)] == [2, 2] and all(_is_period(*two) for two in (left, right)):
        return _whole(*left), _whole(*right)
    return (left[0], right[0]) if len(left) == len(right) == 1 else None


def distinct(values: Sequence[Given]) -> list[Given]:
    """The first of all that agree."""
    kept: list[Given] = []
    for value in values:
        if not any(value.agrees(other) for other in kept):
            kept.append(value)
    return kept


def _is_period(first: Given, second: Given) -> bool:
    between = first.candidate.article.text[first.span.end : second.span.start]
    return isinstance(first.value, Day) and bool(re.fullmatch(r"\s*[-–—]\s*|\s\w{1,3}\s", between))


def _whole(first: Given, second: Given) -> Given:
    """A period as it is written, that counts from its beginning."""
    return replace(first, span=Span(start=first.span.start, end=second.span.end))


def comparable(one: Given, two: Given) -> bool:
    """Whether two values are of one kind: measure, a change or a state, what is and what is expected."""
    a, b = one.value, two.value
    if isinstance(a, Amount) and isinstance(b, Amount) and (a.unit != b.unit or a.is_change != b.is_change):
        return False
    texts = [given.candidate.text for given in (one, two)]
    return all(len({bool(words.search(text)) for text in texts}) == 1 for words in (_AHEAD, _EACH))


def same_years(one: Given, two: Given) -> bool:
    """Whether two sentences do not name different years, those of the values aside."""
    years, others = (set(_YEAR.findall(_around(g))) for g in (one, two))
    return not years or not others or bool(years & others)


def alike(one: Given, two: Given) -> bool:
    """Whether two sentences of a language say nearly the same, their values aside, and neither has a name instead of the other's."""
    if one.language != two.language:
        return False
    left, right = stems(one), stems(two)
    both = len(left & right)
    if both < _ALIKE_WORDS or both < _ALIKE * len(left | right):
        return False
    return not other_names(one, two)


def other_names(one: Given, two: Given) -> bool:
    """Whether each of two sentences has a name that the other one has not."""
    names, others = ({n for n in named(f"· {_around(g)}", g.language) if not n.isdigit()} for g in (one, two))
    return bool(names - others and others - names)


def stems(given: Given) -> set[str]:
    """The stems of what a sentence says, its value aside."""
    return _stems(_around(given), given.language)


def _around(given: Given) -> str:
    at = given.candidate.span.start
    text = given.candidate.text
    return f"{text[: given.span.start - at]} {text[given.span.end - at :]}"


def on_matter(given: Given, query: Query, share: float) -> bool:
    """Whether a value is said of what the question is of.

    The question's own numbers (the nine-euro ticket) and, within one language, its names must stand in the article, and a `share` of
    its words in the sentence or at the article's head.
    """
    article = given.candidate.article
    own = amounts(query.text.replace("-", " "), query.language)
    if own:
        known = amounts(article.text.replace("-", " "), article.language)
        if not all(any(a.agrees(b) for b in known) for a in own):
            return False
    if query.language != given.language:
        return True
    wanted = _stems(query.text, query.language)
    names = {stem(w, query.language) for w in names_in(query.text) & named(query.text, query.language)}
    if query.language != "de" and not names <= _stems(article.text, query.language):
        return False
    near = f"{_head(given)} {given.candidate.text}"
    return len(wanted & _stems(near, query.language)) >= share * len(wanted)


def same_subject(one: Given, two: Given, query: Query) -> bool:
    """Whether two sentences of a language are of one thing, where the question does not name what they leave unsaid.

    "It was listed in 1985" is said in many articles: then the heads of both must share half of the other names.
    """
    if one.language != two.language or one.language != query.language:
        return True
    asked = named(query.text, query.language)
    if any(asked - named(given.candidate.text, given.language) for given in (one, two)):
        return True
    said = asked | named(one.candidate.text, one.language) | named(two.candidate.text, two.language)
    left, right = ({n for n in named(_head(g), g.language) - said if not n.isdigit()} for g in (one, two))
    return len(left & right) >= _SHARED * min(len(left), len(right))


def _head(given: Given) -> str:
    article = given.candidate.article
    return f"{article.title or ''} {article.text[:_HEAD]}"


def _stems(text: str, language: str) -> set[str]:
    return {stem(w, language) for w in telling(text, language)}
