"""Whether a claim denies what the cited text says, or the other way round: a negation more or less, a word for its opposite."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.stopwords import stopwords
from index.terms import stem
from index.terms import words as words_in
from rag.verify.opposites import empty_negations, negations, negatives, opposites
from rag.verify.told import Finding, Told

_SCOPE = 4  # telling words on each side of a negation that it may deny
_CLAUSE = re.compile(r"[,;:()–—]|\s(?:and|but|und|aber|sondern|et|mais|y|pero|e|ma|и|но|а)\s", re.IGNORECASE)
_SHORT = 120  # characters of a sentence that says one thing
_WHOLE = 0.6  # of a cited sentence's length: a claim so long says all of it


def denials(claim: Told, cited: Sequence[Told]) -> Iterator[Finding]:
    """Negations that only one of them has, about the same."""
    negation = _negations(claim)
    if negation and not any(_negations(told) or negatives(told.language).search(told.text) for told in cited):
        yield _denied("negation", negation[0][0], f'"{negation[0][0]}" is not in the cited text')
    elif not negation and not negatives(claim.language).search(claim.text) and (theirs := _denying(claim, cited)):
        yield _denied("negation", theirs, f'the cited text denies it: "{theirs}"')


def _denying(claim: Told, cited: Sequence[Told]) -> str:
    """The negation of a cited text about what the claim says; of several texts all must deny it."""
    own = _stems(claim.text, claim.language)
    found = [_denied_in(claim, own, told) for told in cited]
    return found[0] if found and all(found) else ""


def _denied_in(claim: Told, own: set[str], told: Told) -> str:
    for word, clause in _negations(told):
        scope = _near(word, clause, told.language)
        same = claim.language == told.language
        if same and scope and len(scope & own) >= max(1, (len(scope) + 1) // 2):
            return word
        if not same and len(claim.text) >= _WHOLE * len(told.text) and len(told.text) <= _SHORT:
            return word
    return ""


def _near(word: str, clause: str, language: str) -> set[str]:
    """The stems of the telling words around a negation in its clause."""
    before, _, behind = clause.partition(word)
    left, right = (
        [stem(w, language) for w in words_in(part) if w not in stopwords(language)] for part in (before, behind)
    )
    return set(left[-_SCOPE // 2 :]) | set(right[:_SCOPE])


def _negations(told: Told) -> list[tuple[str, str]]:
    """Each negation of a text with its clause."""
    plain = empty_negations(told.language).sub(lambda m: "·" * len(m[0]), told.text)
    return [(m[0], clause) for clause in _CLAUSE.split(plain) for m in negations(told.language).finditer(clause)]


def opposed(claim: Told, cited: Sequence[Told]) -> Iterator[Finding]:
    """Words of the claim for whose opposite, and not for themselves, the cited text has one."""
    matters = zip(opposites(claim.language), *(opposites(told.language) for told in cited), strict=True)
    for own, *theirs in matters:
        for pole, other in ((0, 1), (1, 0)):
            word = own[pole].search(claim.text)
            if not word or own[other].search(claim.text):
                continue
            texts = [(poles, told.text) for poles, told in zip(theirs, cited, strict=True)]
            against = next(filter(None, (poles[other].search(text) for poles, text in texts)), None)
            if against and not any(poles[pole].search(text) for poles, text in texts):
                reason = f'it says "{word[0]}" where the cited text says "{against[0]}"'
                yield _denied("opposite", word[0], reason)


def _stems(text: str, language: str) -> set[str]:
    return {stem(w, language) for w in words_in(text) if w not in stopwords(language)}


def _denied(kind: str, text: str, reason: str) -> Finding:
    return Finding(
        kind="opposite" if kind == "opposite" else "negation", text=text, found=False, denied=True, reason=reason
    )
