"""When a busy or broken endpoint is asked again: before the first piece of a reply only, and never beyond the time there is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from index.errors import ModelUnavailable

_PAUSES = (0.5, 1.0)  # seconds before the second and the third try, where the endpoint does not say how long to wait

_T = TypeVar("_T")


def patient(ask: Callable[[], _T], end: float) -> _T:
    """What `ask` gives, called up to three times. Raises what it raised last, at once when the wait would pass `end`.

    `end` is a moment of `time.monotonic()`.
    """
    for pause in _PAUSES:
        try:
            return ask()
        except ModelUnavailable as error:  # noqa: PERF203 - three times at most
            wait = pause if error.wait is None else error.wait
            if time.monotonic() + wait >= end:
                raise
            time.sleep(wait)
    return ask()
