"""True claims to which a clause is added: one of ours that nobody says, one of another article, or the neighbour's.

A model that invents without a name or a number does it so. The neighbour's clause is true where its sentence is cited, too ("joined"),
and else is as little said as the others ("added"). Which clause it is, is drawn from the sentence itself (`tampering.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

from benchmarks.quality.claims import Cited
from benchmarks.quality.library import Library
from benchmarks.quality.tampering import drawn
from index.stopwords import stopwords

INVENTED = Path(__file__).with_name("claims_added.txt")
_ENDS = re.compile(r"[\s.!?…]+$")
_LAST = {
    "en": re.compile(r", (?:and|but|which|who|because|while|although|after) [^,;:.()\"“”\d]{15,90}(?=\.$)"),
    "de": re.compile(r", (?:und|aber|der|die|das|weil|während|obwohl|nachdem) [^,;:.()\"„“\d]{15,90}(?=\.$)"),
}
_NAME = re.compile(r"(?<=\s)[A-Z]")
_AND = {"en": ", and ", "de": ", und "}


def added(found: Library, made: Sequence[Cited]) -> Iterator[Cited]:
    """For the true ones of the claims of a set, those with a clause more."""
    true = [one for one in made if one.true and one.language in _AND and one.claim.endswith(".")]
    clauses = [(one, clause) for one in true if (clause := last_clause(one.claim, one.language))]
    for one in true:
        others = [
            c
            for other, c in clauses
            if other.language == one.language
            and other.cited[0].article.id != one.cited[0].article.id
            and other.tunes == one.tunes
        ]
        some = others if others and drawn(f"which {one.claim}", 2) else invented(one.language, tuning=one.tunes)
        clause = some[drawn(one.claim, len(some))]
        yield replace(one, kind="added", claim=with_clause(one.claim, clause), true=False)
    for one, two in _neighbours(found, true):
        claim = joined(one.claim, two.claim, one.language)
        yield replace(one, kind="joined", claim=claim, cited=one.cited + two.cited)
        yield replace(one, kind="added", claim=claim, true=False)


@cache
def invented(language: str, *, tuning: bool) -> tuple[str, ...]:
    """The clauses of ours in a language: those of odd lines tune."""
    lines = INVENTED.read_text(encoding="utf-8").splitlines()
    own = ((i, line[3:]) for i, line in enumerate(lines, start=1) if line.startswith(f"{language} "))
    return tuple(clause for i, clause in own if i % 2 == tuning)


def last_clause(text: str, language: str) -> str:
    """The last clause of a sentence that can stand behind another one, and has no number and, as far as capitals tell, no name."""
    found = _LAST[language].search(text)
    return "" if not found or (language == "en" and _NAME.search(found[0])) else found[0]


def with_clause(text: str, clause: str) -> str:
    """A sentence with a clause behind it."""
    return f"{_ENDS.sub('', text)}{clause}."


def joined(one: str, two: str, language: str) -> str:
    """Two sentences as one; the second begins with a small letter where its first word is no name for sure."""
    small = two.partition(" ")[0].lower() in stopwords(language)
    return f"{_ENDS.sub('', one)}{_AND[language]}{two[0].lower() if small else two[0]}{two[1:]}"


def _neighbours(found: Library, true: Sequence[Cited]) -> Iterator[tuple[Cited, Cited]]:
    """Claims that follow each other, as what they cite does."""
    by_place = {(one.cited[0].article.id, one.cited[0].span, one.language): one for one in true if len(one.cited) == 1}
    for sentences in found.sentences.values():
        for first, second in pairwise(sentences):
            for language in _AND:
                pair = [by_place.get((c.article.id, c.span, language)) for c in (first, second)]
                if pair[0] and pair[1]:
                    yield pair[0], pair[1]
