"""Questions to begin with, made from what the articles speak of."""

from __future__ import annotations

import re
from collections import defaultdict

from index.catalog import Catalog
from index.stopwords import stopwords
from ui.web.words import Words

MOST = 4
_ARTICLES = 400  # that are looked at
_BEGINNING = 1_500  # characters of each
_NAME = re.compile(r"(?<![.!?:\n\u201c\u201e\"] )(?<!^)(?<=\s)\w*[A-ZÀ-Þ]\w{4,}(?:-[A-ZÀ-Þ]\w+)*", re.MULTILINE)


def suggestions(catalog: Catalog, spoken: Words) -> list[str]:
    """Up to four questions over names that several articles share: together they cover as many articles as they can."""
    shared = _shared(catalog)
    covered: set[str] = set()
    chosen: list[str] = []
    while shared and len(chosen) < MOST:
        name = max(shared, key=lambda n: (len(shared[n] - covered), len(n), n))
        if not shared[name] - covered:
            break
        covered |= shared.pop(name)
        chosen.append(name)
    return [spoken("suggested", name=name) for name in chosen]


def _shared(catalog: Catalog) -> dict[str, set[str]]:
    """The names in the beginnings of several articles that a title has, too, with the articles that have them.

    Where there are several languages, only names that more than one of them has: others may be any noun with a capital.
    """
    rows = catalog.rows(f"SELECT id, language, title, text FROM article ORDER BY date DESC, id LIMIT {_ARTICLES}")
    titles = set(re.findall(r"[\w-]+", " ".join(row["title"] or "" for row in rows)))
    found, spoken = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for row in rows:
        for name in set(_NAME.findall(row["text"][:_BEGINNING])):
            if name in titles and name.lower() not in stopwords(row["language"]):
                found[name].add(row["id"])
                spoken[name].add(row["language"])
    least = min(2, len({row["language"] for row in rows}))
    return {name: some for name, some in found.items() if len(some) > 1 and len(spoken[name]) >= least}
