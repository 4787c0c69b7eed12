"""Quotes mode: the sentences that answer, word for word.

Every sentence of the best hits gets the probability that it answers, from what it means, the words of the question that it
and its neighbours hold, the hit that it stands in, and whether it holds the kind of thing that was asked for. No language
model is involved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from index.catalog import Catalog
from index.duplicates import copies
from index.lexical import Wanted
from index.terms import terms
from rag.model import Logistic
from rag.question.expect import Kind, expected, holds
from rag.question.types import Query
from rag.quotes.lacking import lacks
from rag.quotes.offices import without_office
from rag.quotes.repeated import share_left
from rag.retrieval import timely
from rag.retrieval.interaction import Interaction
from rag.types import Candidate, Hit, Reading

_HITS = 6  # whose sentences may be quoted
_FEWEST_CHARACTERS = 12  # shorter ones are labels, not sentences
NEARLY = 0.7  # a further sentence is quoted when it is at least this probable, as a share of the best one
_ENDS = ".!?…。！？؟।”»\"'’)]"


def candidates(hits: Sequence[Hit], catalog: Catalog) -> list[Candidate]:
    """Every sentence of the hits, in order of the hits and of the text."""
    articles = {h.passage.article_id: catalog.article(h.passage.article_id) for h in hits}
    return [
        Candidate(article=article, hit=hit, span=s.span, text=s.span.of(article.text), also_in=hit.copies)
        for hit in hits
        if (article := articles.get(hit.passage.article_id))
        for s in hit.passage.sentences
        if len(s.span) >= _FEWEST_CHARACTERS
    ]


def compared(
    query: Query, found: Sequence[Candidate], interaction: Interaction, wanted: Sequence[Wanted]
) -> list[Candidate]:
    """The sentences with the parts "similarity", "with_previous" and "firsts" (see Interaction), and "words"."""
    if not found:
        return []
    follows = [i > 0 and found[i - 1].hit.passage.id == c.hit.passage.id for i, c in enumerate(found)]
    likeness, both, firsts = interaction.likeness(), interaction.with_previous(follows), interaction.firsts()
    return [
        replace(
            c,
            parts={
                "similarity": float(likeness[i]),
                "with_previous": float(both[i]),
                "firsts": float(firsts[i]),
                "words": lexical_share(wanted, c.text, c.hit.passage.language, same=_same(query, c)),
            },
        )
        for i, c in enumerate(found)
    ]


def quotable(reading: Reading) -> list[Candidate]:
    """The sentences of the best hits, which may be quoted."""
    return [c for c in reading.sentences if c.hit.rank <= _HITS]


def features(query: Query, found: Sequence[Candidate]) -> list[dict[str, float]]:
    """What the probability of each sentence is made of; the sentences are compared with the question already."""
    if not found:
        return []
    shares = [c.parts["words"] for c in found]
    standing = {name: _standing([c.parts[name] for c in found]) for name in ("similarity", "with_previous", "firsts")}
    best_hit, kind = max(c.hit.score for c in found), expected(query.text)
    return [
        {
            "meaning": standing["similarity"][i],
            "with_previous": standing["with_previous"][i],
            "firsts": standing["firsts"][i],
            "similarity": c.parts["similarity"],
            "words": shares[i],
            "neighbours": max(_neighbours(found, shares, i)),
            "passage_words": c.hit.parts["lexical"],
            "passage": c.hit.score - best_hit,
            "foreign": float(not _same(query, c)),
            "fits": float(kind is not None and _fits(c, kind, query)),
            "misses": float(kind is not None and not _fits(c, kind, query)),
            "heading": float(c.text.rstrip()[-1:] not in _ENDS),
            "question": float(c.text.rstrip().endswith(("?", "？", "؟"))),
            "first": float(c.span.start == c.hit.passage.sentences[0].span.start),
            "length": min(len(c.text), 300) / 300,
        }
        for i, c in enumerate(found)
    ]


def _standing(values: Sequence[float]) -> list[float]:
    """Each value in standard deviations above their mean."""
    mean, spread = float(np.mean(values)), float(np.std(values)) or 1.0
    return [(value - mean) / spread for value in values]


def _same(query: Query, candidate: Candidate) -> bool:
    return candidate.hit.passage.language == query.language


def _neighbours(found: Sequence[Candidate], shares: Sequence[float], i: int) -> list[float]:
    """The lexical shares of the sentences before and after, within the passage."""
    beside = (j for j in (i - 1, i + 1) if 0 <= j < len(found) and found[j].hit.rank == found[i].hit.rank)
    return [0.0, *(shares[j] for j in beside)]


def _fits(candidate: Candidate, kind: Kind, query: Query) -> bool:
    """Whether the sentence holds the kind of thing that is asked for, and not only what the question says itself."""
    said = {w for w in query.text.split() if len(w) > 1}
    return holds(" ".join(w for w in candidate.text.split() if w.strip(".,;:?!\"'") not in said), kind)


def ranked(reading: Reading, model: Logistic) -> list[Candidate]:
    """The sentences that may be quoted by their probability, best first, each text once.

    Behind all others stand those with the part "lacks": without the number, the day or the office that the question plainly asks for.
    """
    found = quotable(reading)
    values = features(reading.query, found)
    scored = [
        replace(
            c,
            score=model.probability(v, timely.of_sentence(reading.query, c)) * share_left(reading.query, c),
            parts=v | ({"lacks": 1.0} if _lacking(reading.query, c) else {}),
        )
        for c, v in zip(found, values, strict=True)
    ]
    return merged(sorted(scored, key=lambda c: ("lacks" in c.parts, -c.score)))


def _lacking(query: Query, one: Candidate) -> bool:
    """Whether the sentence is without what the question plainly asks for."""
    return any(without(one.text, one.hit.passage.language, query.text) for without in (lacks, without_office))


def chosen(best_first: Sequence[Candidate], most: int) -> list[Candidate]:
    """The up to `most` sentences that answer: the best, those nearly as probable, and those that answer a further part.

    None lacks what the question plainly asks for.
    """
    enough = NEARLY * best_first[0].score if best_first else 0.0
    answers = (c for c in best_first[:most] if c.score >= enough or "covers" in c.parts)
    return [c for c in answers if "lacks" not in c.parts]


def merged(best_first: Sequence[Candidate]) -> list[Candidate]:
    """Each sentence once; the articles that print it too are named."""
    first = copies([c.text for c in best_first], [c.article.id for c in best_first])
    merged = []
    for i in sorted(set(first)):
        own = best_first[i]
        others = [f for j, c in enumerate(best_first) if first[j] == i for f in (c.article.id, *c.also_in)]
        merged.append(replace(own, also_in=tuple(dict.fromkeys(f for f in others if f != own.article.id))))
    return merged


def lexical_share(wanted: Sequence[Wanted], text: str, language: str, *, same: bool) -> float:
    """The share, 0 to 1, of the question's weight (inverse document frequency) that a text holds.

    Of a text in another language than the question's (`same` is False) only names and numbers count, and names that sound alike.
    """
    held = set(terms(text, language))
    full = sum(w.idf for w in wanted)
    counted = (w for w in wanted if same or w.is_name)
    return sum(w.idf for w in counted if held & set(w.terms_in(same=same))) / full if full else 0.0
