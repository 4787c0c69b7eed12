"""An OpenAI-compatible embeddings endpoint: OpenAI, vLLM, Ollama, llama.cpp, text-embeddings-inference and others.

The protocol does not say whether a text is a query or a passage; models that want to know are told by a prefix in the text
(`query_prefix`, `passage_prefix`), as their model cards say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import finalize

import numpy as np

from index.address import query_in, secrets_in, shown_url, usable_key, usable_url, user_in
from index.embed.checks import checked, one_line
from index.embed.seam import EmbedderSpec, Vectors
from index.embed.tokens import plain
from index.errors import EmbedderFailed, SettingsWrong

if TYPE_CHECKING:
    from openai import APIStatusError, OpenAI

_REMEDIES = {
    401: "set the right embedding key",
    403: "the embedding key has no right to this model",
    404: "check the embedding model and base URL",
    413: "lower the embedding batch size",
    429: "wait, or raise the quota at the provider",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class EndpointOptions:
    """What `EmbedderSpec.options` may set for an endpoint. `timeout` is seconds a request, tried `retries` times more."""

    query_prefix: str = ""
    passage_prefix: str = ""
    dimension: int | None = None
    batch: int = 64
    timeout: float = 60.0
    retries: int = 2


@dataclass(kw_only=True)
class EndpointEmbedder:
    """An `Embedder` behind HTTP. Its first use asks for one vector to learn the dimension, unless the options say it."""

    name: str
    base_url: str
    key: str = field(repr=False)
    options: EndpointOptions

    @property
    def model(self) -> str:
        """The model's name and the prefixes, which change the vectors; not the URL, which may move."""
        asked, found = self.options.query_prefix, self.options.passage_prefix
        return f"openai:{self.name}" + (f"[{asked}|{found}]" if asked or found else "")

    @cached_property
    def dimension(self) -> int:
        """Length of a vector, asked of the endpoint unless the options say it."""
        return self.options.dimension or int(self._asked(["dimension"], None).shape[1])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._embedded(texts, self.options.passage_prefix)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._embedded(texts, self.options.query_prefix)

    def _embedded(self, texts: Sequence[str], prefix: str) -> Vectors:
        # Most endpoints refuse an empty text, and a blank has the same meaning.
        ready = [plain(prefix + text) or " " for text in texts]
        parts = [self._asked(batch, self.dimension) for batch in _batches(ready, self.options.batch)]
        return np.concatenate([np.empty((0, self.dimension), np.float32), *parts])

    def _asked(self, texts: list[str], dimension: int | None) -> Vectors:
        from openai import OpenAIError

        try:
            reply = self._client.embeddings.create(model=self.name, input=texts, encoding_format="float")
        except (OpenAIError, ValueError) as error:  # ValueError: a reply that is not JSON, a key that is not ASCII
            raise self._failed(error) from None
        return checked(self._rows(reply), count=len(texts), dimension=dimension, model=self.name)

    def _rows(self, reply: Any) -> list[Any]:
        """The vectors of a reply in the order of the texts; the client passes on whatever JSON or page it was sent."""
        try:
            return [row.embedding for row in sorted(reply.data, key=lambda row: int(row.index))]
        except (AttributeError, TypeError, ValueError):
            remedy = "check the base URL (it often ends in /v1)"
            raise EmbedderFailed(f"{self._where} did not answer with vectors", remedy) from None

    @cached_property
    def _client(self) -> OpenAI:
        from openai import DefaultHttpxClient, OpenAI

        retries, timeout = self.options.retries, self.options.timeout
        transport = DefaultHttpxClient(timeout=timeout, auth=user_in(self.base_url))
        finalize(self, transport.close)  # its connections would outlive it
        return OpenAI(
            base_url=self._where,  # the rest of the address would be in every log line
            default_query=query_in(self.base_url),
            api_key=self.key or "none",
            max_retries=retries,
            timeout=timeout,
            http_client=transport,
        )

    @property
    def _where(self) -> str:
        return shown_url(self.base_url)

    def _failed(self, error: Exception) -> EmbedderFailed:
        """The client's error as ours, in one line, without the key."""
        from openai import APIStatusError, OpenAIError

        said = one_line(error, secrets_in(self.key, self.base_url))
        if isinstance(error, APIStatusError):
            return EmbedderFailed(f"{self._where} answered {error.status_code} ({said})", _remedy(error))
        if isinstance(error, OpenAIError):
            remedy = "start the embedding server or check its URL"
            return EmbedderFailed(f"{self._where} does not answer ({said})", remedy)
        return EmbedderFailed(f"{self._where} cannot be used ({said})", "check the embedding key and base URL")


def endpoint_embedder(spec: EmbedderSpec) -> EndpointEmbedder:
    """The endpoint that `spec` names; nothing is sent yet. Raises SettingsWrong."""
    if not spec.model or not spec.base_url:
        raise SettingsWrong(
            "an embedding endpoint needs a model and a base URL", "set SOURCELINE_EMBEDDER_MODEL and _URL"
        )
    url, key = usable_url(spec.base_url, "embedding endpoint"), usable_key(spec.key, "embedding endpoint")
    try:
        options = EndpointOptions(**spec.options)
    except TypeError as error:
        known = ", ".join(EndpointOptions.__dataclass_fields__)
        raise SettingsWrong(
            f"unknown option for an embedding endpoint ({error})", f"the options are {known}"
        ) from error
    return EndpointEmbedder(name=spec.model, base_url=url, key=key, options=options)


def _remedy(error: APIStatusError) -> str:
    return _REMEDIES.get(error.status_code, "look at the log of the embedding server")


def _batches(texts: list[str], size: int) -> Iterator[list[str]]:
    return (texts[start : start + size] for start in range(0, len(texts), size))
