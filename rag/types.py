"""The nouns of answering: what a query becomes on its way to an answer.

Query -> Hit -> Claim + Citation -> Answer
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from index.errors import RerankerFailed
from index.lexical import Wanted
from index.types import Article, Filters, Passage, Span
from rag.question.types import NamedOutlet, Query
from rag.question.when import Period

Support = Literal["supported", "partial", "unsupported", "unchecked"]
Mode = Literal["quotes", "written"]
Policy = Literal["mark", "drop", "quote"]
"""A written sentence that no article supports is shown as such, left out, or replaced by a sentence that answers, word for word."""


_MARK = re.compile(r"\[([\d\s,;–-]+)\]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A found passage. `parts` keeps where its score comes from; `copies` are the articles that print the same text."""

    passage: Passage
    rank: int
    score: float
    parts: dict[str, float]
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """The exact characters of the exact file that say so: `article.text[start:end] == quote`.

    `line_start` and `line_end` count from 1 and are inclusive; `sha256` is that of the file's bytes.
    """

    number: int
    file: str
    span: Span
    line_start: int
    line_end: int
    quote: str
    sha256: str
    title: str | None = None
    date: date | None = None
    outlet: str | None = None
    language: str = "und"
    place: str | None = None
    uri: str = ""
    also_in: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One sentence of an answer, the numbers of its citations, and how well they support it.

    `lead` is the layout before it: a space, the end of a line, the mark of a list, the border of a table's cell. `added` are those of the
    citations that its writer did not give: what supports it was found by verification.
    """

    text: str
    citations: tuple[int, ...]
    support: Support
    reasons: tuple[str, ...] = ()
    lead: str = " "
    added: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Closest:
    """An article that comes near a question which no article answers."""

    file: str
    title: str | None
    date: date | None
    outlet: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """Why there is no answer, and what the closest articles cover."""

    reason: str
    closest: tuple[Closest, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """What one article gives: `article.text[span] == text`, in the sentence of the citation with that number."""

    text: str
    span: Span
    citation: int
    outlet: str | None = None
    date: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Disagreement:
    """Numbers or days in which articles differ on one matter, oldest article first, undated ones before.

    `text` says it to a reader in the question's language.
    """

    matter: str
    text: str
    values: tuple[Value, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the assistant says. Either `refusal` is None, or there are no claims and no citations.

    `answerability` is the estimated probability, 0 to 1, that the articles hold the answer; `timings` are in seconds; `usage` has
    the tokens of "prompt" and "completion" and their "cost", as far as they are known. A number among a claim's citations that
    no citation has is one that a language model made up. `rewritten` is what was searched: the question, with what a follow-up
    left unsaid. `filters`, `periods`, `outlets` and `dated` are those of the query. Of a question that joins several, `unanswered`
    are those that the articles do not answer, in its words; a warning says so to a reader.
    """

    question: str
    rewritten: str
    mode: Mode
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    refusal: Refusal | None = None
    hits: tuple[Hit, ...] = ()
    answerability: float = 0.0
    warnings: tuple[str, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)
    usage: dict[str, float] = field(default_factory=dict)
    filters: Filters = field(default_factory=Filters)
    periods: tuple[Period, ...] = ()
    outlets: tuple[NamedOutlet, ...] = ()
    dated: bool = True
    disagreements: tuple[Disagreement, ...] = ()
    unanswered: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The answer as it is read: its claims with their [1] marks, or the reason for the refusal.

        What only looks like a mark, because an article has it, stands in round brackets.
        """
        if self.refusal:
            return self.refusal.reason
        return "".join(
            c.lead + _MARK.sub(r"(\1)", c.text) + "".join(f" [{n}]" for n in c.citations) for c in self.claims
        ).strip()


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A sentence that may answer. `score` is the probability that it does, made of `parts`."""

    article: Article
    hit: Hit
    span: Span
    text: str
    score: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)
    also_in: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One of the questions that a question joins, asked alone: its sentences, best first, and how sure it is that they answer it."""

    text: str
    best: list[Candidate]
    sure: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What was found for a query, read sentence by sentence: hits and their sentences, best hit first, and its words.

    Each sentence has the parts that `extract.compared` gives; only the first hits are read. `fault` says why a reranker had no part in
    the order, when it should have.
    """

    query: Query
    hits: tuple[Hit, ...]
    sentences: tuple[Candidate, ...]
    wanted: tuple[Wanted, ...]
    fault: RerankerFailed | None = None
