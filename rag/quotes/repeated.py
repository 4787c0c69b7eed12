"""A sentence that was an answer already: it answers a follow-up only as far as it holds what is newly asked.

How many firefighters fought the fire?      About 500 firefighters fought the fire on Monday evening.
And when?                                   the same sentence: it has a day
What did they save?                         another one: this one says nothing of saving
"""

from __future__ import annotations

from collections.abc import Sequence

from index.terms import stem
from rag.question.expect import Kind, expected, holds
from rag.question.references import of_its_own, telling
from rag.question.types import Query
from rag.types import Candidate
from rag.values.amounts import amounts
from rag.values.measures import units_in

_PERHAPS = (
    0.2  # of its probability, where a sentence holds the kind of thing that is asked for and none of the new words
)


def share_left(query: Query, candidate: Candidate) -> float:
    """What is left of the probability that a sentence answers, 0 to 1: all of it for one that has not been said."""
    before = query.follows
    if not before or " ".join(candidate.text.split()) not in " ".join(before.answered.split()):
        return 1.0
    kind, language = expected(before.asked), candidate.article.language
    if kind and not _has(candidate, kind, before.asked):
        return 0.0
    known = _stems(telling(before.question, query.language), query.language)
    new = _stems(of_its_own(before.asked, query.language), query.language) - known
    if not new or (language == query.language and new & _stems(telling(candidate.text, language), language)):
        return 1.0
    return _PERHAPS if kind else 0.0


def _has(candidate: Candidate, kind: Kind, question: str) -> bool:
    """Whether a sentence has such a thing; of numbers only amounts count, of the measure that is asked for."""
    if kind != "number":
        return holds(candidate.text, kind)
    units = units_in(question)
    found = amounts(candidate.text, candidate.article.language)
    return any(a.unit in units and (a.unit or a.things) for a in found) if units else bool(found)


def _stems(words: Sequence[str], language: str) -> set[str]:
    return {stem(word, language) for word in words}
