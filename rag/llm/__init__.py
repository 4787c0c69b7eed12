"""Language models: behind an OpenAI-compatible endpoint, any class of llama-index, or a GGUF file run in this process.

Only this package knows a vendor of language models; everything else holds a `LanguageModel`.
"""

from __future__ import annotations

from index.errors import SettingsWrong
from rag.llm.seam import Ending, LanguageModel, Message, ModelSpec, Piece, Reply, Usage, complete

__all__ = ["Ending", "LanguageModel", "Message", "ModelSpec", "Piece", "Reply", "Usage", "complete", "make_model"]


def make_model(spec: ModelSpec) -> LanguageModel:
    """The language model that `spec` names. Nothing is loaded or sent yet. Raises SettingsWrong."""
    if spec.engine == "openai":
        from rag.llm.remote import endpoint_model

        return endpoint_model(spec)
    if spec.engine.lower().endswith(".gguf"):
        from rag.llm.local import file_model

        return file_model(spec)
    if "." in spec.engine:
        from rag.llm.llama import llama_index_model

        return llama_index_model(spec)
    remedy = 'use "openai", the dotted path of a llama-index LLM class or the path of a .gguf file'
    raise SettingsWrong(f"there is no language model {spec.engine!r}", remedy)
