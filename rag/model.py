"""The small learned models: which hit stands first, which sentence answers, whether anything does, and whether what is cited says a claim.

All are logistic regressions whose weights are in `weights.json`. No number in there is set by hand: `python -m
benchmarks.quality.train_ranking` (the first), `benchmarks.quality.train` (the next two) and `benchmarks.quality.verifying` (the last,
for facts, for meaning and for clauses) make the file anew from named training parts, the same to the last digit.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Logistic:
    """p = 1 / (1 + exp(-(bias + Σ weight · value)))."""

    bias: float
    weights: Mapping[str, float]

    def score(self, values: Mapping[str, float]) -> float:
        """The weighted sum, for putting cases in order. Raises KeyError when a value that has a weight is missing."""
        return self.bias + sum(weight * values[name] for name, weight in self.weights.items())

    def probability(self, values: Mapping[str, float], more: float = 0.0) -> float:
        """The probability, 0 to 1, for one case, with `more` on its sum. Raises KeyError when a value that has a weight is missing."""
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, self.score(values) + more))))


@cache
def learned(name: str) -> Logistic:
    """The model "passage", "sentence", "answerability", "support_facts", "support_meaning" or "support_clause"."""
    return Logistic(**json.loads(weights_file().read_text(encoding="utf-8"))[name])


def weights_file() -> Path:
    """Where the weights are kept."""
    return Path(str(files("rag") / "weights.json"))
