"""Hits and sentences for each part of a question, not three for the same one.

Greedy weighted coverage (Nemhauser, Wolsey and Fisher, 1978): next comes what adds most to how well the parts are covered. The
best for the question as a whole always stays first.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from index.duplicates import copies
from rag.retrieval.rerank import DEPTH
from rag.types import Candidate, Hit, Part

FIRST = 6  # hits that are chosen by what they add; behind them the others follow as they were
_SPREAD = 2.0  # points that a hit may be below the best of its part, and still covers a third of it
NEW = 0.2  # how much of a part's probability a further sentence must add; chosen by benchmarks.quality.several

Fits = Mapping[str, float]
_Key = tuple[str, int]


def covering(whole: Sequence[Hit], by_part: Sequence[Sequence[Hit]]) -> list[Hit]:
    """As many hits as `whole` has, its first one first, then those of the question or of a part that cover most.

    Only the first DEPTH of the question are looked at: those behind them have scores of another kind. A hit that only a part found
    has the least score of these.
    """
    if not whole or not by_part:
        return list(whole)
    most, (whole, behind) = len(whole), (whole[:DEPTH], whole[DEPTH:])
    floor = min(hit.score for hit in whole)
    found = {hit.passage.id: replace(hit, score=floor) for hits in by_part for hit in hits}
    pool = _different([*whole, *(hit for i, hit in found.items() if i not in {h.passage.id for h in whole})])
    fits = [(1.0, _fits(whole)), *((1 / len(by_part), _fits(hits)) for hits in by_part)]
    chosen, rest = pool[:1], pool[1:]
    while rest and len(chosen) < min(FIRST, len(whole)):
        best = max(rest, key=lambda hit: _gain(hit, chosen, fits))
        chosen.append(best)
        rest.remove(best)
    ids = {hit.passage.id for hit in chosen}
    left = (hit for hit in (*whole, *behind) if hit.passage.id not in ids)
    return [replace(hit, rank=rank) for rank, hit in enumerate([*chosen, *left][:most], start=1)]


def _fits(hits: Sequence[Hit]) -> dict[str, float]:
    """How well each hit covers what was searched, 0 to 1, by passage id; the best of them covers it wholly."""
    best = max((hit.score for hit in hits), default=0.0)
    return {hit.passage.id: math.exp((hit.score - best) / _SPREAD) for hit in hits}


def _gain(hit: Hit, chosen: Sequence[Hit], fits: Sequence[tuple[float, Fits]]) -> float:
    return sum(
        weight * max(0.0, fit.get(hit.passage.id, 0.0) - max(fit.get(c.passage.id, 0.0) for c in chosen))
        for weight, fit in fits
    )


def _different(hits: Sequence[Hit]) -> list[Hit]:
    """Each text once: two searches may have found two copies of it."""
    first = copies([h.passage.text for h in hits], [h.passage.article_id for h in hits])
    return [hit for i, hit in enumerate(hits) if first[i] == i]


def told_apart(best_first: Sequence[Candidate], by_part: Sequence[Sequence[Candidate]]) -> list[Candidate]:
    """The sentences, the best one first, then those of other articles that answer a part which is not answered yet.

    `by_part` has the same sentences with their probabilities for each part. How much of it a sentence adds is its part
    "covers"; behind those that add enough stand the others, as they were.
    """
    answers = [{_key(c): c.score for c in some} for some in by_part]
    chosen, rest = list(best_first[:1]), list(best_first[1:])
    while answers and chosen and len(chosen) <= len(answers):
        articles = {c.article.id for c in chosen}
        added = [(_added(c, chosen, answers), c) for c in rest if c.article.id not in articles]
        new, best = max(added, key=lambda one: one[0], default=(0.0, chosen[0]))
        if new < NEW:
            break
        rest.remove(best)
        chosen.append(replace(best, parts=best.parts | {"covers": new}))
    return [*chosen, *rest]


def _added(candidate: Candidate, chosen: Sequence[Candidate], answers: Sequence[Mapping[_Key, float]]) -> float:
    """The most that a sentence adds to the probability that one of the parts is answered."""
    return max(a.get(_key(candidate), 0.0) - max(a.get(_key(c), 0.0) for c in chosen) for a in answers)


def unanswered(parts: Sequence[Part], above: float) -> tuple[str, ...]:
    """Of the questions that one joins, those below `above`; none where all are, since then the whole was answered or nothing."""
    low = tuple(part.text for part in parts if part.sure < above)
    return low if len(low) < len(parts) else ()


def answering(best_first: Sequence[Candidate], parts: Sequence[Part], above: float) -> list[Candidate]:
    """The sentences for those of the joined questions that are answered: the best of each in their order, then the others.

    They are `best_first` where no part is answered by itself.
    """
    answered = [part for part in parts if part.sure >= above and part.best]
    if not answered:
        return list(best_first)
    firsts = [replace(part.best[0], parts=part.best[0].parts | {"covers": part.sure}) for part in answered]
    others = sorted((c for part in answered for c in part.best[1:]), key=lambda c: -c.score)
    each = dict[_Key, Candidate]()
    for candidate in (*firsts, *others):
        each.setdefault(_key(candidate), candidate)
    return list(each.values())


def _key(candidate: Candidate) -> _Key:
    return candidate.article.id, candidate.span.start
