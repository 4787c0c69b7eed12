"""Knowing when to be silent: the probability that the articles hold the answer, and what to say when they do not.

It is judged by a learned model (`model.py`) over numbers that retrieval has anyway. A threshold on similarity alone hardly
works: close questions that have no answer score as high as those that have one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import prompts
from index.lexical import Wanted
from index.terms import terms
from rag.types import Candidate, Closest, Hit, Query, Reading, Refusal

_CLOSEST = 3
_HITS = 10  # whose similarities are looked at


def features(reading: Reading, best_first: Sequence[Candidate]) -> dict[str, float]:
    """What the answerability of a question is judged by, most of it 0 to 1; nothing if nothing was found."""
    query, hits, wanted = reading.query, reading.hits[:_HITS], reading.wanted
    if not hits or not best_first:
        return {}
    best, similar = best_first[0], [h.parts["centred"] for h in hits]
    same = float(best.hit.passage.language == query.language)
    return {
        "sentence": best.score,
        "sentence_similarity": best.parts["similarity"],
        "sentence_standing": best.parts["meaning"],
        "sentence_words": best.parts["words"] * same,
        "sentence_fits": best.parts["fits"],
        "sentence_misses": best.parts["misses"],
        "passage_similarity": max(similar),
        "passage_standing": max(h.parts["standing"] for h in hits),
        "passage_lead": max(similar) - sum(similar) / len(similar),
        "passage_words": best.parts["passage_words"] * same,
        "names_missing": _names_missing(wanted, best),
        "words_unknown": sum(not w.found for w in wanted) / max(1, len(wanted)) * same,
        "foreign": 1 - same,
    }


def _names_missing(wanted: Sequence[Wanted], best: Candidate) -> float:
    """The share of the question's names and numbers that neither the best passage nor its title has."""
    names = [w for w in wanted if w.is_name]
    passage = best.hit.passage
    held = set(terms(f"{best.article.title or ''} {passage.text}", passage.language))
    return sum(not held & set(w.terms) for w in names) / len(names) if names else 0.0


def refusal(query: Query, hits: Sequence[Hit], articles: Mapping[str, Closest]) -> Refusal:
    """What is said in place of an answer, in the question's language."""
    nearest = list(dict.fromkeys(h.passage.article_id for h in hits))[:_CLOSEST]
    closest = tuple(articles[i] for i in nearest if i in articles)
    if not closest:
        return Refusal(reason=prompts.in_language("nothing", query.language).render())
    names = "; ".join(c.title or c.file for c in closest)
    return Refusal(reason=prompts.in_language("refusal", query.language).render(closest=names), closest=closest)
