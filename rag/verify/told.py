"""What the tier of facts reads, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from rag.types import Candidate

Kind = Literal["number", "date", "name", "negation", "opposite", "role"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A sentence: a claim, or one that is cited. `printed` is its article's day; `around` what stands near it: title, passage."""

    text: str
    language: str
    printed: date | None = None
    around: str = ""

    @classmethod
    def of(cls, cited: Candidate) -> Told:
        """A cited sentence, on one line."""
        passage, article = cited.hit.passage, cited.article
        return cls(
            text=" ".join(cited.text.split()),
            language=passage.language,
            printed=article.date,
            around=f"{article.title or ''}\n{passage.text}",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One fact of a claim. `found`: the cited text has it; `denied`: it says something else instead.

    A fact that is not `sure` may be none: the first word of a sentence that looks like a name, or a German noun.
    """

    kind: Kind
    text: str
    found: bool
    denied: bool = False
    sure: bool = True
    reason: str = ""
