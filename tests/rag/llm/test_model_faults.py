"""Every error class of the openai client has its translation; a new one in a new version fails here."""

from __future__ import annotations

import inspect

import httpx
import openai
import pytest

from index.errors import ModelFailed, ModelNotAllowed, ModelUnavailable, ReplyFiltered
from rag.llm.faults import translated

REQUEST = httpx.Request("POST", "http://127.0.0.1/v1/chat/completions")
MEANT: dict[str, type[ModelFailed]] = {
    "OpenAIError": ModelFailed,
    "APIError": ModelFailed,
    "APIConnectionError": ModelUnavailable,
    "APITimeoutError": ModelUnavailable,
    "APIResponseValidationError": ModelFailed,
    "APIStatusError": ModelFailed,
    "BadRequestError": ModelFailed,
    "AuthenticationError": ModelNotAllowed,
    "OAuthError": ModelNotAllowed,
    "PermissionDeniedError": ModelNotAllowed,
    "NotFoundError": ModelNotAllowed,
    "ConflictError": ModelUnavailable,
    "UnprocessableEntityError": ModelFailed,
    "RateLimitError": ModelUnavailable,
    "InternalServerError": ModelUnavailable,
    "LengthFinishReasonError": ModelFailed,
    "ContentFilterFinishReasonError": ReplyFiltered,
}
NOT_OF_CHATS = {
    "InvalidWebhookSignatureError",
    "WebSocketConnectionClosedError",
    "WebSocketQueueFullError",
    "_AmbiguousModuleClientUsageError",
    "SubjectTokenProviderError",
}
STATUS = {"APIStatusError": 418, "OAuthError": 401, "InternalServerError": 500}


def classes() -> dict[str, type[openai.OpenAIError]]:
    found = (o for _, o in inspect.getmembers(openai, inspect.isclass) if issubclass(o, openai.OpenAIError))
    return {o.__name__: o for o in found}


def made(name: str) -> BaseException:
    """An error as the client would raise it, without knowing the arguments of every class."""
    kind = classes()[name]
    error = kind.__new__(kind)
    Exception.__init__(error, "went wrong")
    if issubclass(kind, openai.APIStatusError):
        error.status_code = STATUS.get(name) or kind.status_code  # type: ignore[attr-defined]
    return error


def test_no_class_of_the_client_is_forgotten() -> None:
    assert classes().keys() - NOT_OF_CHATS == MEANT.keys()


@pytest.mark.parametrize("name", sorted(MEANT))
def test_each_becomes_one_of_ours(name: str) -> None:
    ours = translated(made(name), "http://127.0.0.1/v1")
    assert type(ours) is MEANT[name]
    assert ours.remedy


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ReadError("reset"), ModelUnavailable),
        (httpx.RemoteProtocolError("closed"), ModelUnavailable),
        (httpx.ReadTimeout("slow"), ModelUnavailable),
        (httpx.ConnectError("refused"), ModelUnavailable),
        (ValueError("not JSON"), ModelFailed),
        (openai.APIError("Overloaded: exceeded your current quota", REQUEST, body=None), ModelNotAllowed),
    ],
)
def test_so_do_errors_from_below_the_client(error: Exception, kind: type[ModelFailed]) -> None:
    assert type(translated(error, "here")) is kind


def test_a_key_is_left_out() -> None:
    assert "sk-1" not in str(translated(ValueError("key sk-1 is wrong"), "here", ["sk-1"]))
