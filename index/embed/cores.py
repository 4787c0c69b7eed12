"""One text, one core: the same vectors in any company, and no core waits for another."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Text = TypeVar("Text")
Done = TypeVar("Done")


def on_all_cores(one: Callable[[Text], Done], texts: Sequence[Text]) -> list[Done]:
    """`one` of each text, in their order; `one` should release the interpreter lock while it works."""
    if len(texts) < 2:
        return [one(text) for text in texts]
    with ThreadPoolExecutor(min(_cores(), len(texts))) as pool:
        return list(pool.map(one, texts))


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
