"""Questions to begin with, made from what the articles speak of, and shown only if the articles answer them."""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice, zip_longest

from index.catalog import Catalog
from index.stopwords import stopwords
from rag.assistant import Assistant
from ui.web.words import Words, day_in_words

MOST = 4
_NOTHING: tuple[int, list[str]] = (-1, [])
_TRIED = 12  # that are asked, in the articles' own words, until so many are answered
_ARTICLES = 400  # that are looked at
_BEGINNING = 1_500  # characters of each
_NAME = re.compile(r"(?<![.!?:\n\u201c\u201e\"] )(?<!^)(?<=\s)\w*[A-ZÀ-Þ]\w{4,}(?:-[A-ZÀ-Þ]\w+)*", re.MULTILINE)


@dataclass(kw_only=True)
class Suggestions:
    """Those of one home, made once for each language and state of its articles. Thread-safe."""

    _made: dict[str, tuple[int, list[str]]] = field(
        default_factory=dict
    )  # of each language, the state and the questions
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def of(self, assistant: Assistant, spoken: Words) -> list[str]:
        """Up to four questions, each of which is answered. While they are made, everybody else gets the former ones, or none yet."""
        language, state = spoken.language, assistant.catalog.generation
        if self._made.get(language, _NOTHING)[0] != state and self._one_at_a_time.acquire(blocking=False):
            try:
                self._made[language] = state, suggestions(assistant, spoken)
            finally:
                self._one_at_a_time.release()
        return self._made.get(language, _NOTHING)[1]


def suggestions(assistant: Assistant, spoken: Words) -> list[str]:
    """Up to four questions of several kinds that the articles answer."""
    asked = islice(_questions(assistant.catalog, spoken), _TRIED)
    return list(islice((q for q in asked if not assistant.ask(q, "quotes").refusal), MOST))


def _questions(catalog: Catalog, spoken: Words) -> Iterator[str]:
    """Of what is said about a name, what an outlet reported, what happened on a day: one of each in turn, the broadest first."""
    names = (spoken("suggested", name=name) for name in _names(catalog))
    turns = zip_longest(names, chain(_reported(catalog, spoken), _days(catalog, spoken)))
    return (question for turn in turns for question in turn if question)


def _reported(catalog: Catalog, spoken: Words) -> Iterator[str]:
    """The outlet of which there is most, in the last month in which it reported most."""
    rows = catalog.rows(
        "SELECT outlet, substr(date, 1, 7) AS month FROM article AS a WHERE outlet IS NOT NULL AND date IS NOT NULL GROUP BY outlet, month"
        " ORDER BY (SELECT count(*) FROM article WHERE outlet = a.outlet) DESC, count(*) DESC, month DESC LIMIT 1"
    )
    for outlet, month in rows:
        year, number = month.split("-")
        named = spoken("months").split()[int(number) - 1]
        yield spoken("suggested_outlet", outlet=outlet, month=named, year=year)


def _days(catalog: Catalog, spoken: Words) -> Iterator[str]:
    """The last day of which several articles are."""
    rows = catalog.rows(
        "SELECT date FROM article WHERE date IS NOT NULL GROUP BY date HAVING count(*) > 1 ORDER BY date DESC LIMIT 1"
    )
    return (spoken("suggested_day", day=day_in_words(row["date"], spoken)) for row in rows)


def _names(catalog: Catalog) -> Iterator[str]:
    """Names that several articles share: together they cover as many articles as they can."""
    shared = _shared(catalog)
    covered: set[str] = set()
    while shared:
        name = max(shared, key=lambda n: (len(shared[n] - covered), len(n), n))
        if not shared[name] - covered:
            return
        covered |= shared.pop(name)
        yield name


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
