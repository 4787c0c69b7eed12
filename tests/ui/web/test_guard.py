"""What stands before the page: forged, foreign, endless and unlocked requests go no further."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from index.errors import SettingsWrong, SourcelineError
from rag.settings import load_settings
from ui.web.guard import CSP, Door, Guard, Throttle
from ui.web.server import own_names, serve

HOST = "127.0.0.1:7860"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    await PlainTextResponse(f"{len(body)}")(scope, receive, send)


def client(**changed: Any) -> TestClient:
    values: dict[str, Any] = {"hosts": own_names(7860), "door": Door(password="")}
    return TestClient(
        Guard(app=echo, **(values | changed)),
        base_url=f"http://{HOST}",
        raise_server_exceptions=False,
        follow_redirects=False,
    )


def forbids(headers: Mapping[str, str]) -> bool:
    """Whether a response tells the browser to run nothing, guess nothing, and be framed nowhere."""
    wanted = {"content-security-policy": CSP, "x-content-type-options": "nosniff", "x-frame-options": "DENY"}
    return all(headers.get(name) == value for name, value in wanted.items())


def test_acceptance_35_every_answer_tells_the_browser_what_to_forbid() -> None:
    for response in (client().get("/"), client().get("/nothing"), client().get("/", headers={"host": "evil.test"})):
        assert forbids(response.headers)
    assert "unsafe" not in CSP


def test_control_35_without_the_guard_nothing_is_forbidden() -> None:
    """The page without the guard before it."""
    assert not forbids(TestClient(echo).get("/").headers)


@pytest.mark.parametrize("host", ["evil.test", "evil.test:7860", "127.0.0.1:80", "127.0.0.1.evil.test:7860", ""])
def test_acceptance_35_a_foreign_host_is_refused(host: str) -> None:
    assert client().get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("headers", [{"origin": "http://evil.test"}, {"origin": "null"}, {"origin": f"http://{HOST}.evil.test"},
                                     {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}])  # fmt: skip
def test_acceptance_35_another_site_may_not_ask(headers: dict[str, str]) -> None:
    assert client().post("/stop", headers=headers).status_code == 403


def test_the_page_itself_and_programs_may() -> None:
    assert client().post("/stop", headers={"origin": f"http://{HOST}"}).status_code == 200
    assert client().post("/stop").status_code == 200
    assert client().get("/", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}).status_code == 200


GRADIO = "file=/etc/passwd upload proxy=http://evil.test run-history/connect component_server"


@pytest.mark.parametrize(
    "path", [*(f"/gradio_api/{of}" for of in GRADIO.split()), "/docs", "/theme.css", "/monitoring", "/../etc/passwd"]
)
def test_acceptance_33_what_is_not_ours_is_not_there(path: str) -> None:
    assert client().get(path).status_code == 404


def test_acceptance_31_a_long_request_is_refused_whatever_it_says_of_its_length() -> None:
    assert client().post("/stop", content=b"x" * 65_537).status_code == 413

    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 10_000

    assert client().post("/stop", content=endless()).status_code >= 400
    assert client().post("/stop", content=b"x" * 1_000).text == "1000"


def test_without_the_password_nothing_is_shown() -> None:
    locked = client(door=Door(password="correct horse"))
    assert locked.get("/").headers["location"] == "/login"
    assert [locked.get(path).status_code for path in ("/state", "/article", "/conversations", "/gradio_api/info")] == [
        401
    ] * 4
    assert locked.get("/static/page.css").status_code == 200


def test_acceptance_36_guessing_is_slowed_and_the_password_opens() -> None:
    door = Door(password="correct horse")
    assert [door.enter("guess", "1.2.3.4") for _ in range(5)] == [""] * 5
    assert isinstance(door.enter("correct horse", "1.2.3.4"), float)
    session = door.enter("correct horse", "5.6.7.8")
    assert isinstance(session, str)
    assert client(door=door).get("/state", headers={"cookie": f"session={session}"}).status_code == 200
    assert client(door=door).get("/state", headers={"cookie": "session=other"}).status_code == 401


def test_acceptance_36_all_addresses_together_are_slowed_too() -> None:
    door = Door(password="correct horse")
    tried = [door.enter("guess", f"10.0.0.{n}") for n in range(60)]
    assert tried[:50] == [""] * 50
    assert all(isinstance(wait, float) and wait > 0 for wait in tried[50:])


def test_acceptance_36_flooding_is_slowed() -> None:
    flooded = client(asking=Throttle(most=3, seconds=60))
    assert [flooded.post("/stop").status_code for _ in range(5)] == [200, 200, 200, 429, 429]


def test_a_throttle_forgets() -> None:
    throttle = Throttle(most=1, seconds=10)
    assert [throttle.wait("a", now) for now in (0.0, 4.0, 10.1)] == [0.0, 6.0, 0.0]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.test"])
def test_exposing_it_without_a_password_is_refused(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for password in ("", "short"):
        monkeypatch.setenv("SOURCELINE_PASSWORD", password)
        with pytest.raises(SettingsWrong, match="SOURCELINE_PASSWORD"):
            serve(load_settings(), host, 7860)


def test_a_port_in_use_is_named() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SourcelineError, match=f"127.0.0.1:{port} cannot be used"):
            serve(load_settings(), "127.0.0.1", port)
