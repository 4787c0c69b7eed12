"""From a question to what is searched for it: its language, what a follow-up left unsaid, and the days and outlets that it names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from index.catalog import Catalog
from index.errors import NothingIndexed, SettingsWrong
from index.language import UNKNOWN, question_language
from rag.question.followup import standing_alone
from rag.question.outlets import Outlets
from rag.question.reported import steered
from rag.question.types import Follows, Query, Question, Turn
from rag.question.when import order, periods

MOST_CHARACTERS = 2_000  # of a question
_SHORT = 3  # words
Rewrite = Callable[[str, Sequence[Turn], str], str | None]
"""A follow-up, the turns before it and its language, to a question that stands alone; None where it has none."""


class Queries:
    """Makes queries for one catalog. Thread-safe."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog, self._outlets = catalog, Outlets(catalog)

    def query(self, question: Question | str, rewrite: Rewrite | None = None) -> Query:
        """What is searched for a question; `rewrite` makes follow-ups stand alone, where it can.

        Raises SettingsWrong for an empty or endless one, NothingIndexed.
        """
        asked = Question.of(question)
        text = " ".join(asked.text.split())
        if not text:
            raise SettingsWrong("the question is empty", "ask something, in quotation marks")
        if len(text) > MOST_CHARACTERS:
            raise SettingsWrong(f"the question has {len(text)} characters", f"ask in at most {MOST_CHARACTERS}")
        if not self._catalog.rows("SELECT 1 FROM passage LIMIT 1"):
            raise NothingIndexed(f"nothing is indexed in {self._catalog.home}", "run `sourceline index PATH` first")
        language = self._language(text, *(turn.question for turn in asked.history[-1:]))
        whole = standing_alone(text, asked.history, language)
        by_model = rewrite(text, asked.history, language) if rewrite and whole.added else None
        alone = by_model or whole.text
        outlets = self._outlets.named(alone) if asked.outlets else ()
        query = Query(
            text=alone,
            language=language,
            filters=asked.filters,
            outlets=outlets,
            dated=self._dated(),
            follows=_follows(text, asked.history) if whole.added else None,
        )
        return steered(dated(query) if asked.dates else query)

    def _dated(self) -> bool:
        """Whether any article has a date."""
        return bool(self._catalog.rows("SELECT 1 FROM article WHERE date IS NOT NULL LIMIT 1"))

    def _language(self, text: str, before: str = "") -> str:
        """The question's language, whatever outlets it names; a short one is in one of the articles', in doubt in the commonest.

        A short follow-up is in the language of the question before it.
        """
        if before and len(text.split()) <= _SHORT:
            text = f"{before[:MOST_CHARACTERS]} {text}"
        for outlet in self._outlets.named(text):
            text = text.replace(outlet.text, " ")
        count = "SELECT language FROM passage GROUP BY language ORDER BY count(*) DESC, language"
        among = [r["language"] for r in self._catalog.rows(count)]
        found = question_language(text, among if len(text.split()) <= _SHORT else None)
        return among[0] if found == UNKNOWN else found


def _follows(text: str, history: Sequence[Turn]) -> Follows:
    return Follows(asked=text, question=history[-1].question, answered="\n".join(turn.answer for turn in history))


def dated(query: Query) -> Query:
    """The query with what its words say of time; relative to its `as_of`, or to today."""
    said = periods(query.text, query.language, query.filters.as_of or date.today())
    return replace(query, periods=said, order=order(query.text, query.language))
