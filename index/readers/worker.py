"""The child process that takes apart what may be made to harm: `python -m index.readers.worker`.

It reads requests from its standard input and writes one line of JSON for each to its standard output:

    {"format": "pdf", "size": 1234, "seconds": 20}\\n and 1234 bytes    ->    {"extract": {...}}\\n or {"error": [what, remedy]}\\n

It opens no file of the user's, and has bounds on memory, computing time and written files that the system enforces.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import BinaryIO

from index.errors import UnreadableArticle
from index.readers.docx import read_docx
from index.readers.epub import read_epub
from index.readers.extract import Extract
from index.readers.html import read_html
from index.readers.pdf import read_pdf

MAX_MEMORY_BYTES = 2_000_000_000
MAX_WRITTEN_BYTES = 4_000_000
"""Enough for Python to keep the compiled libraries, which makes every later start a second faster."""
MAX_ANSWER_CHARACTERS = 64_000_000
_REMEDY = "save its text as .txt or .md"
READERS: Mapping[str, Callable[[bytes], Extract]] = {
    "html": read_html,
    "pdf": read_pdf,
    "docx": read_docx,
    "epub": read_epub,
}


def main() -> None:
    """Answer requests until the input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not look like an answer
    _limit_memory()
    while serve(sys.stdin.buffer, answers):
        pass


def serve(requests: BinaryIO, answers: BinaryIO) -> bool:
    """Answer one request; False when there is none, or when this process is not to be used again."""
    line = requests.readline()
    if not line:
        return False
    request = json.loads(line)
    _limit_time(request["seconds"])
    answer, healthy = _answer(request["format"], requests.read(request["size"]))
    answers.write(json.dumps(answer).encode("ascii") + b"\n")
    answers.flush()
    return healthy


def _answer(file_format: str, raw: bytes) -> tuple[dict[str, object], bool]:
    try:
        extract = READERS[file_format](raw)
    except UnreadableArticle as error:
        return {"error": [error.what, error.remedy]}, True
    except MemoryError:
        return {"error": [f"needs more than {MAX_MEMORY_BYTES / 1e9:.0f} GB of memory to read", _REMEDY]}, False
    except RecursionError:
        return {"error": ["nested too deeply", _REMEDY]}, False
    except ImportError as error:  # a property of the installation, not of the file
        return {
            "error": [f"the reader of {file_format} is not installed whole ({error})", "install Sourceline again"]
        }, True
    except Exception as error:  # noqa: BLE001  (whatever a library trips over is a property of this file: it is named)
        return {"error": [f"cannot be read as {file_format}: {type(error).__name__}: {error}"[:300], _REMEDY]}, True
    if len(extract.text) > MAX_ANSWER_CHARACTERS:
        return {"error": [f"too large: {len(extract.text):,} characters of text", _REMEDY]}, True
    return {"extract": asdict(extract)}, True


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows: the deadline of the parent remains
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_WRITTEN_BYTES, MAX_WRITTEN_BYTES))


def _limit_time(seconds: float) -> None:
    """Computing time for the next request; the system ends the process beyond it, even when its parent has died."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
