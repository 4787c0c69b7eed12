"""Sentences as if they had been found: one in an article of its own."""

from __future__ import annotations

from datetime import date, timedelta

from index.types import Article, Passage, Sentence, Span
from rag.types import Candidate, Hit


def said(name: str, text: str, language: str, day: int | None = 1, also_in: tuple[str, ...] = ()) -> Candidate:
    on = date(2024, 5, 1) + timedelta(days=day) if day is not None else None
    article = Article(id=name, text=f"Head.\n{text}", sha256="0", format="txt", date=on, outlet=name, language=language)
    span = Span(start=6, end=6 + len(text))
    sentences = (Sentence(number=0, span=span),)
    passage = Passage(article_id=name, span=span, text=text, language=language, sentences=sentences)
    hit = Hit(passage=passage, rank=1, score=1.0, parts={})
    return Candidate(article=article, hit=hit, span=span, text=text, score=0.8, also_in=also_in)
