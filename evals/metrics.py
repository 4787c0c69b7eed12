"""Measures of a ranking. Each is one small definition; relevance is binary, ranks count from 1.

Names as in ir-measures, which must agree (tests/evals/test_metrics.py).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Sequence


def recall(ranking: Sequence[Hashable], relevant: Collection[Hashable], k: int) -> float:
    """Recall@k: the share of what is relevant that is among the first k (Cleverdon, 1967)."""
    return len(set(ranking[:k]) & set(relevant)) / len(set(relevant))


def success(ranking: Sequence[Hashable], relevant: Collection[Hashable], k: int) -> float:
    """Success@k: 1 if anything relevant is among the first k."""
    return float(bool(set(ranking[:k]) & set(relevant)))


def reciprocal_rank(ranking: Sequence[Hashable], relevant: Collection[Hashable]) -> float:
    """RR: one over the rank of the first relevant one, 0 if there is none (Kantor and Voorhees, 2000)."""
    return next((1 / rank for rank, one in enumerate(ranking, start=1) if one in relevant), 0.0)


def ndcg(ranking: Sequence[Hashable], relevant: Collection[Hashable], k: int) -> float:
    """nDCG@k: gains discounted by log2(rank + 1), over the best possible (Järvelin and Kekäläinen, 2002)."""
    unique = list(dict.fromkeys(ranking))[:k]
    gain = sum(1 / math.log2(rank + 1) for rank, one in enumerate(unique, start=1) if one in relevant)
    return gain / sum(1 / math.log2(rank + 1) for rank in range(1, min(k, len(set(relevant))) + 1))
