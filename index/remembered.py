"""What is made of texts, made once: the last few results are remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Made = TypeVar("_Made")


class Remembered(Generic[_Key, _Made]):
    """The results of `make`, which takes several keys at once, for the last keys: together `most` by their `size`. Thread-safe.

    Two threads that ask for a new key at the same time may both make it. What `make` raises is raised, and nothing is remembered.
    """

    def __init__(
        self,
        make: Callable[[Sequence[_Key]], Sequence[_Made]],
        most: int,
        *,
        size: Callable[[_Made], int] = lambda _: 1,
    ) -> None:
        self._make, self._most, self._size = make, most, size
        self._sizes = 0
        self._known: OrderedDict[_Key, _Made] = OrderedDict()
        self._lock = Lock()

    def of(self, keys: Sequence[_Key]) -> list[_Made]:
        """The result for each key; those that are not remembered are made in one call."""
        with self._lock:
            known = {key: self._known[key] for key in keys if key in self._known}
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        if missing:
            known |= dict(zip(missing, self._make(missing), strict=True))
        with self._lock:
            for key in keys:
                if key not in self._known:
                    self._known[key] = known[key]
                    self._sizes += self._size(known[key])
                self._known.move_to_end(key)
            while self._sizes > self._most:
                self._sizes -= self._size(self._known.popitem(last=False)[1])
        return [known[key] for key in keys]
