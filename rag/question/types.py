"""What is asked, and what is searched for it.

Question -> Query
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from index.types import Filters
from rag.question.when import Order, Period


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """An earlier question of a conversation, and what was answered, "" where that is not known."""

    question: str
    answer: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedOutlet:
    """An outlet that a question names: a name that it goes by, the question's words for it, and whether only its articles may answer."""

    name: str
    text: str
    only: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What a person asks: the words, which articles may answer, and the turns before, oldest first.

    Without `dates`, what the words say of days and of newest or oldest steers nothing; without `outlets`, what they say of outlets.
    """

    text: str
    filters: Filters = field(default_factory=Filters)
    history: tuple[Turn, ...] = ()
    dates: bool = True
    outlets: bool = True

    @classmethod
    def of(cls, question: Question | str) -> Question:
        """A text alone is a question over all articles with nothing before it."""
        return cls(text=question) if isinstance(question, str) else question


@dataclass(frozen=True, kw_only=True, slots=True)
class Follows:
    """What a query comes after: a follow-up as it was `asked`, the question before it, and all that was `answered` before."""

    asked: str
    question: str
    answered: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """What is searched: a question that stands alone.

    `filters` hold the period of publication and the outlets that it asks for; `periods` and `outlets` are all that it names.
    `topic` is what is left to search of a question for what was reported (`reported.py`), "" where it asks for anything at all, and
    None of every other question. `dated` is whether any article has a date. `follows` is None unless the question took something from the
    turns before it.
    """

    text: str
    language: str
    filters: Filters = field(default_factory=Filters)
    periods: tuple[Period, ...] = ()
    order: Order | None = None
    outlets: tuple[NamedOutlet, ...] = ()
    topic: str | None = None
    dated: bool = True
    follows: Follows | None = None

    @property
    def searched(self) -> Query:
        """The query for its topic alone, where it has one."""
        return replace(self, text=self.topic) if self.topic else self

    def part(self, text: str) -> Query:
        """The query for a part of its text, with the days and outlets that this part names."""
        periods = tuple(p for p in self.periods if p.text in text)
        return replace(self, text=text, periods=periods, outlets=tuple(o for o in self.outlets if o.text in text))
