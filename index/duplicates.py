"""Texts that are copies of each other, by MinHash over their words (Broder, 1997)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from index.terms import words

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_PERMUTATIONS = 128
_SHINGLE = 3  # words
_SAME = 0.6  # Jaccard similarity of the shingles; a text with one sentence in five edited keeps about this much
_KEPT = (
    8192  # sketches, of half a kilobyte beside their text: the same passages are found for one question after the other
)


def copies(texts: Sequence[str], articles: Sequence[str]) -> list[int]:
    """For each text, the position of the first text that it is a copy of (its own, if of none).

    `articles` says of which article each is. Within one article only equal texts are copies: a report says nearly the same
    of each year. And no copy gives another number: that is a disagreement.
    """
    sketches = np.array([_sketch(text) for text in texts])
    first: list[int] = []
    for i in range(len(texts)):
        alike = np.flatnonzero((sketches[:i] == sketches[i]).mean(axis=1) >= _SAME).tolist()
        first.append(next((j for j in alike if first[j] == j and _is_copy(i, j, texts, articles)), i))
    return first


def _is_copy(i: int, j: int, texts: Sequence[str], articles: Sequence[str]) -> bool:
    """Whether one of two texts that are alike is a copy of the other."""
    if articles[i] == articles[j]:
        return texts[i] == texts[j]
    one, other = (frozenset(_NUMBER.findall(texts[n])) for n in (i, j))
    return one <= other or other <= one


@lru_cache(maxsize=_KEPT)
def _sketch(text: str) -> npt.NDArray[np.uint32]:
    """uint32 [128]; the share of places in which two agree estimates the Jaccard similarity of their shingles."""
    from rensa import RMinHash

    sketch = RMinHash(num_perm=_PERMUTATIONS, seed=1)
    sketch.update(_shingles(text))
    return np.array(sketch.digest(), np.uint32)


def _shingles(text: str) -> list[str]:
    tokens = words(text)
    each = zip(*(tokens[n:] for n in range(_SHINGLE)), strict=False)
    return list(map(" ".join, each)) or [" ".join(tokens)]
