"""Texts become vectors: the embedder behind the index, built in, behind an endpoint, or of llama-index.

Only this package knows an embedding vendor. Everything else holds an `Embedder` and stores its `model` with each
vector, because vectors of two models must never be compared.
"""

from __future__ import annotations

from pathlib import Path

from index.embed.seam import Embedder, EmbedderSpec, TokenEmbedder, Tokens, Vectors
from index.errors import SettingsWrong
from index.home import MODELS

__all__ = ["Embedder", "EmbedderSpec", "TokenEmbedder", "Tokens", "Vectors", "make_embedder"]


def make_embedder(spec: EmbedderSpec | str = "local", home: Path | None = None) -> Embedder:
    """The embedder that `spec` names; `home` is where the built-in engine keeps its prepared model.

    A string stands for `EmbedderSpec(engine=string)`. No model is loaded and nothing is sent before the first text is
    embedded or the dimension of a foreign model is asked. Raises SettingsWrong for a spec that cannot be used.
    """
    wanted = EmbedderSpec(engine=spec) if isinstance(spec, str) else spec
    if wanted.engine == "local":
        from index.embed.local import LocalEmbedder

        return LocalEmbedder(home / MODELS if home else None)
    if wanted.engine == "openai":
        from index.embed.remote import endpoint_embedder

        return endpoint_embedder(wanted)
    if "." in wanted.engine:
        from index.embed.llama import llama_index_embedder

        return llama_index_embedder(wanted)
    remedy = 'use "local", "openai" or the dotted path of a llama-index embedding class'
    raise SettingsWrong(f"there is no embedder {wanted.engine!r}", remedy)
