"""Texts that are copies of each other, by MinHash over their words (Broder, 1997)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.terms import words

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_PERMUTATIONS = 128
_SHINGLE = 3  # words
_SAME = 0.6  # Jaccard similarity of the shingles; a text with one sentence in five edited keeps about this much


def copies(texts: Sequence[str], articles: Sequence[str]) -> list[int]:
    """For each text, the position of the first text that it is a copy of (its own, if of none).

    `articles` says of which article each is. Within one article only equal texts are copies: a report says nearly the same
    of each year. And no copy gives another number: that is a disagreement.
    """
    from rensa import RMinHash

    sketches, numbers = [], [frozenset(_NUMBER.findall(text)) for text in texts]
    for text in texts:
        sketch = RMinHash(num_perm=_PERMUTATIONS, seed=1)
        sketch.update(_shingles(text))
        sketches.append(sketch)

    def same(i: int, j: int) -> bool:
        if articles[i] == articles[j]:
            return texts[i] == texts[j]
        agree = numbers[i] <= numbers[j] or numbers[j] <= numbers[i]
        return agree and bool(sketches[j].jaccard(sketches[i]) >= _SAME)

    first: list[int] = []
    for i in range(len(texts)):
        first.append(next((j for j in range(i) if first[j] == j and same(i, j)), i))
    return first


def _shingles(text: str) -> list[str]:
    tokens = words(text)
    return [" ".join(tokens[i : i + _SHINGLE]) for i in range(max(1, len(tokens) - _SHINGLE + 1))]
