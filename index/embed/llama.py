"""Any embedding class of llama-index, named by its dotted path, as an `Embedder`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from index.embed.checks import checked, one_line
from index.embed.seam import EmbedderSpec, Vectors
from index.embed.tokens import plain
from index.errors import EmbedderFailed
from index.imported import made

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding


class LlamaIndexEmbedder:
    """Queries go through `get_query_embedding`, passages through `get_text_embedding_batch`: many classes tell them apart.

    The dimension is learned from one embedded word on first use.
    """

    def __init__(self, embedding: BaseEmbedding, secrets: Sequence[str] = ()) -> None:
        self._embedding, self._secrets = embedding, secrets
        kind = type(embedding)
        self.model = f"{kind.__module__}.{kind.__qualname__}:{embedding.model_name}"

    @cached_property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(
            checked(self._asked(self._passages, ["dimension"]), count=1, dimension=None, model=self.model).shape[1]
        )

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._embedded(self._passages, texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._embedded(self._queries, texts)

    def _embedded(self, ask: Callable[[list[str]], list[list[float]]], texts: Sequence[str]) -> Vectors:
        rows = self._asked(ask, [plain(text) for text in texts])
        return checked(rows, count=len(texts), dimension=self.dimension, model=self.model)

    def _asked(self, ask: Callable[[list[str]], list[list[float]]], texts: list[str]) -> list[list[float]]:
        try:
            return ask(texts)
        except Exception as error:  # noqa: BLE001 - every vendor's class raises its own
            said = one_line(error, self._secrets)
            raise EmbedderFailed(f"{self.model} failed ({type(error).__name__}: {said})", "see its settings") from None

    def _passages(self, texts: list[str]) -> list[list[float]]:
        return self._embedding.get_text_embedding_batch(texts)

    def _queries(self, texts: list[str]) -> list[list[float]]:
        return [self._embedding.get_query_embedding(text) for text in texts]


def llama_index_embedder(spec: EmbedderSpec) -> LlamaIndexEmbedder:
    """The class at the dotted path `spec.engine`, made with `spec.options`. Raises SettingsWrong."""
    from llama_index.core.base.embeddings.base import BaseEmbedding

    instance, secrets = made(spec.engine, BaseEmbedding, "embedding class", spec.options)
    return LlamaIndexEmbedder(instance, secrets)
