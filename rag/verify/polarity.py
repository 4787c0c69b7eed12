"""Whether a claim denies what the cited text says, or the other way round: a negation more or less, a word for its opposite."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.stopwords import stopwords
from index.terms import stem
from index.terms import words as words_in
from rag.verify.opposites import Poles, empty_negations, negations, negatives, opposites, phrase_negations, prefixes
from rag.verify.told import Finding, Told, stems

_SCOPE = 4  # telling words on each side of a negation that it may deny
_CLAUSE = re.compile(r"[,;:()–—]|\s(?:and|but|und|aber|sondern|et|mais|y|pero|e|ma|и|но|а)\s(?!\d)", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_MOST = 2 / 3  # of the telling words of a claim: what has them without a negation says it
_ALIKE = 2  # telling words of them that are enough where the very next one is among them: "not obliged"
_SHORTEST_OPPOSITE = 5  # letters: trust
_SHORT = 200  # characters of a sentence that mostly says one thing
_WHOLE = 0.6  # of a cited sentence's length: a claim so long says all of it


def denials(claim: Told, cited: Sequence[Told]) -> Iterator[Finding]:
    """Negations that only one of them has, about the same."""
    foreign = all(told.language != claim.language for told in cited)
    negations = [one for one in _negations(claim) if not (foreign and _is_of_phrase(one[0], claim.language))]
    alike = any(_negations(told) or negatives(told.language).search(told.text) for told in cited)
    lost = [word for word, clause in negations if not alike or _undenied(word, clause, claim, cited)]
    if lost:
        yield _denied("negation", lost[0], f'"{lost[0]}" is not in the cited text')
    elif not negatives(claim.language).search(claim.text) and (theirs := _denying(claim, cited)):
        yield _denied("negation", theirs, f'the cited text denies it: "{theirs}"')


def _undenied(word: str, clause: str, claim: Told, cited: Sequence[Told]) -> bool:
    """Whether the cited texts say what a negation of the claim denies, in clauses that have none."""
    scope = _near(word, clause, claim.language)
    about = [
        bool(negations(told.language).search(theirs) or negatives(told.language).search(theirs))
        for told in cited
        for theirs in _CLAUSE.split(told.text)
        if told.language == claim.language and _covers(stems(theirs, told.language), scope)
    ]
    return bool(about) and not any(about)


def _covers(own: set[str], scope: set[str]) -> bool:
    return bool(scope) and len(scope & own) >= (len(scope) + 1) // 2


def _denying(claim: Told, cited: Sequence[Told]) -> str:
    """The negation of a cited text about what the claim says, which no other says plainly; of texts in other languages all must deny it."""
    own = stems(" ".join(_plain(claim)), claim.language)
    near = [told for told in cited if told.language == claim.language]
    found = [_denied_in(claim, own, told) for told in near or cited]
    if not near:
        return found[0] if found and all(found) else ""
    says = [stems(clause, told.language) & own for told in near for clause in _plain(told)]
    return "" if any(len(said) >= _MOST * len(own) for said in says) else next(filter(None, found), "")


def _plain(told: Told) -> list[str]:
    """The clauses that deny nothing."""
    return [clause for clause in _CLAUSE.split(told.text) if not negations(told.language).search(clause)]


def _denied_in(claim: Told, own: set[str], told: Told) -> str:
    denied = [_near(word, clause, claim.language) for word, clause in _negations(claim)]
    for word, clause in _negations(told):
        scope = _near(word, clause, told.language)
        if claim.language == told.language:
            if any(_covers(what, scope) for what in denied):
                continue
            if _covers(own, scope) or (_first(word, clause, told.language) & own and len(scope & own) >= _ALIKE):
                return word
        elif _is_of_phrase(word, told.language):
            continue
        elif not _negations(claim) and len(claim.text) >= _WHOLE * len(told.text) and len(told.text) <= _SHORT:
            return word
    return ""


def _is_of_phrase(negation: str, language: str) -> bool:
    """Whether a negation denies a phrase and no sentence; another language may say it in one word: "wireless", "ohne Kabel"."""
    return bool(phrase_negations(language).fullmatch(negation))


def _near(word: str, clause: str, language: str) -> set[str]:
    """The stems of the telling words around a negation in its clause."""
    before, _, behind = clause.partition(word)
    left, right = (
        [stem(w, language) for w in words_in(part) if w not in stopwords(language)] for part in (before, behind)
    )
    return set(left[-_SCOPE // 2 :]) | set(right[:_SCOPE])


def _first(word: str, clause: str, language: str) -> set[str]:
    """The stem of the telling word that a negation stands before."""
    behind = words_in(clause.partition(word)[2])
    return {stem(w, language) for w in behind[:1] if w not in stopwords(language)}


def _negations(told: Told) -> list[tuple[str, str]]:
    """Each negation of a text with its clause."""
    plain = empty_negations(told.language).sub(lambda m: "·" * len(m[0]), told.text)
    return [(m[0], clause) for clause in _CLAUSE.split(plain) for m in negations(told.language).finditer(clause)]


def opposed(claim: Told, cited: Sequence[Told]) -> Iterator[Finding]:
    """Words of the claim for whose opposite the cited text has one more, and fewer for themselves.

    So has the clause with the same numbers: of "it rose in 2020 and fell in 2021" the first one for "it fell in 2020".
    """
    texts = [told.text for told in cited]
    numbered = [_numbered(text, claim.text) for text in texts]
    matters = zip(opposites(claim.language), *(opposites(told.language) for told in cited), strict=True)
    for own, *theirs in matters:
        yield from _more_opposite(claim.text, own, list(zip(texts, theirs, strict=True)))
        yield from _more_opposite(_numbered(claim.text, " ".join(texts)), own, list(zip(numbered, theirs, strict=True)))


def _more_opposite(claim: str, own: Poles, cited: Sequence[tuple[str, Poles]]) -> Iterator[Finding]:
    ours = [pole.findall(claim) for pole in own]
    told = [[w for text, poles in cited for w in poles[i].findall(text)] for i in (0, 1)]
    for pole, other in ((0, 1), (1, 0)):
        if len(ours[pole]) > len(told[pole]) and len(told[other]) > len(ours[other]):
            reason = f'it says "{ours[pole][0]}" where the cited text says "{told[other][0]}"'
            yield _denied("opposite", ours[pole][0], reason)


def _numbered(text: str, other: str) -> str:
    """The clause of a text that has all of its numbers that another one has, too; "" where there are none, or no clause has them all."""
    shared = set(_DIGITS.findall(text)) & set(_DIGITS.findall(other))
    return next((clause for clause in _CLAUSE.split(text) if shared and shared <= set(_DIGITS.findall(clause))), "")


def unlike(claim: Told, cited: Sequence[Told]) -> Iterator[Finding]:
    """Words of the claim that the cited text in its language only has with a prefix that makes the opposite, or the other way round."""
    own = set(words_in(claim.text))
    for told in (t for t in cited if t.language == claim.language):
        theirs = set(words_in(told.text))
        for word, other in _made_opposite(own - theirs, theirs - own, told.language):
            yield _denied("opposite", word, f'it says "{word}" where the cited text says "{other}"')


def _made_opposite(own: set[str], theirs: set[str], language: str) -> list[tuple[str, str]]:
    pairs = [(p, w) for p in prefixes(language) for w in own | theirs if len(w) >= _SHORTEST_OPPOSITE]
    made = [(w, f"{p}{w}") for p, w in pairs]
    return sorted(
        [(a, b) for a, b in made if a in own and b in theirs] + [(b, a) for a, b in made if b in own and a in theirs]
    )


def _denied(kind: str, text: str, reason: str) -> Finding:
    return Finding(
        kind="opposite" if kind == "opposite" else "negation", text=text, found=False, denied=True, reason=reason
    )
