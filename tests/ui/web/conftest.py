"""The page over a few articles of every kind that it has to bear: served for real, looked at in a real browser."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from rag.llm import nearby
from rag.settings import load_settings
from ui.web.app import application
from ui.web.conversations import Conversations
from ui.web.guard import Door, Guard
from ui.web.library import Library
from ui.web.page import Page as Held
from ui.web.server import own_names

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
NO_CHROMIUM = "no Chromium is installed: apt-get install chromium"
expect.set_options(timeout=20_000)  # milliseconds: many tests may share the machine
HOSTILE = (
    '<script>window.owned=1</script><img src="http://evil.test/x.png" onerror="window.owned=1">'
    "![x](http://evil.test/y.png) [ref]: http://evil.test/z <form action=http://evil.test><input type=password></form>"
    '<iframe src="http://evil.test"></iframe><style>body{background:url(http://evil.test/c)}</style>"\'><svg onload=window.owned=1>'
)
PRICE = """Ticket price rises to 58 euros
Northline Post, 2024-09-24

The monthly ticket will cost 58 euros from January 2025. Until then it costs 49 euros.
"""
CLIMATE = """# Study counts the tonnes

The ticket saved 6.7 million tonnes of carbon dioxide in its first year, the institute says.
"""
MEETING = "\nThe ministers met in the old town hall.\n" * 60
ARTICLES = {
    "rail/price.txt": f"{PRICE}{MEETING}\nThe climate council wants the ticket to stay cheap.\n",
    "rail/climate.md": CLIMATE,
    "rail/ar.txt": "وقعت روسيا وإيران معاهدة شراكة في موسكو.\n\nتتكون المعاهدة من 47 مادة وتسري لمدة 20 عاما.\n",
    "<img src=x onerror=alert(1)>.txt": f"Gurgle report {HOSTILE}\n\nThe counter of Smallville showed 77 gurgles. {HOSTILE}\n",
}


@pytest.fixture(scope="session")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("articles")
    for name, text in ARTICLES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@dataclass(frozen=True, kw_only=True)
class Served:
    url: str
    held: Held
    guard: Guard


@pytest.fixture(scope="session")
def held(model_home: Path, articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    """What a page holds whose home was empty and has been given the articles."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(model_home / "models", home / "models")
    library = Library(load_settings(home=home))
    library.start(articles)
    deadline = time.monotonic() + 100
    while not (library.job and library.job.finished):
        assert not library.fault, library.fault
        assert time.monotonic() < deadline
        time.sleep(0.05)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearby, "USUAL", ())  # nothing of this machine is looked for
        yield Held(library=library, conversations=Conversations(home), door=Door(password=""))
    library.close()


@pytest.fixture(scope="session")
def served(held: Held) -> Iterator[Served]:
    taken = socket.create_server(("127.0.0.1", 0))
    port = taken.getsockname()[1]
    guard = application(held, hosts=own_names(port))
    server = uvicorn.Server(
        uvicorn.Config(guard, log_level="warning", lifespan="on", ws="none", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield Served(url=f"http://127.0.0.1:{port}", held=held, guard=guard)
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")  # while it is open, asyncio.run() cannot be used in this thread
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip(NO_CHROMIUM)
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, served: Served) -> Iterator[Callable[..., Page]]:
    """Open the page in a window of its own. Fails at the end if it complained, or asked for anything of another host."""
    faults: list[str] = []
    contexts = []

    def opened(width: int = 1440, height: int = 900, *, refused: int = 0, **options: object) -> Page:
        """`refused`: the status of requests that the page is meant to send in vain."""
        context = browser.new_context(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on(
            "console",
            lambda message: (
                message.type == "error" and f"status of {refused}" not in message.text and faults.append(message.text)
            ),
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.on("request", lambda request: request.url.startswith(served.url) or faults.append(request.url))
        page.goto(served.url)
        page.locator("#suggestions, #state:not(:empty)").first.wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not faults
