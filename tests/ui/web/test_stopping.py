"""Whose answer can be stopped by whom, and who takes a place in the line."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from rag.types import Answer, Citation, Claim
from tests.ui.web.test_asking import CITATION, CLAIM, Assistant
from ui.web.conversations import Conversations
from ui.web.guard import Door
from ui.web.line import Line
from ui.web.page import Page

ME, OTHER = "m" * 24, "o" * 24


def page_of(home: Path, library: Any = None, **more: Any) -> Page:
    """A page that others can reach; without a library, to which nobody comes here."""
    return Page(library=library, conversations=Conversations(home), door=Door(password=""), shared=True, **more)


def request(visitor: str) -> Request:
    return Request({"type": "http", "headers": [(b"cookie", f"visitor={visitor}".encode())]})


async def told(page: Page, sent: object, visitor: str = ME) -> list[dict[str, Any]]:
    return [piece async for piece in page.ask(sent, request(visitor))]


@pytest.mark.parametrize("sent", [[], "What?", None, 1, {"question": 1}, {"question": "What?", "stop": ["x"]}])
def test_what_cannot_be_asked_takes_no_place(tmp_path: Path, sent: object) -> None:
    page = page_of(tmp_path, line=Line(at_once=0, waiting=0))
    assert asyncio.run(told(page, sent)) == [
        {"error": "this cannot be asked", "remedy": "reload the page and ask again"}
    ]
    assert asyncio.run(told(page, {"question": "What?"}))[0]["error"].startswith("0 questions are waiting")
    assert asyncio.run(told(page, {"question": "What?"}, visitor=""))[0]["error"] == "it is not known who asks"


def test_only_who_asks_can_stop_an_answer(tmp_path: Path) -> None:
    page = page_of(tmp_path)
    with page._stoppable(ME, "a") as mine, page._stoppable(ME, "") as unnamed:
        page.stop(OTHER, "a")
        page.stop(ME, "")
        assert not mine.is_set()
        assert not unnamed.is_set()
        page.stop(ME, "a")
        assert mine.is_set()


def test_of_two_answers_with_one_name_the_later_can_be_stopped(tmp_path: Path) -> None:
    page = page_of(tmp_path)
    with page._stoppable(ME, "a") as earlier:
        later = page._stoppable(ME, "a")
        stop = later.__enter__()
    assert earlier.is_set()
    page.stop(ME, "a")
    assert stop.is_set()
    later.__exit__(None, None, None)


def test_an_answer_that_nobody_hears_keeps_its_place_until_it_ends(tmp_path: Path) -> None:
    over = threading.Event()

    def hangs() -> Iterator[Citation | Claim | Answer]:
        yield CITATION
        yield CLAIM
        over.wait(30)

    page = page_of(tmp_path, SimpleNamespace(ready=True, first=False, assistant=Assistant(hangs)))

    async def scene() -> None:
        hearing = page.ask({"question": "What?"}, request(ME))
        async for piece in hearing:
            if "said" in piece:
                break
        await hearing.aclose()  # type: ignore[attr-defined]
        assert len(page.line) == 1
        over.set()
        while len(page.line):
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(scene(), 30))
