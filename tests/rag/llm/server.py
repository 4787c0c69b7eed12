"""A loopback server that answers as its queue of replies says, each a callable, and misbehaves where that is asked."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Reply = Callable[[BaseHTTPRequestHandler], None]


class QuietServer(ThreadingHTTPServer):
    """Silent when a client leaves in the middle of a reply, as several tests do."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass


class ModelServer:
    """Replies to chats from `replies`, the last one again and again, and to /models with `models`."""

    def __init__(self) -> None:
        self.requests: list[Any] = []
        self.keys: list[str | None] = []
        self.replies: deque[Reply] = deque()
        self.models = ["tiny"]
        self._server = QuietServer(("127.0.0.1", 0), self._responder())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def says(self, *replies: Reply) -> None:
        self.replies = deque(replies)

    def _responder(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Responder(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body(200, {"object": "list", "data": [{"id": m, "object": "model"} for m in owner.models]})(self)

            def do_POST(self) -> None:
                owner.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                owner.keys.append(self.headers["Authorization"])
                reply = owner.replies.popleft() if len(owner.replies) > 1 else owner.replies[0]
                reply(self)

            def log_message(self, *_: object) -> None:
                pass

        return Responder


def body(status: int, content: Any, kind: str = "application/json", **headers: str) -> Reply:
    """A reply in one go."""
    payload = content if isinstance(content, bytes) else json.dumps(content).encode()

    def reply(to: BaseHTTPRequestHandler) -> None:
        to.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(payload)), **headers}.items():
            to.send_header(name.replace("_", "-"), value)
        to.end_headers()
        to.wfile.write(payload)

    return reply


def fault(status: int, message: str, code: str | None = None, **headers: str) -> Reply:
    """An error as OpenAI sends it."""
    return body(status, {"error": {"message": message, "code": code, "type": code}}, **headers)


def part(text: str | None = None, finish: str | None = None) -> dict[str, Any]:
    """One piece of a reply as it is sent."""
    delta = {"content": text} if text is not None else {}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "tiny", "choices": [choice]}


def reset(to: BaseHTTPRequestHandler) -> None:
    """Break the connection: the client gets a reset in place of an end."""
    time.sleep(0.1)
    to.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    to.rfile.close()
    to.wfile.close()
    to.connection.close()


def events(*parts: Any) -> Reply:
    """A stream of exactly these parts: an object is sent as an event, bytes as they are, a callable is called."""

    def reply(to: BaseHTTPRequestHandler) -> None:
        to.send_response(200)
        to.send_header("Content-Type", "text/event-stream")
        to.end_headers()
        for one in parts:
            if one is reset:
                reset(to)
                return
            if callable(one):
                one()
            else:
                to.wfile.write(one if isinstance(one, bytes) else b"data: " + json.dumps(one).encode() + b"\n\n")
            to.wfile.flush()

    return reply


def written(*texts: str, finish: str | None = "stop", usage: tuple[int, int] | None = (11, 7)) -> Reply:
    """A good stream of these pieces."""
    counted = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)} if usage else None
    last = [{**part(), "choices": [], "usage": counted}] if usage else []
    return events(*(part(t) for t in texts), part(finish=finish), *last, b"data: [DONE]\n\n")
