"""How much memory a process took, told by itself."""

from __future__ import annotations

import re
from pathlib import Path


def peak_kilobytes() -> int:
    """This process's peak resident memory since it began; `ru_maxrss` would begin with that of the process that started it."""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found
    return int(found[1])
