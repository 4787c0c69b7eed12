"""Which words of a claim are names: those that a translation leaves as they are. A noun is translated, "Supreme Court" mostly, too.

One direction in the space of the embedder's tokens says it. It was learned from sentences and their translations (`python -m
benchmarks.quality.naming`), by nobody's label: a word with a capital is a name when the translation has it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from index.embed import Tokens
from index.vectors import Vectors

_LARGEST = 30.0  # beyond it exp says nothing more


def name_probabilities(words: Sequence[Tokens]) -> list[float]:
    """Of each word with a capital, given as its tokens, the probability that it is a name; of other words it says nothing."""
    bias, direction = _learned()
    sums = np.array([float(word_state(tokens) @ direction) + bias for tokens in words])
    return [float(p) for p in 1 / (1 + np.exp(-np.clip(sums, -_LARGEST, _LARGEST)))]


def word_state(tokens: Tokens) -> Vectors:
    """The mean of a word's tokens, float32 [dimension]."""
    return np.asarray(tokens.weights @ tokens.states / max(float(tokens.weights.sum()), 1e-9), np.float32)


def direction_file() -> Path:
    """Where the direction is kept."""
    return Path(str(files("rag.verify") / "naming.json"))


@cache
def _learned() -> tuple[float, Vectors]:
    """The bias, and the direction, float32 [dimension]."""
    kept = json.loads(direction_file().read_text(encoding="utf-8"))
    return kept["bias"], np.array(kept["direction"], np.float32)
