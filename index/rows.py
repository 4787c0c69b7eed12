"""Articles and passages as rows of the catalog, and back."""

from __future__ import annotations

import json
import sqlite3
from datetime import date

from index.types import Article, Mark, Passage, Place, Sentence, Span

_PLAIN = ("id", "text", "sha256", "format", "title", "outlet", "author", "language")


def row_of(article: Article) -> dict[str, object]:
    """The values of the columns that hold what an article says."""
    return {name: getattr(article, name) for name in _PLAIN} | {
        "date": article.date.isoformat() if article.date else None,
        "marks": json.dumps([[m.span.start, m.span.end, m.kind] for m in article.marks]),
        "places": json.dumps([[p.span.start, p.span.end, p.kind, p.number] for p in article.places]),
        "warnings": json.dumps(article.warnings, ensure_ascii=False),
    }


def article_of(row: sqlite3.Row) -> Article:
    """The article in a row of `article`."""
    return Article(
        **{name: row[name] for name in _PLAIN},
        date=date.fromisoformat(row["date"]) if row["date"] else None,
        marks=tuple(Mark(span=Span(start=a, end=b), kind=k) for a, b, k in json.loads(row["marks"])),
        places=tuple(Place(span=Span(start=a, end=b), kind=k, number=n) for a, b, k, n in json.loads(row["places"])),
        warnings=tuple(json.loads(row["warnings"])),
    )


def passage_of(row: sqlite3.Row, article_id: str, text: str, sentences: tuple[Sentence, ...]) -> Passage:
    """The passage in a row of `passage`, of the article with this id and text."""
    span = Span(start=row["start"], end=row["end"])
    return Passage(article_id=article_id, span=span, text=span.of(text), language=row["language"], sentences=sentences)
