"""A vendor's errors as ours: the one place where they are told apart, in one line each and without the key."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import Any

from index.embed.checks import one_line
from index.errors import ContextTooLong, ModelFailed, ModelNotAllowed, ModelUnavailable, ReplyFiltered

_QUOTA = re.compile(r"insufficient_quota|exceeded your current quota|billing_hard_limit|credit balance", re.IGNORECASE)
_CONTEXT = re.compile(
    r"context_length_exceeded|exceed_context_size|(?:maximum|available) context|context (?:length|window|size)|"
    r"prompt is too long|too many tokens",
    re.IGNORECASE,
)
_FILTER = re.compile(r"content_filter|content_policy|content management policy|safety system", re.IGNORECASE)
_TOKENS = re.compile(r"(\d{3,}) (?:\w+ )?tokens")
_BUSY = (408, 409, 425, 429)


def is_quota(said: str) -> bool:
    """Whether a provider says that the account is used up, and not only busy."""
    return bool(_QUOTA.search(said))


def translated(
    error: BaseException, where: str, secrets: Sequence[str] = (), served: Callable[[], list[str]] = list
) -> ModelFailed:
    """What happened at `where` and what to do; `served` asks for the names of the models that there are."""
    if isinstance(error, ModelFailed):
        return error
    said = one_line(error, secrets)
    status, code = getattr(error, "status_code", None), getattr(error, "code", None)
    full = f"{code} {error} {getattr(error, 'body', '')}"
    if _CONTEXT.search(full):
        takes = _share_taken(full)
        return ContextTooLong(f"{where} cannot take so long a prompt ({said})", "lower SOURCELINE_LLM_CONTEXT", takes)
    if is_quota(full) or status == 402:
        return ModelNotAllowed(f"the account at {where} is used up ({said})", "raise its quota, or set another model")
    if _FILTER.search(full) or type(error).__name__ == "ContentFilterFinishReasonError":
        return ReplyFiltered(f"the content filter of {where} withheld the reply", "ask in other words")
    if isinstance(status, int):
        return _by_status(status, f"{where} answered {status} ({said})", _wait(error), served)
    below = error.__cause__ or error  # the client says "Connection error." of whatever its transport met
    return _without_status(below, where, one_line(below, secrets) or type(below).__name__)


def _by_status(status: int, answered: str, wait: float | None, served: Callable[[], list[str]]) -> ModelFailed:
    if status == 401:
        return ModelNotAllowed(answered, "set the right key: OPENAI_API_KEY or SOURCELINE_LLM_KEY")
    if status == 403:
        return ModelNotAllowed(answered, "use a key that may use this model")
    if status == 404:
        names = ", ".join(served()[:20])
        remedy = f"set SOURCELINE_LLM_MODEL to one of {names}" if names else "check the model's name and the base URL"
        return ModelNotAllowed(answered, remedy)
    if status in _BUSY or status >= 500:
        return ModelUnavailable(answered, f"ask again in {wait:.0f} seconds" if wait else "ask again in a while", wait)
    return ModelFailed(answered, "check the settings of the language model")


def _wait(error: BaseException) -> float | None:
    """The seconds of Retry-After (RFC 9110, 10.2.3: a number or a date), or of the finer retry-after-ms."""
    headers: Any = getattr(getattr(error, "response", None), "headers", {})
    with suppress(KeyError, ValueError):
        return max(0.0, float(headers["retry-after-ms"]) / 1000)
    said = headers.get("retry-after", "")
    with suppress(ValueError):
        return max(0.0, float(said))
    with suppress(ValueError):
        return max(0.0, parsedate_to_datetime(said).timestamp() - time.time())
    return None


def _share_taken(said: str) -> float | None:
    """What part of a prompt a server would have taken: most name the tokens that they take and those that they were sent."""
    counts = [int(count) for count in _TOKENS.findall(said)[:2]]
    return min(counts) / max(counts) if len(set(counts)) == 2 else None


def _without_status(error: BaseException, where: str, said: str) -> ModelFailed:
    """Failures on the way: by the name of their kind, since each client and each transport has its own classes."""
    kind = type(error).__name__
    if "Timeout" in kind:
        return ModelUnavailable(f"{where} took too long ({kind})", "ask again, or raise SOURCELINE_LLM_SECONDS")
    if "Connect" in kind:
        remedy = "start the language model's server, or check SOURCELINE_LLM_URL and the network"
        return ModelUnavailable(f"{where} cannot be reached ({said})", remedy)
    if kind in ("ReadError", "RemoteProtocolError", "WriteError"):
        return ModelUnavailable(f"the connection to {where} broke ({said})", "ask again")
    if isinstance(error, ValueError | TypeError | AttributeError):
        return ModelFailed(f"{where} answered with something that is no reply ({said})", "check the base URL")
    return ModelFailed(f"{where} failed ({kind}: {said})", "check the settings of the language model")
