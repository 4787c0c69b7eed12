"""Texts become vectors: the embedder behind the index, built in, behind an endpoint, or of llama-index.

Only this package knows an embedding vendor. Everything else holds an `Embedder` and stores its `model` with each
vector, because vectors of two models must never be compared.
"""

from __future__ import annotations

from pathlib import Path

from index.embed.seam import Embedder, EmbedderSpec

__all__ = ["Embedder", "EmbedderSpec", "make_embedder"]


def make_embedder(spec: EmbedderSpec | str = "local", home: Path | None = None) -> Embedder:
    """The embedder that `spec` names; `home` is where the built-in engine keeps its prepared model.

    A string stands for `EmbedderSpec(engine=string)`. Nothing heavy is loaded before the first text is embedded.
    Raises SettingsWrong for a spec that cannot be used.
    """
    from index.embed.local import LocalEmbedder

    wanted = EmbedderSpec(engine=spec) if isinstance(spec, str) else spec
    assert wanted.engine == "local", "other engines follow"
    return LocalEmbedder(home / "models" if home else None)
