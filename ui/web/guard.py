"""What stands before the page: who may ask for what, from where, how much, and what a browser is told to forbid."""

from __future__ import annotations

import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.web.messages import said
from ui.web.words import preferred

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-store",
}
_ENGINE = ("call", "info", "queue/join", "queue/data", "heartbeat", "cancel")  # what of Gradio can be reached
_OURS = set(
    "login static favicon.ico config state ask article original stop conversations suggestions library settings runs feedback".split()
)
_SMALL = 64 * 1024  # bytes of a request
_VISITORS = 10_000  # that a throttle remembers


@dataclass(kw_only=True)
class Throttle:
    """At most `most` times in `seconds` for each key, the oldest keys forgotten."""

    most: int
    seconds: float
    _times: OrderedDict[str, list[float]] = field(default_factory=OrderedDict)

    def wait(self, key: str, now: float | None = None) -> float:
        """Seconds until the key may; 0.0, and one more is counted, when it may now."""
        now = time.monotonic() if now is None else now
        recent = [at for at in self._times.pop(key, []) if now - at < self.seconds]
        wait = self.seconds - (now - recent[0]) if len(recent) >= self.most else 0.0
        self._times[key] = recent if wait else [*recent, now]
        while len(self._times) > _VISITORS:
            self._times.popitem(last=False)
        return wait


@dataclass(kw_only=True)
class Door:
    """A password, and the sessions that it opened. Five wrong ones a minute from one address, fifty from all."""

    password: str
    _sessions: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _one: Throttle = field(default_factory=lambda: Throttle(most=5, seconds=60))
    _all: Throttle = field(default_factory=lambda: Throttle(most=50, seconds=60))

    def opened(self, session: str) -> bool:
        """Whether this cookie was given to somebody who knew the password."""
        return not self.password or session in self._sessions

    def enter(self, password: str, address: str) -> str | float:
        """A new session; "" for a wrong password; the seconds to wait after too many."""
        wait = max(self._one.wait(address), self._all.wait(""))
        if wait:
            return wait
        if not hmac.compare_digest(password.encode(), self.password.encode()):
            return ""
        session = secrets.token_urlsafe(24)
        self._sessions[session] = None
        while len(self._sessions) > _VISITORS:
            self._sessions.popitem(last=False)
        return session


@dataclass(kw_only=True)
class Guard:
    """ASGI middleware. `hosts` are the names under which the page may be asked for; empty: any (only with a password)."""

    app: ASGIApp
    hosts: frozenset[str]
    door: Door
    asking: Throttle | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on with the security headers in the answer."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close"})
            return
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        if refusal := self._refusal(scope, headers):
            status, reason = refusal
            words = preferred(cookies(headers).get("language"), headers.get("accept-language", ""))
            await _refuse(send, status, said(reason, words))
            return
        scope["state"] = {**scope.get("state", {}), "cookies": cookies(headers)}
        await self.app(scope, _limited(receive, _most(scope["path"])), _hardened(send))

    def _refusal(self, scope: Scope, headers: Mapping[str, str]) -> tuple[int, str] | None:
        """Status and reason, where a request goes no further."""
        path, host = scope["path"], headers.get("host", "")
        if self.hosts and host not in self.hosts:
            return 421, "this page answers only under its own address"
        if not _same_origin(headers, host):
            return 403, "another site may not ask this page"
        if not _is_ours(path):
            return 404, "there is nothing here"
        length = headers.get("content-length") or "0"
        if not length.isdecimal() or int(length) > _most(path):
            return 413, "this is too long"
        if path not in _OPEN and not self.door.opened(cookies(headers).get("session", "")):
            return (303, "/login") if path == "/" else (401, "the password is missing: open the page and enter it")
        if self.asking and scope["method"] == "POST" and path != "/login" and self.asking.wait(address(scope)):
            return 429, "too many requests: wait a minute"
        return None


_OPEN = {"/login", "/static/page.css", "/static/login.css", "/favicon.ico"}


def address(scope: Scope) -> str:
    """Who asks: the address of the connection, never what a header claims."""
    return str((scope.get("client") or ("",))[0])


def cookies(headers: Mapping[str, str]) -> dict[str, str]:
    """The cookies of a request."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def _same_origin(headers: Mapping[str, str], host: str) -> bool:
    """A browser says where a request comes from; programs say nothing, and are let in."""
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != host:
        return False
    return headers.get("sec-fetch-site") != "cross-site" or headers.get("sec-fetch-mode") == "navigate"


def _is_ours(path: str) -> bool:
    """Of Gradio only what asks and streams can be reached: no files, no uploads, no proxy, no page of its own."""
    if path.startswith("/gradio_api/"):
        return path.removeprefix("/gradio_api/").startswith(_ENGINE)
    return path == "/" or path.strip("/").split("/")[0] in _OURS


def _most(path: str) -> int:
    """Bytes that a request may have."""
    from ui.web.uploads import LARGEST

    return LARGEST if path == "/library/file" else _SMALL


def _limited(receive: Receive, most: int) -> Receive:
    """A request that says nothing of its length, or lies, ends where it is too long."""
    heard = 0

    async def limited() -> Message:
        nonlocal heard
        message = await receive()
        heard += len(message.get("body", b""))
        return message if heard <= most else {"type": "http.disconnect"}

    return limited


def _hardened(send: Send) -> Send:
    async def hardened(message: Message) -> None:
        if message["type"] == "http.response.start":
            there = {k.lower() for k, _ in message["headers"]}
            own = [(k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in there]
            message = {**message, "headers": [*message["headers"], *own]}
        await send(message)

    return hardened


async def _refuse(send: Send, status: int, reason: str) -> None:
    extra = [(b"location", reason.encode())] if status == 303 else []
    body = b"" if status == 303 else reason.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()), *extra]
    own = [(k.encode(), v.encode()) for k, v in HEADERS.items()]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *own]})
    await send({"type": "http.response.body", "body": body})
