"""Articles and passages as rows of the catalog, and back; filters as a condition over them."""

from __future__ import annotations

import json
import sqlite3
from datetime import date

from index.database import marks
from index.days.calendar import Days
from index.stored import Origin
from index.types import Article, Filters, Mark, Passage, Place, Sentence, Span

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


def written_days(days: tuple[Days, ...] | None) -> str | None:
    """Days as `passage` has them."""
    return None if days is None else json.dumps([[since.isoformat(), until.isoformat()] for since, until in days])


def origin_of(row: sqlite3.Row) -> Origin:
    """Where a passage comes from, of a row with `outlet`, `date` and `days`."""
    days = None if row["days"] is None else json.loads(row["days"])
    return Origin(
        outlet=row["outlet"],
        date=date.fromisoformat(row["date"]) if row["date"] else None,
        days=None if days is None else tuple((date.fromisoformat(a), date.fromisoformat(b)) for a, b in days),
    )


def condition(filters: Filters) -> tuple[str, list[object]]:
    """A condition over `article`, and its values. A file filter names an article or a folder of them."""
    terms: list[tuple[str, list[object]]] = [("1", [])]
    if filters.languages:
        languages = [wanted.casefold() for wanted in filters.languages]
        terms.append((_among("language", f"casefold(language) IN ({marks(languages)})"), list(languages)))
    if filters.outlets:
        either = " OR ".join(["goes_by(outlet, ?)"] * len(filters.outlets))
        terms.append((_among("outlet", either), list(filters.outlets)))
    if filters.since:
        terms.append(("date >= ?", [filters.since.isoformat()]))
    if filters.until:
        terms.append(("date <= ?", [filters.until.isoformat()]))
    if filters.as_of:
        terms.append(("(date IS NULL OR date <= ?)", [filters.as_of.isoformat()]))
    if filters.files:
        either = " OR ".join(["article.id = ? OR substr(article.id, 1, length(?) + 1) = ? || '/'"] * len(filters.files))
        terms.append((f"({either})", [f for name in filters.files for f in [name.rstrip("/")] * 3]))
    return " AND ".join(t for t, _ in terms), [v for _, values in terms for v in values]


def _among(column: str, holds: str) -> str:
    """That a condition holds for a column of `article`, computed once for each different value: there are few of them.

    Without the limit, which is none, SQLite would compute it for every article first.
    """
    different = f"SELECT DISTINCT {column} FROM article LIMIT -1"
    return f"article.{column} IN (SELECT {column} FROM ({different}) WHERE {holds})"
