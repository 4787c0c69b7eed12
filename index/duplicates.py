"""Texts that are copies of each other, by MinHash over their words (Broder, 1997)."""

from __future__ import annotations

from collections.abc import Sequence

from index.terms import words

_PERMUTATIONS = 128
_SHINGLE = 3  # words
_SAME = 0.6  # Jaccard similarity of the shingles; a text with one sentence in five edited keeps about this much


def copies(texts: Sequence[str]) -> list[int]:
    """For each text, the position of the first text that it is a copy of (its own, if of none)."""
    from rensa import RMinHash

    sketches = []
    for text in texts:
        sketch = RMinHash(num_perm=_PERMUTATIONS, seed=1)
        sketch.update(_shingles(text))
        sketches.append(sketch)
    first: list[int] = []
    for i, sketch in enumerate(sketches):
        same = (j for j in range(i) if first[j] == j and sketches[j].jaccard(sketch) >= _SAME)
        first.append(next(same, i))
    return first


def _shingles(text: str) -> list[str]:
    tokens = words(text)
    return [" ".join(tokens[i : i + _SHINGLE]) for i in range(max(1, len(tokens) - _SHINGLE + 1))]
