"""Language models that are served on this machine: found in a moment, and never mixed up with other web servers."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from threading import Thread
from typing import Any

import pytest

from rag.llm.nearby import Nearby, nearby
from tests.rag.llm.server import QuietServer

Serve = Callable[..., int]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a web server that answers every GET so; its port."""
    with ExitStack() as stack:

        def started(content: Any, status: int = 200, drip: float = 0.0) -> int:
            payload = content if isinstance(content, bytes) else json.dumps(content).encode()

            class Responder(BaseHTTPRequestHandler):
                def do_GET(self) -> None:
                    self.send_response(status)
                    self.send_header("Location", f"http://127.0.0.1:{server.server_address[1]}/elsewhere")
                    self.end_headers()
                    for byte in payload:
                        time.sleep(drip)
                        self.wfile.write(bytes([byte]))

                def log_message(self, *_: object) -> None:
                    pass

            server = QuietServer(("127.0.0.1", 0), Responder)
            Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            return int(server.server_address[1])

        yield started


def models(*names: str) -> dict[str, Any]:
    return {"object": "list", "data": [{"id": name, "object": "model"} for name in names]}


def test_what_serves_models_is_found_with_the_setting_that_uses_it(serve: Serve) -> None:
    one, two = serve(models("tiny")), serve(models("b:7b", "nomic-embed-text", "a'; reboot"))
    found = nearby([("Ollama", two), ("nobody", closed_port()), ("vLLM", one)], 2)
    assert found == [
        Nearby(whose="Ollama", url=f"http://127.0.0.1:{two}/v1", models=("b:7b", "a'; reboot")),
        Nearby(whose="vLLM", url=f"http://127.0.0.1:{one}/v1", models=("tiny",)),
    ]
    assert found[0].setting == f"SOURCELINE_LLM_URL=http://127.0.0.1:{two}/v1 SOURCELINE_LLM_MODEL=b:7b"
    strange = Nearby(whose="x", url="u", models=("a'; reboot",))
    assert strange.setting == """SOURCELINE_LLM_URL=u SOURCELINE_LLM_MODEL='a'"'"'; reboot'"""


@pytest.mark.parametrize("nothing", [{"object": "list", "data": None}, models("nomic-embed-text")])
def test_a_server_without_a_model_that_chats_is_found_without_one(serve: Serve, nothing: Any) -> None:
    (found,) = nearby([("Ollama", serve(nothing))], 2)
    assert found.models == ()
    assert "MODEL" not in found.setting


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"<html>It works!</html>", 200),
        (models("tiny"), 401),
        (models("tiny"), 404),
        (models("tiny"), 302),
        ([], 200),
        ({"data": [{"id": "tiny"}]}, 200),
        ({"object": "list", "data": [{"name": "tiny"}]}, 200),
        ({"object": "list", "data": "tiny"}, 200),
        ({"object": "list", "data": 7}, 200),
        (b"[" * 200_000, 200),
        (b"\xff\xfe", 200),
    ],
)
def test_what_is_no_language_model_is_not_offered(serve: Serve, content: Any, status: int) -> None:
    assert nearby([("vLLM", serve(content, status))], 2) == []


def test_what_speaks_no_http_is_not_offered() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        assert nearby([("vLLM", mute.getsockname()[1])], 0.1) == []


def test_all_ports_together_take_no_longer_than_one(serve: Serve) -> None:
    slow = [("vLLM", serve(models("tiny"), drip=0.05)) for _ in range(4)]
    began = time.monotonic()
    assert nearby(slow, 0.3) == []
    assert time.monotonic() - began < 1
    assert len(nearby([("vLLM", serve(models("t"), drip=0.001))], 3)) == 1


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
