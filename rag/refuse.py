"""Knowing when to be silent: the probability that the articles hold the answer, and what to say when they do not.

A logistic model over a handful of numbers that retrieval has anyway. Its weights are in `answerability.json`, made by
`python -m benchmarks.quality.answerability` from a named training part; no number here is set by hand. A threshold on
similarity alone hardly works: close questions that have no answer score as high as those that have one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import prompts
from index.lexical import Wanted
from index.terms import terms
from rag.types import Candidate, Closest, Hit, Query, Refusal

_CLOSEST = 3


def features(query: Query, hits: Sequence[Hit], best: Candidate | None, wanted: Sequence[Wanted]) -> dict[str, float]:
    """What the answerability of a question is judged by; every value is about 0 to 1."""
    if not hits or best is None:
        return {}
    dense = sorted((h.parts["dense"] for h in hits), reverse=True)
    rest = dense[1:] or dense
    same = float(hits[0].passage.language == query.language)
    return {
        "passage_cosine": dense[0],
        "passage_lead": dense[0] - sum(rest) / len(rest),
        "passage_share": hits[0].parts["lexical"],
        "sentence_cosine": best.cosine,
        "sentence_share": best.share,
        "names_missing": _names_missing(wanted, best),
        "unknown_words": sum(not w.found for w in wanted) / max(1, len(wanted)) * same,
        "same_language": same,
    }


def _names_missing(wanted: Sequence[Wanted], best: Candidate) -> float:
    """The share of the question's names and numbers that neither the best passage nor its title has."""
    names = [w for w in wanted if w.is_name]
    passage = best.hit.passage
    held = set(terms(f"{best.article.title or ''} {passage.text}", passage.language))
    return sum(not held & set(w.terms) for w in names) / len(names) if names else 0.0


def answerability(values: Mapping[str, float]) -> float:
    """The probability, 0 to 1, that the articles hold the answer."""
    if not values:
        return 0.0
    model = _model()
    total: float = model["bias"] + sum(weight * values[name] for name, weight in model["weights"].items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@cache
def _model() -> dict[str, Any]:
    model: dict[str, Any] = json.loads((files("rag") / "answerability.json").read_text(encoding="utf-8"))
    return model


def refusal(query: Query, hits: Sequence[Hit], articles: Mapping[str, Closest]) -> Refusal:
    """What is said in place of an answer, in the question's language."""
    nearest = list(dict.fromkeys(h.passage.article_id for h in hits))[:_CLOSEST]
    closest = tuple(articles[i] for i in nearest if i in articles)
    if not closest:
        return Refusal(reason=prompts.in_language("nothing", query.language).render())
    names = "; ".join(c.title or c.file for c in closest)
    return Refusal(reason=prompts.in_language("refusal", query.language).render(closest=names), closest=closest)
