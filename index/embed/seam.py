"""The seam between Sourceline and embedding models, and what a setting says about which one to use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into vectors whose dot product is their likeness (a cosine, since every row has length 1).

    Passages and queries are embedded differently by most retrieval models, hence two methods. Both are thread-safe,
    take any text (empty, NUL, lone surrogate) and return float32 [len(texts), dimension] in the order of `texts`.
    They raise EmbedderFailed when the model or its endpoint does not answer as it should.
    """

    @property
    def model(self) -> str:
        """The identity of the vector space, stored with every vector: equal names mean comparable vectors."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of what is searched; give it some hundred texts at a time and show progress between the calls."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of what people ask."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EmbedderSpec:
    """Which embedder to use, as the settings say it.

    `engine` is "local" (multilingual-e5-small, built in, no network), "openai" (an OpenAI-compatible endpoint: `model`,
    `base_url`, `key`) or the dotted path of a llama-index embedding class, which is given `options` as keywords.
    """

    engine: str = "local"
    model: str = ""
    base_url: str = ""
    key: str = field(default="", repr=False)
    options: Mapping[str, Any] = field(default_factory=dict)
