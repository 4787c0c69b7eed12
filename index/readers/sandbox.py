"""Reading risky formats in a child process: whatever a file does to it, the file is named and the next one is read."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from index.errors import UnreadableArticle
from index.readers.extract import Extract
from index.types import Format, Place, Span

DEADLINE_SECONDS = 20.0
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR", "TEMP")
_ROOT = Path(__file__).resolve().parents[2]
_REMEDY = "save its text as .txt or .md"


class Sandbox:
    """One worker process, started when needed, kept for the next file, and replaced when it dies or takes too long."""

    def __init__(self, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        self._deadline_seconds = deadline_seconds
        self._worker: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def read(self, raw: bytes, file_format: Format) -> Extract:
        """What the worker finds in `raw`.

        Raises `UnreadableArticle`: damaged, too large, too deep, beyond the deadline, or fatal to the worker.
        """
        with self._lock:
            answer = self._ask(raw, file_format)
        if "error" in answer:
            raise UnreadableArticle(*answer["error"])
        fields = answer["extract"]
        return Extract(**{**fields, "places": tuple(map(_place, fields["places"]))})

    def close(self) -> None:
        """End the worker."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.kill()
        worker.communicate()

    def _ask(self, raw: bytes, file_format: Format) -> dict[str, Any]:
        worker = self._started()
        late = threading.Event()
        alarm = threading.Timer(self._deadline_seconds, _stop, (worker, late))
        alarm.start()
        try:
            line = _exchange(worker, raw, file_format, self._deadline_seconds)
        except BaseException:  # interrupted: the answer still to come would be taken for the next file's
            self.close()
            raise
        finally:
            alarm.cancel()
        if line.endswith(b"\n"):
            return dict(json.loads(line))
        self.close()
        if late.is_set():
            return {"error": [f"takes longer than {self._deadline_seconds:.0f} s to read", _REMEDY]}
        return {"error": [f"breaks the {file_format} reader (exit status {worker.returncode})", _REMEDY]}

    def _started(self) -> subprocess.Popen[bytes]:
        if self._worker is None or self._worker.poll() is not None:
            self.close()
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "index.readers.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                cwd=_ROOT,  # where -m looks first: in the folder of the articles a file lxml.py would be run
            )
        return self._worker


@cache
def shared_sandbox() -> Sandbox:
    """The one worker of this process, ended with it."""
    sandbox = Sandbox()
    atexit.register(sandbox.close)
    return sandbox


def _stop(worker: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    worker.kill()


def _environment() -> Mapping[str, str]:
    """What the worker needs to start; no key or other secret goes with it."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed_on, "PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(None, sys.path)])}


def _exchange(worker: subprocess.Popen[bytes], raw: bytes, file_format: Format, seconds: float) -> bytes:
    """The worker's line; what is not a whole line tells that it died."""
    if worker.stdin is None or worker.stdout is None:
        return b""
    request = {"format": file_format, "size": len(raw), "seconds": seconds}
    try:
        worker.stdin.write(json.dumps(request).encode("ascii") + b"\n" + raw)
        worker.stdin.flush()
        return worker.stdout.readline()
    except OSError:
        return b""


def _place(fields: dict[str, Any]) -> Place:
    return Place(span=Span(**fields["span"]), kind=fields["kind"], number=fields["number"])
