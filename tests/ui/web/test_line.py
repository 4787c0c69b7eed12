"""The line of those who ask: first come, first answered; whoever leaves makes room."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future

import pytest

from ui.web.line import Line, LineFull


async def _waited(line: Line, told: list[tuple[str, int]], name: str, over: asyncio.Event) -> None:
    with line.joined() as place:
        async for before in place:
            told.append((name, before))  # noqa: PERF401 - as soon as it is known
        told.append((name, 0))
        await over.wait()


def test_whoever_leaves_lets_the_others_move_up() -> None:
    told: list[tuple[str, int]] = []

    async def scene() -> None:
        line, over = Line(at_once=1, waiting=2), asyncio.Event()
        first, second, third = (asyncio.create_task(_waited(line, told, name, over)) for name in "abc")
        await asyncio.sleep(0)
        with pytest.raises(LineFull), line.joined():
            pass
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
        over.set()
        await third
        with line.joined() as place:
            assert [before async for before in place] == []

    asyncio.run(scene())
    assert told == [("a", 0), ("b", 1), ("c", 2), ("c", 1), ("c", 0)]


def test_who_leaves_keeps_the_place_while_the_answer_is_worked_on() -> None:
    async def scene() -> None:
        line, over = Line(at_once=1), Future[None]()
        with line.joined(over):
            over.set_running_or_notify_cancel()
        assert len(line) == 1
        over.set_result(None)
        await asyncio.sleep(0)
        assert len(line) == 0

    asyncio.run(scene())
