"""Citations against the evidence: by span, by sentence and by article.

The idea of scoring citations for recall and precision is that of ALCE (Gao et al., 2023), which asks a language model whether a
passage entails a statement; here the evidence is known, and nobody is asked.

- by span: precision is the mean share of a citation's characters that are evidence, recall the share of the evidence's
  characters that are cited;
- by sentence: a citation is right if it has a character in common with a piece of evidence; recall is the share of the pieces
  that are cited. Both are sentences in most sets, and in the quotes of Sourceline;
- by article: a citation is right if the evidence has a piece in its file; recall is the share of those files that are cited.

A citation is a number that a claim gives; what is listed, but given by no claim, is not cited. A number that leads to no place
is wrong in each of the three. An answer without claims cites all that it lists.

Precision, recall and F1 apply to answered cases that have evidence (by span and sentence: all of it with a span). A refusal
cites nothing, so that recall would count it a second time: "answered right" is the measure in which refusing costs. Where the
pieces are alternatives, one right citation has a recall below 1 and is still "answered right".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from functools import partial
from statistics import harmonic_mean

from evals.measures.measure import Measure
from evals.measures.spans import has_spans, length, merged, shared
from evals.runs import Region, Row

ALCE = "Gao et al. (2023), Enabling large language models to generate text with citations"
SQUAD2 = "Rajpurkar et al. (2018), Know what you don't know"
RIJSBERGEN = "van Rijsbergen (1979), Information retrieval"


@dataclass(frozen=True, kw_only=True)
class Level:
    """How closely citations are compared with the evidence of a row.

    `right` is the worth of one citation, `found` the share of the evidence that is cited, both 0 to 1.
    """

    name: str
    applies: Callable[[Row], bool]
    right: Callable[[Row, Region], float]
    found: Callable[[Row, Sequence[Region]], float]


def numbers(row: Row) -> Set[int]:
    """The citations of an answer, by their numbers."""
    claims = row.answer.get("claims")
    if claims:
        return {number for claim in claims for number in claim["citations"]}
    return {citation["number"] for citation in row.answer.get("citations", ())}


def places(row: Row) -> list[Region]:
    """The citations of an answer that lead to a place."""
    return [row.citations[number] for number in sorted(numbers(row) & row.citations.keys())]


def span_right(row: Row, citation: Region) -> float:
    """The share of the characters of a citation that are evidence."""
    return shared([citation], row.gold) / length([citation]) if length([citation]) else 0.0


def span_found(row: Row, cited: Sequence[Region]) -> float:
    """The share of the characters of the evidence that are cited."""
    return shared(cited, row.gold) / length(merged(row.gold))


def sentence_right(row: Row, citation: Region) -> float:
    """1 if the citation and a piece of evidence have a character in common."""
    return float(shared([citation], row.gold) > 0)


def sentence_found(row: Row, cited: Sequence[Region]) -> float:
    """The share of the pieces of evidence that have a character in common with a citation."""
    pieces = set(row.gold)
    return sum(shared(cited, [piece]) > 0 for piece in pieces) / len(pieces)


def article_right(row: Row, citation: Region) -> float:
    """1 if the citation is of an article with evidence."""
    return float(citation.file in _files(row))


def article_found(row: Row, cited: Sequence[Region]) -> float:
    """The share of the articles with evidence that are cited."""
    return len(_files(row) & {citation.file for citation in cited}) / len(_files(row))


def _files(row: Row) -> set[str]:
    return {evidence.file for evidence in row.case.evidence}


LEVELS = (
    Level(name="span", applies=has_spans, right=span_right, found=span_found),
    Level(name="sentence", applies=has_spans, right=sentence_right, found=sentence_found),
    Level(name="article", applies=lambda row: bool(row.case.evidence), right=article_right, found=article_found),
)


def recall(level: Level, row: Row) -> float | None:
    """The share of the evidence that is cited."""
    return level.found(row, places(row)) if row.answered and level.applies(row) else None


def precision(level: Level, row: Row) -> float | None:
    """The mean worth of the citations, 0 for one that leads nowhere; None where nothing is cited."""
    if not row.answered or not level.applies(row) or not numbers(row):
        return None
    return sum(level.right(row, place) for place in places(row)) / len(numbers(row))


def f1(level: Level, row: Row) -> float | None:
    """The harmonic mean of precision and recall; 0 where nothing is cited."""
    found = recall(level, row)
    return None if found is None else harmonic_mean([precision(level, row) or 0.0, found])


def invented(row: Row) -> float | None:
    """The share of the citations that lead nowhere."""
    return 1 - len(places(row)) / len(numbers(row)) if row.answered and numbers(row) else None


def right(row: Row) -> float | None:
    """1 if an answerable case is answered, and a citation has a character of the evidence, or is of an article that is evidence."""
    if row.answered is None or not row.case.evidence:
        return None
    whole = {evidence.file for evidence in row.case.evidence if evidence.span is None}
    cited = places(row) if row.answered else []
    return float(any(sentence_right(row, place) or place.file in whole for place in cited))


MEASURES = (
    Measure(name="answered right", value=right, yes_no=True, source=f"{SQUAD2}; {ALCE}", group="citation"),
    *(
        Measure(name=f"citation {name} ({level.name})", value=partial(measured, level), source=source, group="citation")
        for level in LEVELS
        for name, measured, source in (("precision", precision, ALCE), ("recall", recall, ALCE), ("F1", f1, RIJSBERGEN))
    ),
    Measure(name="invented citations", value=invented, better="lower", source=ALCE, group="citation"),
)
