"""The seam between Sourceline and embedding models, and what a setting says about which one to use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """The tokens of a text, each as a model read it in its context.

    `states` is float32 [tokens, dimension], rows of length 1; `weights` float32 [tokens], how much each of them says.
    """

    states: Vectors
    weights: Vectors


def stacked(vectors: Sequence[Vectors], dimension: int) -> Vectors:
    """float32 [len(vectors), dimension], also of none."""
    return np.array(vectors, np.float32).reshape(len(vectors), dimension)


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


@runtime_checkable
class TokenEmbedder(Protocol):
    """An embedder that can also say how it read each token. Thread-safe; takes any text."""

    def read_passages(self, texts: Sequence[Sequence[str]]) -> list[list[Tokens]]:
        """The tokens of each piece of each text; the pieces of a text (a title, sentences) are read as one."""

    def read_query(self, text: str) -> Tokens:
        """The tokens of what somebody asks."""


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
