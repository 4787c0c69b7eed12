"""Memory that is freed goes back to the machine.

glibc takes large blocks from the machine one by one and gives each back when it is freed, but every block that is freed raises the
size which counts as large, up to 32 MB. Loading the models needs some of that size for a moment; after them nothing smaller
goes back, and indexing held some 45 MB that it did not use (benchmarks/speed).
"""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

_M_MMAP_THRESHOLD = -3  # malloc.h
_LARGE = 128 * 1024  # bytes: where glibc begins


def given_back() -> None:
    """Leave what counts as large where it is. For a program to call when it starts; nothing to do but with glibc."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)
