"""Rerankers: behind an endpoint (Cohere, Jina, llama.cpp, vLLM, text-embeddings-inference), or any postprocessor of llama-index.

Only this package knows a vendor of rerankers; everything else holds a `Reranker`. What its scores do is `rag/retrieval/rerank.py`.
"""

from __future__ import annotations

from index.errors import SettingsWrong
from rag.rerankers.seam import Reranker, RerankerSpec

__all__ = ["Reranker", "RerankerSpec", "make_reranker"]


def make_reranker(spec: RerankerSpec) -> Reranker:
    """The reranker that `spec` names. Nothing is sent yet. Raises SettingsWrong."""
    if spec.engine in ("cohere", "tei"):
        from rag.rerankers.endpoint import endpoint_reranker

        return endpoint_reranker(spec)
    if "." in spec.engine:
        from rag.rerankers.llama import llama_index_reranker

        return llama_index_reranker(spec)
    remedy = 'use "cohere", "tei" or the dotted path of a llama-index postprocessor class'
    raise SettingsWrong(f"there is no reranker {spec.engine!r}", remedy)
