"""What is freed goes back to the machine, seen in a process of its own."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

GROWN = """
import sys
from index import memory

def megabytes():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6

if "--given-back" in sys.argv:
    memory.given_back()
once = b"x" * 30_000_000
del once  # by now glibc takes 30 MB for small
before = megabytes()
many = [b"x" * 1_000_000 for _ in range(100)]
last = b"x" * 500_000
del many
print(megabytes() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="what is set is a setting of glibc")
def test_blocks_of_a_megabyte_go_back_after_a_larger_one() -> None:
    assert _grown() > 50
    assert _grown("--given-back") < 5


def _grown(*arguments: str) -> float:
    """The megabytes that a process holds more after all but the last block is freed."""
    told = subprocess.run([sys.executable, "-c", GROWN, *arguments], check=True, stdout=subprocess.PIPE, text=True)
    return float(told.stdout)
