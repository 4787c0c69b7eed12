"""The outlets that a question names ("according to TechCrunch", "laut Nordhafen Kurier").

What a question asks of an outlet ("what did the Northline Post report?") only its articles answer: see `reported.py`. Otherwise they
are preferred, and no more: "Sporting News" may be meant as words, and another outlet may tell it too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from index.catalog import Catalog
from index.outlets import goes_by, names_of
from index.stored import Origin
from index.terms import stem
from rag.question.types import NamedOutlet

WEIGHT = 2.0  # points of a hit, as much as two standard deviations of similarity; chosen by benchmarks.quality.several
_CYRILLIC = re.compile(r"[\u0400-\u04ff]+")
_ENDING = r"\w{0,3}"  # of a Russian word, that grammar changes


class Outlets:
    """The outlets of one catalog, read again when the catalog changes."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known: tuple[int, dict[str, re.Pattern[str]]] = (-1, {})

    def named(self, text: str) -> tuple[NamedOutlet, ...]:
        """The outlets whose names stand in a question as they are written, in its order, the longest name of each place.

        A name of one word does not count at the beginning.
        """
        found = [(m.start(), -m.end(), name, m[0]) for name, p in self._patterns().items() for m in p.finditer(text)]
        kept, end = list[NamedOutlet](), 0
        for start, minus_end, name, words in sorted(found):
            if start >= end:
                kept.append(NamedOutlet(name=name, text=words))
                end = -minus_end
        return tuple(dict.fromkeys(kept))

    def _patterns(self) -> dict[str, re.Pattern[str]]:
        known, generation = self._known, self._catalog.generation
        if known[0] != generation:
            rows = self._catalog.rows("SELECT DISTINCT outlet FROM article WHERE outlet IS NOT NULL")
            names = {name: r["outlet"] for r in rows for name in names_of(r["outlet"]) if _tells(name, r["outlet"])}
            known = self._known = (generation, {name: re.compile(_written(name)) for name in names})
        return known[1]


def preferred(named: Collection[NamedOutlet], passages: Mapping[str, Origin]) -> dict[str, dict[str, float]]:
    """The part "outlet" of each passage, by id, whose article is of one of the outlets; the others have none."""
    outlets = {passage.outlet for passage in passages.values()}
    meant = {outlet for outlet in outlets if any(goes_by(outlet, one.name) for one in named)}
    return {i: {"outlet": WEIGHT} for i, passage in passages.items() if passage.outlet in meant}


def _tells(name: str, outlet: str) -> bool:
    """Whether a name can be told from a word: "Welt" and "Times" are outlets only as "Die Welt" and "The Times"."""
    return len(name.split()) > 1 or name in re.split(r"\s*[/|:–—]\s*|\s+-\s+", outlet.strip())


def _written(name: str) -> str:
    first = r"(?<!^)" if len(name.split()) == 1 else ""  # "Wired for sound?" names no outlet
    words = r"\s+".join(map(_word, name.split()))
    return rf"{first}(?<!\w){words}(?!\w)"


def _word(word: str) -> str:
    """A word as a question writes it: "the Verge", and in Russian in any case (Вестник, Вестника)."""
    if word == "The":
        return "[Tt]he"
    if not _CYRILLIC.fullmatch(word):
        return re.escape(word)
    return re.escape(word[: len(stem(word.lower(), "ru"))]) + _ENDING
