"""Bytes that are steered by coverage (atheris) into what reads files and what reads a model's stream:

python -m tests.guided text|stream -max_total_time=60
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["index", "rag"]):
    from index.errors import UnreadableArticle
    from index.readers import article as reading
    from rag.written.drafts import drafted

from tests.fuzzing import cut
from tests.index.readers.test_fuzz_readers import assert_whole


def text(raw: bytes) -> None:
    """A file of these bytes is an article that is whole, or is refused by name."""
    reading.read_bytes = lambda path, limit: raw  # type: ignore[assignment]
    try:
        assert_whole(reading.read_article(Path("a.md"), "a.md"))
    except UnreadableArticle:
        return


def stream(raw: bytes) -> None:
    """A stream of these bytes has the same sentences however it is cut."""
    written = raw[2:].decode("utf-8", "replace")
    assert list(drafted(cut(written, list(raw[:2])), "de")) == list(drafted([written], "de"))


if __name__ == "__main__":
    Path("var").mkdir(exist_ok=True)  # what it finds is kept there
    atheris.Setup([sys.argv[0], "-artifact_prefix=var/", *sys.argv[2:]], {"text": text, "stream": stream}[sys.argv[1]])
    atheris.Fuzz()
