"""Whether what is cited says what a claim says: facts first, then meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from index.catalog import Catalog
from index.embed import Embedder
from index.language import UNKNOWN, detect_language
from index.stopwords import stopwords
from index.terms import words
from rag.model import Logistic, learned
from rag.types import Candidate, Support
from rag.verify.meaning import Meaning, Nearness, Read, clause_values, facts_values, meaning_values, together
from rag.verify.names import names, parted, places
from rag.verify.polarity import denials, opposed, unlike
from rag.verify.quantities import quantities, quantity_places
from rag.verify.roles import swapped
from rag.verify.told import Finding, Told, stems
from rag.verify.translated import LANGUAGES

FACTS, MEANING, CLAUSE = "support_facts", "support_meaning", "support_clause"
RIGHT, MEANT, PARTLY, SAID = 0.6, 0.2, 0.1, 0.1
"""The probabilities from which on facts are right, the cited text means the claim or a part of it, and has a clause; chosen on the claims
that tune."""
LIKELY, SURE = 0.5, 0.9
"""Those from which on a sentence means a claim that cites nothing, or another sentence: more of what a model writes then is false."""
_CLOSE = 0.1  # to one of these probabilities: the verdict may be the other one
_TRIED = 5  # sentences that come nearest to a claim that cites nothing
_FEWEST = 4  # words that tell their language
_FEWEST_TELLING = 4  # words of a claim whose likeness says something
_MUST = ("number", "date")
_YES_OR_NO = re.compile(r"^(?:yes|no|ja|nein|oui|non|sí|да|нет|sì)[,.:;!–—-]+\s+(?=\w)", re.IGNORECASE)
"""What a sentence may begin with that answers the question; that what follows is said can be checked."""
_OF_SOURCES = re.compile(
    r"(?<!\w)(?:the|th[ei]se?|provided|cited|given|d(?:as|e[mnr]|ie)|diese[mnrs]?|l(?:es?|['’])|ce[ts]?|el|los|las|il|gli|в|этих)\s?"
    r"(?:\w+ )?(?:articles?|sources?|texts?|artikeln?|quellen?|texte[ns]?|artículos?|fuentes?|textos?|articol[oi]|font[ei]"
    r"|стать(?:ях|е|я|и))(?! (?:\d|of|de[rs]?|du|von)|\w)",
    re.I,
)
_DO_NOT_SAY = re.compile(
    r"(?:(?<!\w)(?:not|no|nicht|pas|ne|non|не)|n['’]t)(?: \w+){0,4}? (?:mention|describ|specif|discuss|erwähn|genannt|beschr[ie]"
    r"|décri|précis|mencion|especific|menzion|specific|упом[яи]н|указ|опис)\w*",
    re.I,
)
"""Both in a sentence: it tells what the articles do not have, and no sentence of theirs shows that."""
_POINTS = " ,;:.!?–—"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """How well a claim is supported, and why it is not, in words.

    It is `close` where the cited text has all its numbers and days, and says only a part of it or is near to another verdict.
    """

    support: Support
    reasons: tuple[str, ...] = ()
    close: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """A claim and what is cited, as both tiers see them: what was found, and what each tier's probability is made of."""

    language: str
    findings: tuple[Finding, ...]
    facts: dict[str, float]
    meaning: dict[str, float]
    clauses: tuple[tuple[str, dict[str, float]], ...] = ()


class Verifier:
    """Checks claims against sentences of one catalog. Thread-safe."""

    def __init__(self, catalog: Catalog, embedder: Embedder) -> None:
        self._meaning = Meaning(catalog, embedder)

    def verdict(self, claim: str, language: str, cited: Sequence[Candidate]) -> Verdict:
        """How well the cited sentences together support a claim; `language` is the one that it is expected in."""
        if not cited:
            return Verdict(support="unsupported", reasons=("no source is cited",))
        plain = _told(claim, language, cited)
        if words(claim) and any(words(c.text) in (words(claim), words(plain.text)) for c in cited):
            return Verdict(support="supported", reasons=("word for word",))
        of_sources = _OF_SOURCES.search(plain.text) and _DO_NOT_SAY.search(plain.text)
        if of_sources or not _telling(claim, plain.language):
            return Verdict(support="unchecked", reasons=("it says nothing that can be checked",))
        if _is_unsaid(plain, [Told.of(c) for c in cited]):
            return Verdict(support="unsupported", reasons=("the cited text does not say this",))
        return judged(self.weighed(claim, language, cited))

    def supporting(
        self, claim: str, language: str, retrieved: Sequence[Candidate], least: float = LIKELY
    ) -> Candidate | None:
        """The sentence that supports a claim that does not cite it, by facts and by meaning; None where none does.

        That it means the claim must have at least the probability `least`; and that it has each of its clauses, LIKELY.
        """
        own = _told(claim, language, retrieved).language
        if not retrieved or _telling(claim, own) < _FEWEST_TELLING:
            return None
        near = self._meaning.nearness(self._meaning.read(claim, own), own, retrieved)
        nearest = sorted(range(len(retrieved)), key=lambda i: -near[i].likeness())[:_TRIED]
        tried = (retrieved[i] for i in nearest)
        return next((c for c in tried if self._surely(claim, language, c, least)), None)

    def _surely(self, claim: str, language: str, cited: Candidate, least: float) -> bool:
        """Whether a sentence supports a claim, and is so sure to mean it: nobody said that it is the source."""
        weighed = self.weighed(claim, language, [cited])
        meant = learned(MEANING).probability(weighed.meaning)
        said = min((learned(CLAUSE).probability(values) for _, values in weighed.clauses), default=1.0)
        return judged(weighed).support == "supported" and meant >= least and said >= LIKELY

    def weighed(self, claim: str, language: str, cited: Sequence[Candidate]) -> Weighed:
        """What both tiers see."""
        plain, sources = _told(claim, language, cited), [Told.of(c) for c in cited]
        read = self._meaning.read(plain.text, plain.language)
        told = replace(plain, likely=read.likely)
        found = tuple(findings(told, sources))
        nearness = together(self._meaning.nearness(read, told.language, cited))
        return Weighed(
            language=told.language,
            findings=found,
            facts=facts_values(told, sources, found, nearness),
            meaning=meaning_values(told, sources, nearness),
            clauses=tuple(_clauses(told, sources, read, nearness)),
        )


