"""One prepared home and one embedder for the whole session: preparing takes a second."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from index.embed import Embedder, make_embedder


@pytest.fixture(scope="session")
def prepared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    make_embedder("local", home).embed_queries(["prepare"])
    return home


@pytest.fixture(scope="session")
def local(prepared_home: Path) -> Embedder:
    return make_embedder("local", prepared_home)


class QuietServer(ThreadingHTTPServer):
    """Silent when the client leaves before the answer, as the time-out test does."""

    def handle_error(self, request: object, client_address: object) -> None:
        pass


class Endpoint:
    """A loopback server whose `reply` is a callable (request's JSON) -> (status, content type, body)."""

    def __init__(self) -> None:
        self.requests: list[Any] = []
        self.reply: Any = None
        self._server = QuietServer(("127.0.0.1", 0), self._responder())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _responder(self) -> type[BaseHTTPRequestHandler]:
        endpoint = self

        class Responder(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                endpoint.requests.append((self.path, self.headers["Authorization"], asked))
                status, kind, body = endpoint.reply(asked)
                payload = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, *_: object) -> None:
                pass

        return Responder


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    server = Endpoint()
    yield server
    server.close()
