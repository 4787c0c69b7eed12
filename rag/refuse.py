"""Knowing when to be silent: the probability that the articles hold the answer, and what to say when they do not.

It is judged by a learned model (`model.py`) over numbers that retrieval has anyway, few of them, and none that is made by the
sentence model: with many, what the model learned on one collection misled it on another (benchmarks/quality/README.md). Where the
line is drawn follows from the share of answerable questions that may be refused wrongly, by what training measured.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import cache

import prompts
from rag.model import Logistic, weights_file
from rag.question.expect import asked_for
from rag.question.types import Query
from rag.retrieval.rerank import DEPTH
from rag.retrieval.retrieve import preference
from rag.types import Candidate, Closest, Hit, Reading, Refusal

WRONGLY_REFUSED = 0.1
"""The share of answerable questions that may be refused wrongly, unless a person says otherwise."""
_CLOSEST = 3
_NOUNS_HAVE_CAPITALS = ("de", "lb")
_NOUN = re.compile(
    r"(?<!\w)(?:\w*(?:e|en|er|es|em)|am|im|zum|zur|beim|vom|ins|das|was|(?:k|m|s)?ein|ihr|unser|wie ?viel)\s+([A-ZÄÖÜ][\w-]*)"
)
_NEXT = 5  # sentences that the nearest one is compared with


def features(reading: Reading, best_first: Sequence[Candidate]) -> dict[str, float]:
    """What the answerability of a question is judged by; nothing if nothing was found."""
    if not reading.hits or not best_first:
        return {}
    query, hits, best = reading.query, reading.hits[:DEPTH], best_first[0]  # those behind have scores of another kind
    foreign = best.hit.passage.language != query.language
    return {
        "passage": hits[0].score - preference(hits[0].parts),  # the right outlet or day says nothing of an answer
        "similarity": max(h.parts["dense"] for h in hits),
        "sentence_lead": _sentence_lead(reading.sentences),
        "foreign_lead": _article_lead(hits) if foreign else 0.0,
        "names_unknown": _names_unknown(reading, foreign=foreign),
        "asked_for_unknown": float(not foreign and _asked_for_unknown(reading)),
        "behind": _log_odds(max(c.score for c in best_first)) - _log_odds(best.score),
    }


def sure(reading: Reading, best_first: Sequence[Candidate], model: Logistic) -> float:
    """The probability, 0 to 1, that the articles hold the answer; none if no sentence has the number or the day that is asked for."""
    values = features(reading, best_first)
    return 0.0 if not values or "lacks" in best_first[0].parts else model.probability(values)


def _sentence_lead(sentences: Sequence[Candidate]) -> float:
    """How much nearer the nearest sentence is than those behind it."""
    nearest, *others = sorted((c.parts["similarity"] for c in sentences), reverse=True)[: _NEXT + 1]
    return nearest - sum(others) / len(others) if others else 0.0


def _article_lead(hits: Sequence[Hit]) -> float:
    """How much nearer the first hit is than anything of another article; of one article alone, than the farthest hit."""
    first, similar = hits[0], [h.parts["centred"] for h in hits]
    others = [h.parts["centred"] for h in hits if h.passage.article_id != first.passage.article_id]
    return first.parts["centred"] - max(others, default=min(similar))


def _log_odds(probability: float) -> float:
    """How far the best sentence stands behind one that lacks what is asked for is measured in these."""
    likely = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(likely / (1 - likely))


def _names_unknown(reading: Reading, *, foreign: bool) -> float:
    """The share of the question's weight that lies in names and numbers which no article has.

    That a German noun is in no `foreign` article says nothing.
    """
    nouns = _nouns(reading.query) if foreign else set()
    full = sum(w.idf for w in reading.wanted)
    unknown = (w.idf for w in reading.wanted if w.is_name and not w.found and w.word not in nouns)
    return sum(unknown) / full if full else 0.0


def _nouns(query: Query) -> set[str]:
    """What only looks like a name in German, where every noun has a capital: it stands behind an article, or an adjective."""
    text = query.text[:1].lower() + query.text[1:]
    return {noun.casefold() for noun in _NOUN.findall(text)} if query.language in _NOUNS_HAVE_CAPITALS else set()


def _asked_for_unknown(reading: Reading) -> bool:
    """Whether no article has the word for what is asked for (the hotel of "which hotel")."""
    by_word = {w.word: w for w in reading.wanted}
    named = next((by_word[w] for w in asked_for(reading.query.text) if w in by_word), None)
    return named is not None and not named.found


def answer_above(wrongly_refused: float = WRONGLY_REFUSED) -> float:
    """The probability from which on a question is answered, so that of the answerable no larger share is refused.

    Between the shares that training measured (`weights.json`, "answer_above") it lies on the line; beyond the last it stays there.
    """
    below = (0.0, 0.0)
    for share, above in _measured():
        if wrongly_refused <= share:
            return below[1] + (above - below[1]) * (wrongly_refused - below[0]) / (share - below[0])
        below = (share, above)
    return below[1]


@cache
def _measured() -> list[tuple[float, float]]:
    """Shares of answerable questions, and the probability below which so many of the training part were refused."""
    kept = json.loads(weights_file().read_text(encoding="utf-8"))["answer_above"]
    return sorted((float(share), above) for share, above in kept.items())


def missing(query: Query, unanswered: Sequence[str]) -> tuple[str, ...]:
    """What a reader is told, in the question's language, of the questions of several that the articles do not answer."""
    named = "; ".join(f"“{question}”" for question in unanswered)
    return (prompts.in_language("unanswered", query.language).render(questions=named),) if named else ()


def refusal(query: Query, hits: Sequence[Hit], articles: Mapping[str, Closest]) -> Refusal:
    """What is said in place of an answer, in the question's language."""
    nearest = list(dict.fromkeys(h.passage.article_id for h in hits))[:_CLOSEST]
    closest = tuple(articles[i] for i in nearest if i in articles)
    if not closest:
        return Refusal(reason=prompts.in_language("nothing", query.language).render())
    names = "; ".join(c.title or c.file for c in closest)
    return Refusal(reason=prompts.in_language("refusal", query.language).render(closest=names), closest=closest)
