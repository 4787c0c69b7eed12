"""The outlets that a question names ("according to TechCrunch", "laut Nordhafen Kurier"): their articles are preferred.

A preference and not a filter: "Sporting News" may be meant as words, and another outlet may tell it too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from index.catalog import Catalog
from index.database import groups, marks
from index.types import Passage

WEIGHT = 2.0  # points of a hit, as much as two standard deviations of similarity; chosen by benchmarks.quality.several
_SUBTITLE = re.compile(r"\s+[|–—-]\s+|:\s+")


class Outlets:
    """The outlets of one catalog, read again when the catalog changes."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known: tuple[int, dict[str, re.Pattern[str]]] = (-1, {})

    def named(self, text: str) -> set[str]:
        """The outlets whose names stand in a question as they are written; a name of one word not at its beginning."""
        return {outlet for outlet, name in self._patterns().items() if name.search(text)}

    def preferred(self, text: str, passages: Mapping[str, Passage]) -> dict[str, dict[str, float]]:
        """The part "outlet" of each passage, by id, whose article's outlet `text` names; the others have none."""
        named = self.named(text)
        articles = self._of(named, {p.article_id for p in passages.values()}) if named else set[str]()
        return {i: {"outlet": WEIGHT} for i, p in passages.items() if p.article_id in articles}

    def _of(self, named: set[str], articles: set[str]) -> set[str]:
        found = set[str]()
        for some in groups(sorted(articles)):
            rows = self._catalog.rows(f"SELECT id, outlet FROM article WHERE id IN ({marks(some)})", some)
            found |= {r["id"] for r in rows if r["outlet"] in named}
        return found

    def _patterns(self) -> dict[str, re.Pattern[str]]:
        generation = self._catalog.generation
        if self._known[0] != generation:
            rows = self._catalog.rows("SELECT DISTINCT outlet FROM article WHERE outlet IS NOT NULL")
            self._known = (generation, {r["outlet"]: _pattern(r["outlet"]) for r in rows if r["outlet"].strip()})
        return self._known[1]


def _pattern(outlet: str) -> re.Pattern[str]:
    """The whole name, or what stands before its subtitle: "Cnbc | World Business News" is also Cnbc."""
    names = sorted({outlet.strip(), _SUBTITLE.split(outlet.strip())[0]}, key=len, reverse=True)
    return re.compile("|".join(_written(name) for name in names if name))


def _written(name: str) -> str:
    first = r"(?<!^)" if len(name.split()) == 1 else ""  # "Wired for sound?" names no outlet
    return first + r"(?<!\w)" + r"\s+".join(map(re.escape, name.split())) + r"(?!\w)"
