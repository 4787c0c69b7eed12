"""A reranking endpoint, in one of the two forms that are spoken.

"cohere" is what Cohere, Jina, llama.cpp's server, vLLM and most others take: {model, query, documents, top_n}, answered by
{results: [{index, relevance_score}]} (docs.cohere.com/reference/rerank, jina.ai/reranker, llama.cpp's tools/server/README.md).
"tei" is text-embeddings-inference: {query, texts, truncate}, answered by [{index, score}] (its docs/openapi.json). The form is a
setting and is not tried out: a trial would cost a request at every start, and a fault of the server would look like the other form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from weakref import finalize

from index.address import query_in, secrets_in, shown_url, usable_key, usable_url, user_in
from index.embed.checks import one_line
from index.embed.tokens import plain
from index.errors import RerankerFailed, SettingsWrong
from rag.llm.guard import within
from rag.rerankers.replies import read_scores, refused
from rag.rerankers.seam import RerankerSpec

if TYPE_CHECKING:
    from httpx import Client, Response

_MOST = 4_000_000  # bytes of a reply; a hundred scores have some thousands, and their texts, should they come back too, less than this
_ENDINGS = ("rerank", "reranking")


@dataclass(kw_only=True)
class EndpointReranker:
    """A `Reranker` behind HTTP. It is asked once: a question waits for no second try."""

    form: str
    url: str = field(repr=False)
    model: str
    key: str = field(repr=False)
    seconds: float

    @property
    def name(self) -> str:
        """The model's name, or where it is asked."""
        return self.model or self.where

    @property
    def where(self) -> str:
        """The address without what may be secret in it."""
        return shown_url(self.url)

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """See Reranker."""
        _ = self._client  # importing it is not the endpoint's time
        remedy = "give it more time with SOURCELINE_RERANKER_SECONDS, or fewer passages with SOURCELINE_RERANKER_HITS"
        late = RerankerFailed(f"{self.where} did not finish within {self.seconds:g} seconds", remedy)
        asked = self._asked(plain(question), [plain(text) for text in texts])
        [content] = within(self.seconds, lambda closing: self._reply(asked, closing), late)
        return read_scores(content, len(texts), self.where)

    def _asked(self, question: str, texts: list[str]) -> dict[str, Any]:
        if self.form == "tei":
            return {"query": question, "texts": texts, "truncate": True}
        named = {"model": self.model} if self.model else {}
        return {**named, "query": question, "documents": texts, "top_n": len(texts)}

    def _reply(self, asked: dict[str, Any], closing: ExitStack) -> Iterator[bytes]:
        """The whole reply. Raises RerankerFailed."""
        try:
            with self._client.stream("POST", self.where, params=self._query, json=asked) as response:
                closing.callback(response.close)
                content = _read(response, self.where)
        except RerankerFailed:
            raise
        except Exception as error:  # noqa: BLE001 - the client and its transports raise their own; all are told
            raise self._unreached(error) from None
        if response.status_code != 200:
            raise refused(response.status_code, content, self.where, self._secrets)
        yield content

    def _unreached(self, error: Exception) -> RerankerFailed:
        said = one_line(error, self._secrets) or type(error).__name__
        if "Connect" in type(error).__name__:
            remedy = "start the reranker, or check SOURCELINE_RERANKER_URL"
            return RerankerFailed(f"{self.where} cannot be reached ({said})", remedy)
        return RerankerFailed(f"the connection to {self.where} broke ({said})", "ask again, or check its address")

    @property
    def _query(self) -> dict[str, str] | None:
        return query_in(self.url) or None

    @property
    def _secrets(self) -> list[str]:
        return secrets_in(self.key, self.url)

    @cached_property
    def _client(self) -> Client:
        from httpx import Client

        headers = {"Authorization": f"Bearer {self.key}"} if self.key else None
        client = Client(timeout=self.seconds, headers=headers, auth=user_in(self.url))
        finalize(self, client.close)  # its connections would outlive it
        return client


def _read(response: Response, where: str) -> bytes:
    content = bytearray()
    for part in response.iter_bytes():
        content += part
        if len(content) > _MOST:
            raise RerankerFailed(f"{where} answered with no end", "check SOURCELINE_RERANKER_URL")
    return bytes(content)


def endpoint_reranker(spec: RerankerSpec) -> EndpointReranker:
    """The endpoint that `spec` names; nothing is sent yet. Raises SettingsWrong."""
    if not spec.url:
        raise SettingsWrong(f"the reranker {spec.engine!r} has no address", "set SOURCELINE_RERANKER_URL")
    url, key = _whole(usable_url(spec.url, "reranker")), usable_key(spec.key, "reranker")
    return EndpointReranker(form=spec.engine, url=url, model=spec.model.strip(), key=key, seconds=spec.seconds)


def _whole(url: str) -> str:
    """The address that is asked: `/rerank` is added to a base URL."""
    parts = urlsplit(url)
    if parts.path.rsplit("/", 1)[-1] in _ENDINGS:
        return url
    return parts._replace(path=f"{parts.path.rstrip('/')}/rerank").geturl()
