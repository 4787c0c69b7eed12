"""How much memory a process took."""

from __future__ import annotations

import re
from pathlib import Path


def peak_kilobytes(process: int | str = "self") -> int:
    """A process's peak resident memory since it began; `ru_maxrss` would begin with that of the process that started it."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    assert found
    return int(found[1])
