"""Our embedder as an OpenAI-compatible endpoint on the loopback, for a system that runs in a process of its own.

The protocol does not say whether a text is a query or a passage. A system that is asked to mark its texts as the model's card
says ("query: ", "passage: ") is obeyed here; a text without a mark is refused, because it would be embedded wrongly.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import numpy as np

from index.embed import Embedder, Vectors

QUERY, PASSAGE = "query: ", "passage: "


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where it listens, and how many texts of each kind it was given."""

    url: str
    embedded: Counter[str] = field(default_factory=Counter)


@contextmanager
def serving(embedder: Embedder) -> Iterator[Endpoint]:
    """The endpoint, for as long as it is needed."""
    embedded: Counter[str] = Counter()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Requests, embedder, embedded))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Endpoint(url=f"http://127.0.0.1:{server.server_port}/v1", embedded=embedded)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Requests(BaseHTTPRequestHandler):
    def __init__(self, embedder: Embedder, embedded: Counter[str], *about: Any) -> None:
        self._embedder, self._embedded = embedder, embedded
        super().__init__(*about)

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        texts = [asked["input"]] if isinstance(asked["input"], str) else asked["input"]
        try:
            vectors = embedded(self._embedder, texts)
        except ValueError as error:
            return self._reply(400, {"error": {"message": str(error)}})
        self._embedded.update("query" if text.startswith(QUERY) else "passage" for text in texts)
        form = _coded if asked.get("encoding_format") == "base64" else np.ndarray.tolist
        rows = [{"object": "embedding", "index": i, "embedding": form(row)} for i, row in enumerate(vectors)]
        usage = {"prompt_tokens": 0, "total_tokens": 0}
        return self._reply(200, {"object": "list", "data": rows, "model": asked["model"], "usage": usage})

    def _reply(self, status: int, content: dict[str, Any]) -> None:
        written = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(written)))
        self.end_headers()
        self.wfile.write(written)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def embedded(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """The vectors of marked texts, all queries or all passages. Raises ValueError for any other."""
    for mark, embed in ((QUERY, embedder.embed_queries), (PASSAGE, embedder.embed_passages)):
        if all(text.startswith(mark) for text in texts):
            return embed([text.removeprefix(mark) for text in texts])
    raise ValueError(f"every text begins with {QUERY!r}, or every text with {PASSAGE!r}")


def _coded(row: Vectors) -> str:
    return base64.b64encode(row.astype("<f4").tobytes()).decode()
