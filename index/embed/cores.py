"""One text, one core: the same vectors in any company, and no core waits for another."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from index.embed.seam import Vectors


def on_all_cores(one: Callable[[str], Vectors], texts: Sequence[str], dimension: int) -> Vectors:
    """`one` of each text as float32 [len(texts), dimension]; `one` should release the interpreter lock while it works."""
    if len(texts) < 2:
        vectors = [one(text) for text in texts]
    else:
        with ThreadPoolExecutor(min(_cores(), len(texts))) as pool:
            vectors = list(pool.map(one, texts))
    return np.array(vectors, np.float32).reshape(len(texts), dimension)


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
