"""An OpenAI-compatible chat endpoint: OpenAI, vLLM, Ollama, LM Studio, llama.cpp's server and others.

A server that is busy or broken is asked again (`retries.py`); the client itself never does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import finalize

from index.address import query_in, secrets_in, shown_url, usable_key, usable_url, user_in
from index.embed.checks import one_line
from index.errors import ModelFailed, ModelNotAllowed, SettingsWrong
from rag.llm.faults import translated
from rag.llm.guard import guarded
from rag.llm.retries import patient
from rag.llm.seam import Ending, Message, ModelSpec, Piece, Usage

if TYPE_CHECKING:
    from openai import OpenAI, Stream
    from openai.types.chat import ChatCompletionChunk

OPENAI_URL = "https://api.openai.com/v1"
_CONNECT = 5.0  # seconds until a server that is there has accepted
_ENDINGS: dict[str | None, Ending] = {None: "cut", "length": "too long", "content_filter": "filtered"}
_OPTIONAL = ("temperature", "stream_options", "stop")  # what a reply can do without, should the endpoint refuse it


@dataclass(kw_only=True)
class EndpointModel:
    """A `LanguageModel` behind HTTP. Without a model's name it takes the only one that the endpoint serves.

    `arguments` go into every request; one that is None is left out of it.
    """

    model: str
    base_url: str = field(repr=False)
    key: str = field(repr=False)
    seconds: float = 60.0
    arguments: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def name(self) -> str:
        """The model's name. Raises ModelNotAllowed or SettingsWrong when it must be asked for and cannot be told."""
        return self.model or self._only_model()

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, temperature: float = 0.0, stop: Sequence[str] = ()
    ) -> Iterator[Piece]:
        """See LanguageModel."""
        _ = self._client  # importing it takes a second, which is not the model's
        limit = "max_completion_tokens" if self.base_url == OPENAI_URL else "max_tokens"
        own = {limit: max_tokens, "temperature": temperature, "stream_options": {"include_usage": True}}
        given = {**own, "stop": list(stop) or None, **self.arguments}
        body = {name: value for name, value in given.items() if value is not None}
        turns = [asdict(message) for message in messages]
        return guarded(
            self.model or self.where,
            self.seconds,
            lambda closing: self._reply({"messages": turns, **body}, closing),
        )

    def models(self) -> list[str]:
        """The names of the models that the endpoint serves. Raises ModelFailed."""
        self._refuse_without_key()
        try:
            return [str(model.id) for model in self._client.models.list()]
        except Exception as error:  # noqa: BLE001 - whatever the client makes of a page that is no list of models
            raise self._translated(error) from None

    def _refuse_without_key(self) -> None:
        """Where OpenAI itself would be asked: any other server may need none."""
        if self.base_url == OPENAI_URL and not self.key:
            remedy = "set OPENAI_API_KEY, or the address of another server as SOURCELINE_LLM_URL"
            raise ModelNotAllowed(f"{self.where} answers only with a key", remedy)

    @property
    def where(self) -> str:
        """The address without what may be secret in it."""
        return shown_url(self.base_url)

    def _only_model(self) -> str:
        served = self.models()
        if len(served) == 1:
            return served[0]
        names = ", ".join(served[:20]) or "none"
        raise SettingsWrong(f"no language model is named, and {self.where} serves {names}", "set SOURCELINE_LLM_MODEL")

    def _reply(self, body: dict[str, Any], closing: ExitStack) -> Iterator[Piece]:
        def begun() -> tuple[Piece, Iterator[Piece]]:
            pieces = self._asked(body, closing)
            return next(pieces), pieces

        first, others = patient(begun, time.monotonic() + self.seconds)
        yield first
        yield from others

    def _asked(self, body: dict[str, Any], closing: ExitStack) -> Iterator[Piece]:
        self._refuse_without_key()
        try:
            stream = self._opened({"model": self.name, **body})
            closing.callback(stream.close)
            yield from _pieces(stream, self.where)
        except (ModelFailed, SettingsWrong):
            raise
        except Exception as error:  # noqa: BLE001 - the client, its transport and odd JSON raise their own; all are told
            raise self._translated(error, self._served) from None

    def _translated(self, error: Exception, served: Callable[[], list[str]] = list) -> ModelFailed:
        return translated(error, self.where, secrets_in(self.key, self.base_url), served)

    def _opened(self, body: dict[str, Any]) -> Stream[ChatCompletionChunk]:
        """The beginning reply; without an optional field that the endpoint says it does not take."""
        from openai import APIStatusError

        try:
            opened: Stream[ChatCompletionChunk] = self._client.chat.completions.create(**body, stream=True)
        except APIStatusError as error:
            refused = next((f for f in _OPTIONAL if f in body and f in one_line(error)), None)
            if error.status_code not in (400, 422) or refused is None:
                raise
            return self._opened({name: value for name, value in body.items() if name != refused})
        return opened

    def _served(self) -> list[str]:
        try:
            return self.models()
        except ModelFailed:  # it is asked for a hint only
            return []

    @cached_property
    def _client(self) -> OpenAI:
        from openai import DefaultHttpxClient, OpenAI, Timeout

        patience = Timeout(self.seconds, connect=_CONNECT)
        transport = DefaultHttpxClient(timeout=patience, auth=user_in(self.base_url))
        finalize(self, transport.close)  # its connections would outlive it
        return OpenAI(
            base_url=self.where,  # the rest of the address would be in every log line
            default_query=query_in(self.base_url),
            api_key=self.key or "none",
            max_retries=0,
            timeout=patience,
            http_client=transport,
        )


def _pieces(stream: Stream[ChatCompletionChunk], url: str) -> Iterator[Piece]:
    """The pieces of a reply, and how it ended. Raises ModelFailed for what is no reply at all."""
    kind = stream.response.headers.get("content-type", "")
    finish, usage, seen = None, None, False
    for part in stream:
        seen = True
        for choice in part.choices or ():
            finish = choice.finish_reason or finish
            if choice.delta and choice.delta.content:
                yield Piece(text=choice.delta.content)
        if part.usage:
            usage = Usage(prompt=part.usage.prompt_tokens, completion=part.usage.completion_tokens)
    if not seen:
        remedy = "check the base URL (it often ends in /v1)"
        raise ModelFailed(f"{url} answered with {kind or 'something'} that is no reply", remedy)
    yield Piece(ended=_ENDINGS.get(finish, "whole"), usage=usage)


def endpoint_model(spec: ModelSpec) -> EndpointModel:
    """The endpoint that `spec` names; nothing is sent yet. Raises SettingsWrong."""
    url = usable_url(spec.base_url or OPENAI_URL, "language model")
    key = usable_key(spec.key, "language model")
    return EndpointModel(model=spec.model, base_url=url, key=key, seconds=spec.seconds, arguments=spec.arguments)
