"""Passages: runs of whole sentences within a token budget (a first version)."""

from __future__ import annotations

from index.sentences import sentence_spans
from index.tokens import count_tokens
from index.types import Article, Passage, Sentence, Span

DEFAULT_BUDGET = 128


def split_article(article: Article, budget: int = DEFAULT_BUDGET) -> list[Passage]:
    """The passages of an article, in order."""
    runs: list[list[Sentence]] = []
    used, number, last = 0, 0, 0
    for span in sentence_spans(article.text, article.language):
        if any(span.overlaps(mark.span) for mark in article.marks):
            last = -1
            continue
        cost = count_tokens(span.of(article.text))
        if not runs or used + cost > budget or last < 0:
            runs.append([])
            used = 0
        runs[-1].append(Sentence(number=number, span=span))
        used, number, last = used + cost, number + 1, span.end
    return [_passage(article, run) for run in runs]


def embedding_text(article: Article, passage: Passage) -> str:
    """What is embedded for a passage: its article's title travels with it."""
    return f"{article.title}\n{passage.text}" if article.title else passage.text


def _passage(article: Article, run: list[Sentence]) -> Passage:
    span = Span(start=run[0].span.start, end=run[-1].span.end)
    return Passage(
        article_id=article.id, span=span, text=span.of(article.text), language=article.language, sentences=tuple(run)
    )
