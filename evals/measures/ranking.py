"""Measures of a ranking, by passage and by article.

By passage, what is sought are the pieces of evidence, and a hit finds each piece with which it shares a character. Passages and
pieces do not pair off, so a piece found twice counts once, at its first rank; and where one hit finds several pieces, they
stand in AP and nDCG as if one below the other: the i-th piece that is found has the rank of its hit, but no better than i. So
every measure stays between 0 and 1, one passage that holds all there is scores 1, and where each hit finds one piece at most,
this is the textbook's measure, as ir-measures computes it.

By article, what is sought are the files of the evidence, whole articles among them, graded by their best piece; several hits of
a file are one, at its first rank.

A case does not say whether its pieces are alternatives (the same fact in five articles) or all needed (two hops). Success@k
reads them as alternatives, Recall@k as all needed. A measure at k looks at the first k hits that the system gave, be they fewer.

They apply to answerable cases with evidence (by passage: all of it with a span) for which the system says what it found.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial

from evals.measures.measure import Measure
from evals.runs import Region, Row

CLEVERDON = "Cleverdon (1967), The Cranfield tests on index language devices"
VOORHEES = "Voorhees (1999), The TREC-8 question answering track report"
HARMAN = "Buckley and Voorhees (2005), Retrieval system evaluation"
JARVELIN = "Järvelin and Kekäläinen (2002), Cumulated gain-based evaluation of IR techniques"


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """What each hit found, best hit first, and the grade, 1 or more, of everything that is sought (at least one thing)."""

    found: Sequence[Set[Hashable]]
    grades: Mapping[Hashable, int]

    def ranks(self) -> dict[Hashable, int]:
        """The rank, from 1, at which each thing sought was first found; in this order, within a hit the best grade first."""
        first: dict[Hashable, int] = {}
        for rank, some in enumerate(self.found, start=1):
            new = some & self.grades.keys() - first.keys()
            first |= dict.fromkeys(sorted(new, key=lambda one: -self.grades[one]), rank)
        return first


def listed(ranking: Sequence[Hashable], grades: Mapping[Hashable, int]) -> Ranking:
    """The ranking where each hit finds one thing, as in TREC; listed twice, a thing has its first rank."""
    return Ranking(found=[{one} for one in dict.fromkeys(ranking)], grades=grades)


def recall(ranking: Ranking, k: int) -> float:
    """Recall@k: the share of what is sought that the first k hits find."""
    return sum(rank <= k for rank in ranking.ranks().values()) / len(ranking.grades)


def success(ranking: Ranking, k: int) -> float:
    """Success@k: 1 if the first k hits find anything that is sought."""
    return float(any(rank <= k for rank in ranking.ranks().values()))


def precision(ranking: Ranking, k: int) -> float:
    """Precision@k: the share of k that are hits which find anything sought, be it again."""
    return sum(bool(some & ranking.grades.keys()) for some in ranking.found[:k]) / k


def reciprocal_rank(ranking: Ranking) -> float:
    """RR: one over the first rank that finds anything, 0 if none does."""
    return 1 / min(ranking.ranks().values(), default=math.inf)


def average_precision(ranking: Ranking) -> float:
    """AP: for each thing sought, the share of the ranks down to it at which something is found; 0 where it is not found."""
    return sum(i / max(i, rank) for i, rank in enumerate(ranking.ranks().values(), start=1)) / len(ranking.grades)


def ndcg(ranking: Ranking, k: int) -> float:
    """nDCG@k: grades discounted by log2(rank + 1), over those of the best order."""
    found = enumerate(ranking.ranks().items(), start=1)
    gains = [(max(i, rank), ranking.grades[one]) for i, (one, rank) in found]
    ideal = list(enumerate(sorted(ranking.grades.values(), reverse=True), start=1))
    return _discounted(gains, k) / _discounted(ideal, k)


def _discounted(gains: Sequence[tuple[int, int]], k: int) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in gains if rank <= k)


def by_passage(row: Row) -> Ranking | None:
    """The ranking of the passages; None where it does not apply."""
    evidence = row.case.evidence
    if not searched(row) or len(row.gold) < len(evidence):
        return None
    grades: dict[Hashable, int] = {}
    for piece, one in zip(row.gold, evidence, strict=True):
        grades[piece] = max(one.relevance, grades.get(piece, 0))
    return Ranking(found=[{piece for piece in row.gold if _shares(hit, piece)} for hit in row.hits], grades=grades)


def by_article(row: Row) -> Ranking | None:
    """The ranking of the articles; None where it does not apply."""
    if not searched(row):
        return None
    grades: dict[Hashable, int] = {}
    for one in row.case.evidence:
        grades[one.file] = max(one.relevance, grades.get(one.file, 0))
    return listed([hit.file for hit in row.hits], grades)


def searched(row: Row) -> bool:
    """Whether there is evidence, and a word of what was found, be it nothing."""
    return row.error is None and "hits" in row.answer and bool(row.case.evidence)


def _shares(hit: Region, piece: Region) -> bool:
    """Whether they share a character: an empty span has none."""
    return len(hit.span) > 0 and hit.overlaps(piece)


def _value(ranking_of: Callable[[Row], Ranking | None], measured: Callable[[Ranking], float], row: Row) -> float | None:
    ranking = ranking_of(row)
    return None if ranking is None else measured(ranking)


def _measures(level: str, ranking_of: Callable[[Row], Ranking | None]) -> list[Measure]:
    at: list[tuple[str, Callable[..., float], tuple[int, ...], str]] = [
        ("Success", success, (1, 5, 10), VOORHEES),
        ("Recall", recall, (1, 5, 10), CLEVERDON),
        ("Precision", precision, (5,), CLEVERDON),
        ("nDCG", ndcg, (5, 10), JARVELIN),
    ]
    whole = [("RR", reciprocal_rank, VOORHEES), ("AP", average_precision, HARMAN)]
    named: list[tuple[str, Callable[[Ranking], float], str]] = [
        (f"{name}@{k}", partial(measured, k=k), source) for name, measured, ks, source in at for k in ks
    ]
    return [
        Measure(
            name=f"{name} ({level})",
            value=partial(_value, ranking_of, measured),
            yes_no=name.startswith("Success"),
            source=source,
            group="retrieval",
        )
        for name, measured, source in [*named, *whole]
    ]


MEASURES = (*_measures("passage", by_passage), *_measures("article", by_article))
