"""Where articles disagree: other numbers, or other days, for what the question asks.

Precise rather than eager. Only a question for a number or for a day has values to compare; only sentences that answer it nearly as
probably as the best one, of different articles, are looked at; copies count once; and each must give exactly one value of the
kind. What rounding, "about", another year or another unit explains is no disagreement.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import prompts
from index.terms import stem
from index.types import Span
from rag.amounts import Amount, amounts, unit_in
from rag.cite import make_citation
from rag.expect import expected
from rag.references import telling
from rag.types import Candidate, Citation, Disagreement, Query, Value
from rag.when import Period, periods

NEARLY = {"date": 0.5, "number": 0.35, "unit": 0.05}
"""How probable a sentence is at least, as a share of the best; less where the question itself names the unit (tonnes)."""
_FACTOR = 3.0  # two numbers that are further apart count different things, unless both sentences name the same
_MOST = 4  # values that are shown
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A value that an article gives: its place in the article, and the sentence that it stands in."""

    candidate: Candidate
    span: Span
    value: Amount | Period

    def agrees(self, other: Said) -> bool:
        """Whether both values may be true of the same thing."""
        one, two = self.value, other.value
        if isinstance(one, Amount) and isinstance(two, Amount):
            return one.agrees(two)
        return isinstance(one, Period) and isinstance(two, Period) and _overlap(one, two)


def disagreements(
    query: Query, best_first: Sequence[Candidate], citations: Sequence[Citation]
) -> tuple[tuple[Disagreement, ...], list[Citation]]:
    """What the articles differ in, and the citations with those that it needs besides."""
    known, values = list(citations), list[Value]()
    for said in differing(query, best_first):
        article, at = said.candidate.article, said.candidate.span
        number = next((c.number for c in known if c.file == article.id and c.span == at), None)
        if number is None:
            number = len(known) + 1
            known.append(make_citation(number, article, at, said.candidate.also_in))
        text = said.span.of(article.text)
        values.append(Value(text=text, span=said.span, citation=number, outlet=article.outlet, date=article.date))
    if not values:
        return (), known
    text = prompts.in_language("differ", query.language).render(values="; ".join(map(_shown, values)))
    return (Disagreement(matter=query.text.rstrip(" ?？"), text=text, values=tuple(values)),), known


def _shown(value: Value) -> str:
    where = ", ".join(str(part) for part in (value.outlet, value.date) if part)
    return " ".join(filter(None, (" ".join(value.text.split()), f"[{value.citation}]", f"({where})" if where else "")))


def differing(query: Query, best_first: Sequence[Candidate]) -> list[Said]:
    """The values in which articles differ, oldest article first and undated ones before; nothing where they agree."""
    kind = expected(query.text)
    if kind not in ("number", "date") or not best_first:
        return []
    unit = unit_in(query.text) if kind == "number" else ""
    least = NEARLY["unit" if unit else kind] * max(c.score for c in best_first)
    good = (c for c in best_first if c.score >= least)
    found = [value for c in good if (value := _day(c) if kind == "date" else _amount(c, query, unit))]
    found = _one_of_each_article([s for s in found if _same_matter(s, found[0])])
    differ = [s for s in found if any(not s.agrees(other) for other in found)]
    return sorted(_distinct(differ), key=_age)[-_MOST:] if differ else []


def _day(candidate: Candidate) -> Said | None:
    """The one day or period that a sentence names; None of several, and of one relative to a day that is not known."""
    text, today = candidate.text, candidate.article.date
    found = periods(text, candidate.article.language, today or date(2000, 1, 1))
    if len(found) != 1 or not (found[0].since and found[0].until) or text.count(found[0].text) != 1:
        return None
    if not today and not _YEAR.search(found[0].text):
        return None
    start = text.index(found[0].text)
    return _placed(candidate, Span(start=start, end=start + len(found[0].text)), found[0])


def _amount(candidate: Candidate, query: Query, unit: str) -> Said | None:
    """The one amount that a sentence gives, of `unit` if the question names one, and not the question's own; None of several."""
    own = {a.values for a in amounts(query.text, query.language)}
    given = [a for a in amounts(candidate.text, candidate.article.language) if a.values not in own]
    given = [a for a in given if a.unit == unit] if unit else given
    return _placed(candidate, given[0].span, given[0]) if len(given) == 1 else None


def _placed(candidate: Candidate, within: Span, value: Amount | Period) -> Said:
    start = candidate.span.start
    return Said(candidate=candidate, span=Span(start=start + within.start, end=start + within.end), value=value)


def _same_matter(said: Said, best: Said) -> bool:
    """Whether a value stands for the same as the best one: the same unit or things, and no other year."""
    one, two = said.value, best.value
    if isinstance(one, Amount) and isinstance(two, Amount):
        years, others = (set(_YEAR.findall(s.candidate.text)) for s in (said, best))
        if one.unit != two.unit or (years and others and not years & others):
            return False
        high, low = max(*one.values, *two.values), max(min(*one.values, *two.values), 1e-9)
        near = high / low <= _FACTOR
        return bool(one.things & two.things) or (near and (bool(one.unit) or not _same_language(said, best)))
    return said is best or (_same_language(said, best) and _share_words(said, best))


def _same_language(one: Said, two: Said) -> bool:
    return one.candidate.article.language == two.candidate.article.language


def _share_words(one: Said, two: Said) -> bool:
    """Whether two sentences of a language share most of the telling words of the shorter, their days aside."""
    left, right = ({stem(w, s.candidate.article.language) for w in _telling(s)} for s in (one, two))
    return 2 * len(left & right) >= min(len(left), len(right))


def _telling(said: Said) -> list[str]:
    text = said.span.of(said.candidate.article.text)
    return telling(said.candidate.text.replace(text, " "), said.candidate.article.language)


def _one_of_each_article(found: Sequence[Said]) -> list[Said]:
    """The first value of each article, and none of an article that only copies an earlier one."""
    kept: list[Said] = []
    for said in found:
        known = {i for k in kept for i in (k.candidate.article.id, *k.candidate.also_in)}
        if said.candidate.article.id not in known and not set(said.candidate.also_in) & known:
            kept.append(said)
    return kept


def _distinct(found: Sequence[Said]) -> list[Said]:
    """Each value once, in its best sentence."""
    kept: list[Said] = []
    for said in found:
        if not any(said.agrees(other) for other in kept):
            kept.append(said)
    return kept


def _age(said: Said) -> tuple[date, str, int]:
    return said.candidate.article.date or date.min, said.candidate.article.id, said.span.start


def _overlap(one: Period, two: Period) -> bool:
    return not (
        (one.until and two.since and one.until < two.since) or (two.until and one.since and two.until < one.since)
    )
