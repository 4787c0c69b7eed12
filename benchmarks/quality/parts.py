"""Which cases train our weights, and which only test them."""

from __future__ import annotations

from hashlib import sha256

XQUAD_TRAINS = range(16)
"""The articles of XQuAD whose questions train; 16-31 test."""


def trains(case_id: str) -> bool:
    """Whether a case of MultiHop-RAG or of the sample corpus trains: those whose id has an even SHA-256."""
    return sha256(case_id.encode()).digest()[-1] % 2 == 0
