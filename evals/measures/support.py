"""Support: what share of an answer's claims the sentences they cite say, as the assistant's own verifier sees it.

It needs no gold, and it is the system's own word: a system that checks nothing has all its claims unchecked.
It applies to cases that were answered in claims.
"""

from __future__ import annotations

from functools import partial
from typing import get_args

from evals.measures.measure import Measure
from evals.runs import Row
from rag.types import Support

LIU = "Liu et al. (2023), Evaluating verifiability in generative search engines"


def share(support: Support, row: Row) -> float | None:
    """The share of the claims with this support."""
    claims = row.answer.get("claims")
    if not row.answered or not claims:
        return None
    return [claim["support"] for claim in claims].count(support) / len(claims)


MEASURES = tuple(
    Measure(
        name=f"claims {support}",
        value=partial(share, support),
        better="higher" if support == "supported" else "lower",
        source=LIU,
        group="support",
    )
    for support in get_args(Support)
)
