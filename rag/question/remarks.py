"""What filters do to the articles, for a person: a name that no article goes by, and what a filter by day leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import date
from difflib import get_close_matches

from index.catalog import Catalog
from index.outlets import names_of
from index.rows import condition
from index.types import Filters
from rag.question.types import Query

_FEW = 8  # names that are listed; of more, the nearest are


def remarks(catalog: Catalog, query: Query) -> tuple[str, ...]:
    """A line about each filter that no article passes, about all of them together, and about articles without a date."""
    filters = query.filters
    unknown = ["no article has a date, so none is known to be the newest or the oldest"]
    return (*(unknown if query.order and not query.dated else ()), *(_of_filters(catalog, filters) if filters else ()))


def _of_filters(catalog: Catalog, filters: Filters) -> Iterator[str]:
    alone = [*_outlets(catalog, filters), *_languages(catalog, filters), *_files(catalog, filters)]
    if not alone and not _count(catalog, filters):
        alone = [f"no article passes all filters: {in_words(filters)}{_days(catalog, filters)}"]
    yield from (*alone, *_undated(catalog, filters))


def in_words(filters: Filters) -> str:
    """ "outlet Northline Post, since 2024-06-01"."""
    names = {"outlets": "outlet", "languages": "language", "files": "file", "as_of": "as of"}
    values = ((f.name, getattr(filters, f.name)) for f in fields(filters))
    return ", ".join(
        f"{names.get(name, name)} {value if isinstance(value, date) else ' or '.join(value)}"
        for name, value in values
        if value
    )


def _outlets(catalog: Catalog, filters: Filters) -> Iterator[str]:
    for name in filters.outlets:
        if not _count(catalog, Filters(outlets=(name,))):
            rows = catalog.rows("SELECT DISTINCT outlet FROM article WHERE outlet IS NOT NULL ORDER BY outlet")
            outlets = [r["outlet"] for r in rows]
            yield f"no article is of the outlet “{name}”: {_instead(name, outlets, [n for o in outlets for n in names_of(o)])}"


def _languages(catalog: Catalog, filters: Filters) -> Iterator[str]:
    for name in filters.languages:
        if not _count(catalog, Filters(languages=(name,))):
            rows = catalog.rows("SELECT language FROM article GROUP BY language ORDER BY count(*) DESC, language")
            yield f"no article is in the language “{name}”: there are {', '.join(r['language'] for r in rows)}"


def _files(catalog: Catalog, filters: Filters) -> Iterator[str]:
    for name in filters.files:
        if not _count(catalog, Filters(files=(name,))):
            ids = [r["id"] for r in catalog.rows("SELECT id FROM article ORDER BY id")]
            folders = dict.fromkeys(i.rpartition("/")[0] for i in ids if "/" in i)
            yield f"no article and no folder is “{name}”: {nearest_file(name, [*folders, *ids])}"


def nearest_file(name: str, ids: Sequence[str]) -> str:
    """What to do about a file's name that is none: the nearest, told by its whole path or by its last part."""
    ends = {i.rpartition("/")[2]: i for i in ids}
    own = ends.get(name.rstrip("/").rpartition("/")[2])
    return f"did you mean “{own}”?" if own else _instead(name, ids, [*ids, *ends], ends)


def _instead(name: str, known: Sequence[str], names: Sequence[str], whole: dict[str, str] | None = None) -> str:
    """All that is known where it is little; otherwise the names nearest to the one that is not."""
    if not known:
        return "no article has one"
    if len(known) <= _FEW:
        return f"there are {', '.join(known)}"
    folded = {n.casefold(): n for n in reversed(names)}
    holding = [n for n in folded if f" {name.casefold()} " in f" {n} "]
    near = [folded[n] for n in holding[:2] or get_close_matches(name.casefold(), list(folded), n=2, cutoff=0.75)]
    near = list(dict.fromkeys((whole or {}).get(n, n) for n in near))
    if near:
        return f"did you mean {' or '.join(f'“{n}”' for n in near)}?"
    return f"there are {len(known)}, such as {', '.join(known[:3])}"


def _days(catalog: Catalog, filters: Filters) -> str:
    """From when to when the articles are that the other filters allow."""
    where, values = condition(replace(filters, since=None, until=None, as_of=None))
    first, last = catalog.rows(f"SELECT min(date), max(date) FROM article WHERE {where}", values)[0]
    return f" (without the days there are articles of {first} to {last})" if first else ""


def _undated(catalog: Catalog, filters: Filters) -> Iterator[str]:
    if filters.since or filters.until:
        where, values = condition(replace(filters, since=None, until=None))
        count = catalog.rows(f"SELECT count(*) FROM article WHERE date IS NULL AND {where}", values)[0][0]
        if count:
            yield f"{count} article{'s' * (count > 1)} without a date {'are' if count > 1 else 'is'} left out"


def _count(catalog: Catalog, filters: Filters) -> int:
    where, values = condition(filters)
    return int(catalog.rows(f"SELECT count(*) FROM article WHERE {where}", values)[0][0])
