"""A vendor's errors as ours: the one place where they are told apart, in one line each and without the key."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from index.embed.checks import one_line
from index.errors import ContextTooLong, ModelFailed, ModelNotAllowed, ModelUnavailable, ReplyFiltered

_QUOTA = re.compile(r"insufficient_quota|exceeded your current quota|billing_hard_limit|credit balance", re.IGNORECASE)
_CONTEXT = re.compile(
    r"context_length_exceeded|exceed_context_size|(?:maximum|available) context|context (?:length|window|size)|"
    r"prompt is too long|too many tokens",
    re.IGNORECASE,
)
_FILTER = re.compile(r"content_filter|content_policy|content management policy|safety system", re.IGNORECASE)
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
        return ContextTooLong(f"{where} cannot take so long a prompt ({said})", "lower SOURCELINE_LLM_CONTEXT")
    if is_quota(full) or status == 402:
        return ModelNotAllowed(f"the account at {where} is used up ({said})", "raise its quota, or set another model")
    if _FILTER.search(full) or type(error).__name__ == "ContentFilterFinishReasonError":
        return ReplyFiltered(f"the content filter of {where} withheld the reply", "ask in other words")
    if isinstance(status, int):
        return _by_status(status, where, said, served)
    return _without_status(error, where, said)


def _by_status(status: int, where: str, said: str, served: Callable[[], list[str]]) -> ModelFailed:
    answered = f"{where} answered {status} ({said})"
    if status == 401:
        return ModelNotAllowed(answered, "set the right key: OPENAI_API_KEY or SOURCELINE_LLM_KEY")
    if status == 403:
        return ModelNotAllowed(answered, "use a key that may use this model")
    if status == 404:
        names = ", ".join(served()[:20])
        remedy = f"set SOURCELINE_LLM_MODEL to one of {names}" if names else "check the model's name and the base URL"
        return ModelNotAllowed(answered, remedy)
    if status in _BUSY or status >= 500:
        return ModelUnavailable(answered, "ask again in a while")
    return ModelFailed(answered, "check the settings of the language model")


def _without_status(error: BaseException, where: str, said: str) -> ModelFailed:
    """Failures on the way: by the name of their kind, since each client and each transport has its own classes."""
    kind = type(error).__name__
    if "Timeout" in kind:
        return ModelUnavailable(f"{where} took too long ({kind})", "ask again, or raise SOURCELINE_LLM_SECONDS")
    if "Connect" in kind:
        remedy = "start the language model's server, or check SOURCELINE_LLM_URL"
        return ModelUnavailable(f"{where} cannot be reached ({said})", remedy)
    if kind in ("ReadError", "RemoteProtocolError", "WriteError"):
        return ModelUnavailable(f"the connection to {where} broke ({said})", "ask again")
    if isinstance(error, ValueError | TypeError | AttributeError):
        return ModelFailed(f"{where} answered with something that is no reply ({said})", "check the base URL")
    return ModelFailed(f"{where} failed ({kind}: {said})", "check the settings of the language model")
