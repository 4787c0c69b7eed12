"""What was found for a question: all that an answer is made from."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from index.errors import RerankerFailed
from rag.llm import Usage
from rag.question.types import Query
from rag.types import Candidate, Hit, Part, Reading


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A question with its hits, their sentences, best first, and the probability that they hold the answer.

    `fault` is that of the reading; `parts` are the questions that this one joins, if it joins several.
    `spent` is what a language model took.
    """

    question: str
    query: Query
    hits: list[Hit]
    best: list[Candidate]
    sure: float
    start: float
    timings: dict[str, float]
    fault: RerankerFailed | None = None
    parts: tuple[Part, ...] = ()
    spent: list[Usage] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """Hits, read; the sentences that answer, best first; how sure it is that they do; and the questions that one joins."""

    reading: Reading
    best: list[Candidate]
    sure: float
    parts: tuple[Part, ...] = ()


def warnings_of(fault: RerankerFailed | None) -> tuple[str, ...]:
    """What a person is told when the reranker failed."""
    return (f"{fault}; the passages are in Sourceline's own order",) if fault else ()


@contextmanager
def timed(timings: dict[str, float], name: str) -> Iterator[None]:
    """Add the seconds that the block takes to `timings`."""
    start = time.perf_counter()
    try:
        yield
    finally:
        timings[name] = time.perf_counter() - start