def _clauses(
    claim: Told, cited: Sequence[Told], read: Read, nearness: Nearness
) -> Iterator[tuple[str, dict[str, float]]]:
    """The clauses of a claim but the first, each with what the probability that it is said is made of; not what is said word for word."""
    for part in read.clauses:
        text = "".join(read.words[part]).strip()
        if not any(_holds(told.text, text) for told in cited):
            yield text, clause_values(claim, cited, nearness, part)


def _holds(text: str, part: str) -> bool:
    """Whether a text has these words in a row."""
    return f" {' '.join(words(part))} " in f" {' '.join(words(text))} "


def findings(claim: Told, cited: Sequence[Told]) -> Iterator[Finding]:
    """Every fact of a claim, found or not."""
    yield from quantities(claim, cited)
    yield from names(claim, cited)
    yield from denials(claim, cited)
    yield from opposed(claim, cited)
    yield from unlike(claim, cited)
    swaps = [[*parted(claim, t), *swapped(claim, t, places(claim, t), quantity_places(claim, t))] for t in cited]
    if all(swaps):
        yield from swaps[0]


def judged(weighed: Weighed, models: Mapping[str, Logistic] | None = None) -> Verdict:
    """The verdict: all numbers and days must be there, both tiers must find it probable, and every clause must be said."""
    models = models or {name: learned(name) for name in (FACTS, MEANING, CLAUSE)}
    lost = [f for f in weighed.findings if f.kind in _MUST and not f.found]
    facts, meant = models[FACTS].probability(weighed.facts), models[MEANING].probability(weighed.meaning)
    right = not lost and facts >= RIGHT
    denied = not right and any(f.denied for f in weighed.findings)
    reasons = tuple(dict.fromkeys(f.reason for f in weighed.findings if not f.found and (f.sure or f.denied)))
    unsaid = tuple(text for text, values in weighed.clauses if models[CLAUSE].probability(values) < SAID)
    if weighed.language not in LANGUAGES and not lost:
        told = f"names and negations are not checked in this language ({weighed.language})"
        return Verdict(support="unchecked", reasons=(told,))
    if right and meant >= MEANT and not unsaid:
        support: Support = "supported"
    else:
        support = "unsupported" if denied or meant < (PARTLY if right else MEANT) else "partial"
    said: dict[Support, tuple[str, ...]] = {
        "supported": (),
        "partial": (*reasons, *map(_unsaid, unsaid)) or ("the cited text says only a part of it",),
        "unsupported": reasons if denied else (*reasons, "the cited text does not say this"),
    }
    open_ = not lost and not denied and facts >= RIGHT - _CLOSE
    near = min(abs(facts - RIGHT), abs(meant - MEANT)) < _CLOSE
    return Verdict(support=support, reasons=said[support], close=open_ and (support == "partial" or near))


def _unsaid(clause: str) -> str:
    return f'the cited text does not say "{clause.strip(_POINTS)}"'


def _told(claim: str, language: str, cited: Sequence[Candidate]) -> Told:
    """The claim in the language that it is written in, which a model may choose itself."""
    text = _YES_OR_NO.sub("", " ".join(claim.split()))
    among = {language, *LANGUAGES, *(c.hit.passage.language for c in cited)} - {UNKNOWN}
    found = detect_language(text, among) if len(text.split()) >= _FEWEST else UNKNOWN
    return Told(text=text, language=language if found == UNKNOWN else found)


def _is_unsaid(claim: Told, cited: Sequence[Told]) -> bool:
    """Whether a claim of a few words shares none with texts in its language: their likeness says little."""
    own = stems(claim.text, claim.language)
    if claim.language not in LANGUAGES or len(own) >= _FEWEST_TELLING:
        return False
    return all(told.language == claim.language and not own & stems(told.text, told.language) for told in cited)


def _telling(claim: str, language: str) -> int:
    """How many words of a claim say something of its subject."""
    return sum(w not in stopwords(language) for w in words(claim))
