"""What the tier of facts reads, and what it finds."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index.stopwords import stopwords
from index.terms import stem, words
from rag.types import Candidate

NAMED = 0.5
"""The probability from which on a word counts as a name."""
Kind = Literal["number", "date", "name", "negation", "opposite", "role"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A sentence: a claim, or one that is cited. `printed` is its article's day, `outlet` where it was printed; `around` what stands
    near it: title, passage.

    `likely` are the places of its words, in order, each with the probability that it is a name (`naming.py`); empty where nobody told.
    """

    text: str
    language: str
    printed: date | None = None
    outlet: str = ""
    around: str = ""
    likely: tuple[tuple[int, float], ...] = ()

    def is_name(self, start: int) -> float | None:
        """The probability that the word at a place is a name; None where nobody told."""
        before = bisect_right(self.likely, (start, 1.0))
        return self.likely[before - 1][1] if before else None

    @classmethod
    def of(cls, cited: Candidate) -> Told:
        """A cited sentence, on one line."""
        passage, article = cited.hit.passage, cited.article
        return cls(
            text=" ".join(cited.text.split()),
            language=passage.language,
            printed=article.date,
            outlet=article.outlet or "",
            around=f"{article.title or ''}\n{passage.text}",
        )


def stems(text: str, language: str) -> set[str]:
    """The stems of the words of a text that say something of its subject."""
    return {stem(w, language) for w in words(text) if w not in stopwords(language)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One fact of a claim. `found`: the cited text has it; `denied`: it says something else instead.

    `likely` is the probability that it is a fact at all: the first word of a sentence, or a German noun, only looks like a name.
    """

    kind: Kind
    text: str
    found: bool
    denied: bool = False
    likely: float = 1.0
    reason: str = ""

    @property
    def sure(self) -> bool:
        """Whether it more probably is a fact than not."""
        return self.likely >= NAMED
