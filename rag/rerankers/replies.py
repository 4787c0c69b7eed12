"""What a reranking endpoint answered: scores, or in one line what is wrong and what to do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from index.embed.checks import one_line
from index.errors import RerankerFailed
from rag.llm.faults import is_quota

_CHECK = "check SOURCELINE_RERANKER_URL and SOURCELINE_RERANKER"
_REMEDIES = {
    400: "check SOURCELINE_RERANKER_MODEL, and SOURCELINE_RERANKER for the form (cohere or tei) that it speaks",
    401: "set the right key: SOURCELINE_RERANKER_KEY",
    402: "raise the quota at the provider",
    403: "use a key that may use this model",
    404: "check SOURCELINE_RERANKER_URL and SOURCELINE_RERANKER_MODEL",
    413: "lower SOURCELINE_RERANKER_HITS",
    424: "serve a reranking model",  # text-embeddings-inference with another kind of model
    429: "ask again in a while, or raise the quota at the provider",
    501: "serve a reranking model (llama.cpp: --reranking)",
}
_SAYS = ("message", "error", "detail")  # where vendors put what went wrong


_LARGEST = 1e100  # a score that can be added up and squared; NaN is not below it either


def read_scores(content: bytes, count: int, where: str) -> list[float]:
    """The scores of a reply in the order of the texts, whichever of the two forms it has. Raises RerankerFailed.

    Every text has to have exactly one finite score: an order of some of them would be a guess about the rest.
    """
    try:
        reply = json.loads(content)
        rows = reply["results"] if isinstance(reply, dict) else reply
        found = [(row["index"], row["relevance_score"] if "relevance_score" in row else row["score"]) for row in rows]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise RerankerFailed(f"{where} answered with something that is no list of scores", _CHECK) from None
    if len(found) != count:
        remedy = "set another reranker, or another SOURCELINE_RERANKER_HITS"
        raise RerankerFailed(f"{where} answered with {len(found)} scores for {count} passages", remedy)
    if sorted((i for i, _ in found if type(i) is int)) != list(range(count)):
        raise RerankerFailed(f"{where} did not score each passage once", "set another reranker")
    if not all(_is_finite(score) for _, score in found):
        raise RerankerFailed(f"{where} answered with a score that is no number", "set another reranker")
    return [float(score) for _, score in sorted(found)]


def refused(status: int, content: bytes, where: str, secrets: Sequence[str]) -> RerankerFailed:
    """What an endpoint says that answers with another status than 200, and what to do."""
    said = one_line(ValueError(_said(content)), secrets)
    answered = f"{where} answered {status}" + (f" ({said})" if said else "")
    if 300 <= status < 400:
        return RerankerFailed(answered, "set SOURCELINE_RERANKER_URL to the address it has moved to")
    if is_quota(said):
        return RerankerFailed(answered, _REMEDIES[402])
    if status == 422:
        status = 400
    other = "ask again in a while, or look at the log of the reranker" if status >= 500 else _CHECK
    return RerankerFailed(answered, _REMEDIES.get(status, other))


def _said(content: bytes) -> str:
    """What went wrong, in the endpoint's own words; nothing of a page meant for a browser."""
    text = content.decode("utf-8", "replace").strip()
    try:
        told: Any = json.loads(text)
    except (ValueError, RecursionError):
        return "" if text.startswith("<") else text
    while isinstance(told, dict):
        told = next((told[name] for name in _SAYS if told.get(name)), "")
    return str(told)


def _is_finite(score: object) -> bool:
    try:
        return type(score) in (int, float) and abs(score) < _LARGEST  # type: ignore[arg-type]
    except OverflowError:  # an integer that no float holds
        return False
