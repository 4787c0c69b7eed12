"""Whether what is cited says what a claim says: facts first, then meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from index.catalog import Catalog
from index.embed import Embedder
from index.language import UNKNOWN, detect_language
from index.stopwords import stopwords
from index.terms import words
from rag.model import Logistic, learned
from rag.translated import LANGUAGES
from rag.types import Candidate, Support
from rag.verify.meaning import Meaning, facts_values, meaning_values, together
from rag.verify.names import names, parted, places
from rag.verify.polarity import denials, opposed
from rag.verify.quantities import quantities, quantity_places
from rag.verify.roles import swapped
from rag.verify.told import Finding, Told

FACTS, MEANING = "support_facts", "support_meaning"
RIGHT, MEANT, PARTLY = 0.6, 0.2, 0.1
"""The probabilities from which on facts are right, and the cited text means the claim or a part of it; chosen on the claims that tune."""
LIKELY, SURE = 0.5, 0.9
"""Those from which on a sentence means a claim that cites nothing, or another sentence: more of what a model writes then is false."""
_CLOSE = 0.1  # to one of these probabilities: the verdict may be the other one
_TRIED = 5  # sentences that come nearest to a claim that cites nothing
_FEWEST = 4  # words that tell their language
_FEWEST_TELLING = 4  # words of a claim for which a source is looked for
_MUST = ("number", "date")


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


class Verifier:
    """Checks claims against sentences of one catalog. Thread-safe."""

    def __init__(self, catalog: Catalog, embedder: Embedder) -> None:
        self._meaning = Meaning(catalog, embedder)

    def verdict(self, claim: str, language: str, cited: Sequence[Candidate]) -> Verdict:
        """How well the cited sentences together support a claim; `language` is the one that it is expected in."""
        if not cited:
            return Verdict(support="unsupported", reasons=("no source is cited",))
        if words(claim) and any(words(c.text) == words(claim) for c in cited):
            return Verdict(support="supported", reasons=("word for word",))
        if not _telling(claim, _told(claim, language, cited).language):
            return Verdict(support="unchecked", reasons=("it says nothing that can be checked",))
        return judged(self.weighed(claim, language, cited))

    def supporting(
        self, claim: str, language: str, retrieved: Sequence[Candidate], least: float = LIKELY
    ) -> Candidate | None:
        """The sentence that supports a claim that does not cite it, by facts and by meaning; None where none does.

        That it means the claim must have at least the probability `least`.
        """
        own = _told(claim, language, retrieved).language
        if not retrieved or _telling(claim, own) < _FEWEST_TELLING:
            return None
        near = self._meaning.nearness(self._meaning.read(claim), own, retrieved)
        nearest = sorted(range(len(retrieved)), key=lambda i: -near[i].likeness())[:_TRIED]
        tried = (retrieved[i] for i in nearest)
        return next((c for c in tried if self._surely(claim, language, c, least)), None)

    def _surely(self, claim: str, language: str, cited: Candidate, least: float) -> bool:
        """Whether a sentence supports a claim, and is so sure to mean it: nobody said that it is the source."""
        weighed = self.weighed(claim, language, [cited])
        meant = learned(MEANING).probability(weighed.meaning)
        return judged(weighed).support == "supported" and meant >= least

    def weighed(self, claim: str, language: str, cited: Sequence[Candidate]) -> Weighed:
        """What both tiers see."""
        plain, sources = _told(claim, language, cited), [Told.of(c) for c in cited]
        read = self._meaning.read(plain.text)
        told = replace(plain, likely=read.likely)
        found = tuple(findings(told, sources))
        nearness = together(self._meaning.nearness(read, told.language, cited))
        return Weighed(
            language=told.language,
            findings=found,
            facts=facts_values(sources, found, nearness),
            meaning=meaning_values(told, sources, nearness),
        )


def findings(claim: Told, cited: Sequence[Told]) -> Iterator[Finding]:
    """Every fact of a claim, found or not."""
    yield from quantities(claim, cited)
    yield from names(claim, cited)
    yield from denials(claim, cited)
    yield from opposed(claim, cited)
    swaps = [[*parted(claim, t), *swapped(claim, t, places(claim, t), quantity_places(claim, t))] for t in cited]
    if all(swaps):
        yield from swaps[0]


def judged(weighed: Weighed, models: Mapping[str, Logistic] | None = None) -> Verdict:
    """The verdict: all numbers and days must be there, and both tiers must find it probable."""
    models = models or {name: learned(name) for name in (FACTS, MEANING)}
    lost = [f for f in weighed.findings if f.kind in _MUST and not f.found]
    facts, meant = models[FACTS].probability(weighed.facts), models[MEANING].probability(weighed.meaning)
    right = not lost and facts >= RIGHT
    denied = not right and any(f.denied for f in weighed.findings)
    reasons = tuple(dict.fromkeys(f.reason for f in weighed.findings if not f.found and (f.sure or f.denied)))
    if weighed.language not in LANGUAGES and not lost:
        told = f"names and negations are not checked in this language ({weighed.language})"
        return Verdict(support="unchecked", reasons=(told,))
    if right and meant >= MEANT:
        support: Support = "supported"
    else:
        support = "unsupported" if denied or meant < (PARTLY if right else MEANT) else "partial"
    said: dict[Support, tuple[str, ...]] = {
        "supported": (),
        "partial": reasons or ("the cited text says only a part of it",),
        "unsupported": reasons if denied else (*reasons, "the cited text does not say this"),
    }
    open_ = not lost and not denied and facts >= RIGHT - _CLOSE
    near = min(abs(facts - RIGHT), abs(meant - MEANT)) < _CLOSE
    return Verdict(support=support, reasons=said[support], close=open_ and (support == "partial" or near))


def _told(claim: str, language: str, cited: Sequence[Candidate]) -> Told:
    """The claim in the language that it is written in, which a model may choose itself."""
    text = " ".join(claim.split())
    among = {language, *LANGUAGES, *(c.hit.passage.language for c in cited)} - {UNKNOWN}
    found = detect_language(text, among) if len(text.split()) >= _FEWEST else UNKNOWN
    return Told(text=text, language=language if found == UNKNOWN else found)


def _telling(claim: str, language: str) -> int:
    """How many words of a claim say something of its subject."""
    return sum(w not in stopwords(language) for w in words(claim))
