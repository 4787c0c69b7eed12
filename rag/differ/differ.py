"""Where articles disagree: other numbers, or other days, for what the question asks.

Precise rather than eager. Only a question for a number or for a day has values to compare; only sentences that answer it nearly as
probably as the best one, of different articles, are looked at; copies count once; and each must give exactly one value of the
kind. What rounding, "about", another year or another unit explains is no disagreement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations

import prompts
from index.terms import stem
from rag.cite import make_citation
from rag.differ.given import Given, amounts_given, days_given, distinct, unshared
from rag.differ.matter import (
    alike,
    comparable,
    on_matter,
    other_names,
    same_names,
    same_subject,
    same_years,
    stems,
    taken_back,
)
from rag.question.expect import Kind, expected
from rag.question.references import telling
from rag.question.types import Query
from rag.types import Candidate, Citation, Disagreement, Value
from rag.values.amounts import Amount
from rag.values.measures import units_in

NEARLY = {"date": 0.5, "number": 0.35, "unit": 0.05, "alike": 0.003}
"""How probable a sentence is at least, as a share of the best; less where the question itself names the unit (tonnes), and where
another article has nearly the same sentence."""
_FACTOR = 3.0  # two numbers that are further apart count different things, unless both sentences name the same
_NAMED, _NAMED_BY_ALIKE = 0.3, 0.5  # of the question's words, in the sentence or at the article's head
_MOST = 4  # values that are shown


def disagreements(
    query: Query, best_first: Sequence[Candidate], citations: Sequence[Citation], taken: Iterable[int] = ()
) -> tuple[tuple[Disagreement, ...], list[Citation]]:
    """What the articles differ in, and the citations with those that it needs besides.

    Those are numbered behind the numbers that are `taken`: one that a language model made up must not come to mean something.
    """
    last = max(taken, default=0)
    known, values = list(citations), list[Value]()
    for said in differing(query, best_first):
        article, at = said.candidate.article, said.candidate.span
        number = next((c.number for c in known if c.file == article.id and c.span == at), None)
        if number is None:
            number = last = max(last, len(known)) + 1
            known.append(make_citation(number, article, at, said.candidate.also_in))
        values.append(Value(text=said.text, span=said.span, citation=number, outlet=article.outlet, date=article.date))
    if not values:
        return (), known
    text = prompts.in_language("differ", query.language).render(values="; ".join(map(_shown, values)))
    return (Disagreement(matter=query.text.rstrip(" ?？"), text=text, values=tuple(values)),), known


def _shown(value: Value) -> str:
    where = ", ".join(str(part) for part in (value.outlet, value.date) if part)
    return " ".join(filter(None, (" ".join(value.text.split()), f"[{value.citation}]", f"({where})" if where else "")))


def differing(query: Query, best_first: Sequence[Candidate]) -> list[Given]:
    """The values in which articles differ, oldest article first and undated ones before; nothing where they agree."""
    kind = _kind(query)
    true = [c for c in best_first if not taken_back(c.text)]
    if kind not in ("number", "date") or not true:
        return []
    found = [(c, days_given(c) if kind == "date" else amounts_given(c, query)) for c in true]
    best = max(c.score for c in true)
    least = NEARLY["unit" if kind == "number" and _measured(query) else kind]
    single = [given[0] for c, given in found if len(given) == 1 and c.score >= least * best]
    several = [given for c, given in found if given and c.score >= NEARLY["alike"] * best]
    differ = _of_nearly_equal(query, several) or _of_the_probable(query, single)
    return sorted(distinct(differ), key=_age)[-_MOST:]


def _of_nearly_equal(query: Query, several: Sequence[Sequence[Given]]) -> list[Given]:
    """What nearly equal sentences of different articles give differently: the first two, best sentences first, and others like them."""
    wanted = {stem(w, query.language) for w in telling(query.text, query.language)}
    for ones, others in combinations(several, 2):
        pair = unshared(ones, others)
        if not pair or not _may_differ(*pair) or not alike(*pair) or not same_subject(*pair, query):
            continue
        if all(
            on_matter(g, query, _NAMED_BY_ALIKE) and (query.language != g.language or stems(g) & wanted) for g in pair
        ):
            return list(pair)
    return []


def _kind(query: Query) -> Kind | None:
    """What is asked for: a number too where the question only names what is measured ("the carbon dioxide that it saved")."""
    return expected(query.text) or ("number" if _measured(query) else None)


def _measured(query: Query) -> bool:
    """Whether the question names the measure that it asks for."""
    units = units_in(query.text)
    return len(units) == 1 and "" not in units


def _may_differ(one: Given, two: Given) -> bool:
    """Whether two values are of different articles and of one kind; an article that copies another but for a value differs from it."""
    return one.candidate.article.id != two.candidate.article.id and comparable(one, two) and same_years(one, two)


def _of_the_probable(query: Query, single: Sequence[Given]) -> list[Given]:
    """What sentences that give one value, and answer about as probably as the best, differ in."""
    found = [g for g in single if on_matter(g, query, _NAMED)]
    found = [
        g
        for g in found
        if _same_matter(g, found[0], measured=_measured(query))
        and same_subject(g, found[0], query)
        and same_names(g, found[0], query)
    ]
    found = _one_of_each_article(found)
    return [g for g in found if any(not g.agrees(other) for other in found)]


def _same_matter(given: Given, best: Given, *, measured: bool) -> bool:
    """Whether a value stands for the same as the best one: the same unit or things, and no other year.

    In another language only where the question names the measure: sums of money are given of many things.
    """
    if given.language != best.language and not measured:
        return False
    one, two = given.value, best.value
    if not comparable(given, best):
        return False
    if isinstance(one, Amount) and isinstance(two, Amount):
        if not same_years(given, best):
            return False
        high, low = max(*one.values, *two.values), max(min(*one.values, *two.values), 1e-9)
        near = high / low <= _FACTOR
        if one.unit and not measured:
            return near and _share_words(given, best)
        return bool(one.things & two.things) or (near and bool(one.unit))
    return given is best or (given.language == best.language and _share_words(given, best))


def _share_words(one: Given, two: Given) -> bool:
    """Whether two sentences share most of the telling words of the shorter, their values aside, and not each has another name."""
    left, right = stems(one), stems(two)
    return not other_names(one, two) and 2 * len(left & right) >= min(len(left), len(right))


def _one_of_each_article(found: Sequence[Given]) -> list[Given]:
    """The first value of each article, and none of an article that only copies an earlier one."""
    kept: list[Given] = []
    for said in found:
        known = {i for k in kept for i in (k.candidate.article.id, *k.candidate.also_in)}
        if said.candidate.article.id not in known and not set(said.candidate.also_in) & known:
            kept.append(said)
    return kept


def _age(said: Given) -> tuple[date, str, int]:
    return said.candidate.article.date or date.min, said.candidate.article.id, said.span.start
