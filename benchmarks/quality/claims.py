"""Claims that are true of what they cite, and claims that are not: what verification is trained and measured on.

    own       claims.txt: written by hand over the sample corpus, true ones paraphrased, translated and merged, false ones of every kind
    ntrex     news sentences, each citing its translation, or with one change (`tampering.py`)
    xquad     encyclopaedia sentences of articles in two languages, likewise
    multihop  news sentences that cite themselves, likewise; true ones are two sentences put together
    clapnq    sentences that people wrote from the cited ones, all true

A sentence that cites its neighbour in place of its source is of the kind "source". Articles of `tunes` tune, the others test.
Nobody else's text is in the repository: sentences and changes are drawn again from the sets. Those in EXCLUDED were read and are not
what their kind says: the change left them true, or the translation differs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from benchmarks.quality.library import Library, plain
from benchmarks.quality.parts import XQUAD_TRAINS
from benchmarks.quality.tampering import CHANGES, drawn
from index.sentences import sentence_spans
from index.types import Span
from rag.types import Candidate

WRITTEN = Path(__file__).with_name("claims.txt")
EXCLUDED = Path(__file__).with_name("claims_excluded.txt")
_CALENDAR = r"\w+(?:day|tag)s?$|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Okt|Nov|Dec|Dez)\w*$"
_LENGTHS = range(45, 260)  # characters of a sentence that becomes a claim


@dataclass(frozen=True, kw_only=True)
class Cited:
    """A claim, what it cites, and whether that says it."""

    set: str
    kind: str
    claim: str
    language: str
    cited: tuple[Candidate, ...]
    true: bool
    tunes: bool

    @property
    def id(self) -> str:
        """Short, and the same as long as the claim and what it cites are."""
        return sha256("\n".join([self.claim, *(c.text for c in self.cited)]).encode()).hexdigest()[:10]

    @property
    def languages(self) -> str:
        """The claim's, and that of what is cited."""
        return f"{self.language}→{self.cited[0].hit.passage.language}"


def claims(name: str, found: Library) -> list[Cited]:
    """The claims of one set, without those that were read and are not what they should be."""
    excluded = {line.split()[0] for line in EXCLUDED.read_text(encoding="utf-8").splitlines() if line.strip()}
    return [one for one in _MAKERS[name](found) if one.id not in excluded]


def tunes(name: str, article: str) -> bool:
    """Whether the claims over an article tune; of XQuAD, the articles whose questions train, of the others every second one."""
    numbered = re.search(r"xq_\w\w_(\d+)", article)
    return int(numbered[1]) in XQUAD_TRAINS if numbered else sha256(f"{name} {article}".encode()).digest()[-1] % 2 == 0


def _own(found: Library) -> Iterator[Cited]:
    cited: list[Candidate] = []
    fresh = True
    for line in WRITTEN.read_text(encoding="utf-8").splitlines():
        if line.startswith("@"):
            file, _, words = line[1:].strip().partition(" | ")
            cited = ([] if fresh else cited) + [found.beginning(file, words)]
            fresh = False
        elif line.startswith(("+", "-")):
            sign, language, kind, _, claim = line.split(" ", 4)
            tuning = tunes("own", f"{cited[0].article.id} {cited[0].text}")
            one = Cited(
                set="own", kind=kind, claim=claim, language=language, cited=tuple(cited), true=sign == "+", tunes=tuning
            )
            yield one
            yield from _elsewhere(found, one)
            fresh = True


def _translated(name: str, found: Library, pairs: Sequence[tuple[str, str, Candidate]]) -> Iterator[Cited]:
    """Each claim with what it translates, with its neighbour, and with one change."""
    names = {language: _names([text for text, lang, _ in pairs if lang == language]) for language in ("en", "de")}
    shared = sorted(names["en"] & names["de"])
    for text, language, cited in pairs:
        one = Cited(
            set=name,
            kind="translated",
            claim=text,
            language=language,
            cited=(cited,),
            true=True,
            tunes=tunes(name, _twin(cited)),
        )
        yield one
        yield from _changed(one, shared)
        yield from _elsewhere(found, one)


def _elsewhere(found: Library, one: Cited) -> Iterator[Cited]:
    """A true claim with the neighbour of what it should cite."""
    beside = _beside(found, one.cited)
    if one.true and beside:
        yield replace(one, kind="source", cited=(beside,), true=False)


def _changed(one: Cited, names: Sequence[str]) -> Iterator[Cited]:
    """The claim with one change, of those that it allows the rarest in news first."""
    made = {kind: change(one.claim, one.language, names) for kind, change in CHANGES.items()}
    possible = [kind for kind in CHANGES if made[kind] != one.claim]
    if some := [kind for kind in possible if kind in _RARE] or possible:
        kind = some[drawn(one.claim, len(some))]
        yield replace(one, kind=kind, claim=made[kind], true=False)


