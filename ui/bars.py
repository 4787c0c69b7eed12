"""How far something long is, on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import TaskID


_EVERY = 15.0  # seconds
Tell = Callable[[str, int, int], None]
"""Told what is being done, how many are done, and of how many."""


@contextmanager
def bars() -> Iterator[Tell]:
    """A bar with the time left for each thing of which so many are done of all; a line now and then where there is no terminal."""
    if not sys.stderr.isatty():
        yield lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield tell


def lines(clock: Callable[[], float] = time.monotonic) -> Tell:
    """A line on stderr every fifteen seconds, for the log of a program that nobody watches."""
    begun: dict[str, tuple[float, int]] = {}
    last = clock()

    def tell(what: str, done: int, total: int) -> None:
        nonlocal last
        now = clock()
        start, before = begun.setdefault(what, (now, done))
        if now - last >= _EVERY:
            last = now
            left = (now - start) * (total - done) / (done - before) if done > before else None
            told = "" if left is None else f", about {_in_words(left)} left"
            print(f"{what}: {done} of {total}{told}", file=sys.stderr, flush=True)

    return tell


def _in_words(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
