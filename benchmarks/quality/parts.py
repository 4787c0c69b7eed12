"""Which cases train our weights, and which only test them."""

from __future__ import annotations

import re
from hashlib import sha256

from evals.cases import Case

XQUAD_TRAINS = range(16)
"""The articles of XQuAD whose questions train; 16-31 test."""
_XQUAD = re.compile(r"xq_\w\w_(\d+)\.md$")


def trains(case_id: str) -> bool:
    """Whether a case of MultiHop-RAG or of the sample corpus trains: those whose id has an even SHA-256."""
    return sha256(case_id.encode()).digest()[-1] % 2 == 0


def unseen(case: Case) -> bool:
    """Whether a case of XQuAD, MultiHop-RAG or the sample corpus trained nothing and chose nothing."""
    articles = [int(m[1]) for e in case.evidence if (m := _XQUAD.search(e.file))]
    return not any(a in XQUAD_TRAINS for a in articles) if articles else not trains(case.id)