def _names(texts: Sequence[str]) -> set[str]:
    """Words with a capital, not at the beginning."""
    words = {w for text in texts for w in re.findall(r"(?<=[a-zäöüß,] )[A-ZÄÖÜ][a-zäöüßéè]{3,}", text)}
    return {w for w in words if not re.match(_CALENDAR, w)}


def _twin(cited: Candidate) -> str:
    """What an article and its translation have in common: their path below the language."""
    return cited.article.id.partition("/")[2].replace("_en_", "_de_") or cited.article.id


def _beside(found: Library, cited: Sequence[Candidate]) -> Candidate | None:
    """The sentence after those that are cited, or else before them."""
    own = found.sentences[cited[0].article.id]
    places = [own.index(c) for c in cited if c in own]
    near = (i for i in (max(places) + 1, min(places) - 1) if 0 <= i < len(own))
    return next((own[i] for i in near if len(own[i].text) > _LENGTHS.start), None)


def _ntrex(found: Library) -> Iterator[Cited]:
    pairs = []
    for case in found.cases:
        evidence = case.evidence[0]
        span = Span(start=evidence.start or 0, end=evidence.end or 0)
        sentences = found.overlapping(evidence.file, span)
        if len(sentences) == 1 and len(case.question) in _LENGTHS:
            pairs.append((case.question, case.q_lang or "en", sentences[0]))
    yield from _translated("ntrex", found, pairs)


def _xquad(found: Library) -> Iterator[Cited]:
    """Sentences of paragraphs that have as many in both languages."""
    pairs = []
    for file, sentences in found.sentences.items():
        if file.startswith("en/"):
            other = _by_passage(found.sentences[file.replace("en", "de")])
            for ones, twos in zip(_by_passage(sentences), other, strict=False):
                pairs += _aligned(ones, twos) if len(ones) == len(twos) else []
    yield from _translated("xquad", found, pairs)


def _by_passage(sentences: Sequence[Candidate]) -> list[list[Candidate]]:
    """The sentences of each paragraph."""
    text = sentences[0].article.text
    groups: list[list[Candidate]] = [[sentences[0]]]
    for one, two in pairwise(sentences):
        if "\n" in text[one.span.end : two.span.start]:
            groups.append([])
        groups[-1].append(two)
    return groups


def _aligned(ones: Sequence[Candidate], twos: Sequence[Candidate]) -> Iterator[tuple[str, str, Candidate]]:
    for one, two in zip(ones, twos, strict=True):
        claim, cited, language = (one, two, "en") if drawn(one.text, 2) else (two, one, "de")
        if len(claim.text) in _LENGTHS and 0.6 < len(one.text) / len(two.text) < 1.5:
            yield plain(claim), language, cited


def _multihop(found: Library) -> Iterator[Cited]:
    pairs: dict[str, list[Candidate]] = {}
    for evidence in (e for case in found.cases for e in case.evidence):
        span = Span(start=evidence.start or 0, end=evidence.end or 0)
        sentences = found.overlapping(evidence.file, span)
        if (
            len(sentences) == 1
            and len(sentences[0].text) in _LENGTHS
            and sentences[0] not in pairs.get(evidence.file, [])
        ):
            pairs.setdefault(evidence.file, []).append(sentences[0])
    names = sorted(_names([c.text for some in pairs.values() for c in some]))
    for file, some in pairs.items():
        for c in some:
            one = Cited(
                set="multihop",
                kind="",
                claim=plain(c),
                language="en",
                cited=(c,),
                true=True,
                tunes=tunes("multihop", file),
            )
            yield from _changed(one, names)
        if len(some) > 1:
            joined = f"{plain(some[0]).rstrip('.')}; {plain(some[1])}"
            yield Cited(
                set="multihop",
                kind="merged",
                claim=joined,
                language="en",
                cited=tuple(some[:2]),
                true=True,
                tunes=tunes("multihop", file),
            )


def _clapnq(found: Library) -> Iterator[Cited]:
    """The sentences of the first answer, each citing all that its writer used."""
    for case in found.cases:
        if case.answerable and case.references and case.evidence:
            file = case.evidence[0].file
            spans = [Span(start=e.start or 0, end=e.end or 0) for e in case.evidence if e.file == file]
            cited = tuple(c for c in found.sentences.get(file, ()) if any(c.span.overlaps(span) for span in spans))
            text = case.references[0]
            for span in sentence_spans(text, "en"):
                if len(span) in _LENGTHS and cited:
                    yield Cited(
                        set="clapnq",
                        kind="paraphrase",
                        claim=span.of(text),
                        language="en",
                        cited=cited,
                        true=True,
                        tunes=tunes("clapnq", file),
                    )


_MAKERS = {"own": _own, "ntrex": _ntrex, "xquad": _xquad, "multihop": _multihop, "clapnq": _clapnq}
SETS = tuple(_MAKERS)
_RARE = ("number", "date", "unit", "role")
"""Changes that few sentences allow."""
