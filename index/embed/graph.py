"""The encoder of multilingual-e5-small as an ONNX graph for onnxruntime's fused CPU operators.

One text at a time: `x` float32 [tokens, width] (the summed embeddings) in; out come `states` float32 [tokens, width], each token
as it is read in its context, and `y` float32 [width], their mean. No padding, no mask, no neighbour: a text's vector cannot
depend on what is embedded beside it.

How matrices are multiplied is a parameter, a `Product`; `int8_by_token` is the one we ship. benchmarks/embedding has the others
and the figures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.embed.weights import Weights

FUSED = "com.microsoft"
# 255 * 64 * 2 < 2**15: processors without VNNI add two products in 16 bits, and more would overflow there.
LARGEST_WEIGHT = 64
_MIDDLE = 128


@dataclass(kw_only=True)
class Graph:
    """An ONNX graph being written: each method returns the name of the tensor it made."""

    weights: Weights
    nodes: list[Any] = field(default_factory=list)
    constants: dict[str, Any] = field(default_factory=dict)

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """A tensor that is part of the model; one name is stored once."""
        from onnx import numpy_helper

        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def vector(self, name: str) -> str:
        """A float32 tensor of the weights file as a constant."""
        return self.constant(name, self.weights.vector(name))

    def op(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        """One operator of the ONNX standard."""
        from onnx import helper

        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def fused(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        """One operator of onnxruntime's own."""
        return self.op(kind, inputs, output, domain=FUSED, **attributes)


Product: TypeAlias = Callable[[Graph, str, Sequence[str], int], list[str]]
"""(graph, input [tokens, n], names of matrices [m, n], n) -> the products [tokens, m], biases not added."""


def int8_by_token(graph: Graph, x: str, names: Sequence[str], inputs: int, largest: int = LARGEST_WEIGHT) -> list[str]:
    """8-bit activations with one scale per token, integer weights up to `largest` with one scale per output.

    One scale for all tokens, as onnxruntime's dynamic quantisation has it, loses retrieval: a few tokens of this model
    are far larger than the others.
    """
    row, scale = _quantised(graph, x, names[0])
    products = [_integer_product(graph, row, name, inputs, largest) for name in names]
    return [graph.op("Mul", [y, scale], f"{name}.y") for name, y in zip(names, products, strict=True)]


def _quantised(graph: Graph, x: str, name: str) -> tuple[str, str]:
    """`x` in bytes around 128, and its scale per token as a column."""
    last = graph.constant("last axis", np.array([-1]))
    size = graph.op("ReduceMax", [graph.op("Abs", [x], f"{name}.abs"), last], f"{name}.max", keepdims=0)
    size = graph.op("Max", [size, graph.constant("tiny", np.array(1e-9, np.float32))], f"{name}.positive")
    scale = graph.op("Mul", [size, graph.constant("1/127", np.array(1 / 127, np.float32))], f"{name}.scale")
    middle = graph.op("Expand", [_middle(graph), graph.op("Shape", [scale], f"{name}.shape")], f"{name}.middle")
    row = graph.op("QuantizeLinear", [x, scale, middle], f"{name}.bytes", axis=0)
    return row, graph.op("Unsqueeze", [scale, last], f"{name}.column")


def _integer_product(graph: Graph, row: str, name: str, inputs: int, largest: int) -> str:
    matrix = graph.weights.matrix(name, inputs)
    scales = np.abs(matrix).max(axis=1) / largest
    small = np.rint(matrix / scales[:, None]).astype(np.int8)
    one = graph.constant("one", np.array(1, np.float32))
    inner = [row, graph.constant(name, small.T), one, graph.constant(f"{name}.scales", scales), _middle(graph)]
    return graph.fused("MatMulIntegerToFloat", inner, f"{name}.product")


def _middle(graph: Graph) -> str:
    return graph.constant("middle", np.array(_MIDDLE, np.uint8))


def encoder(weights: Weights, product: Product = int8_by_token) -> bytes:
    """The model as an ONNX file's bytes."""
    from onnx import TensorProto, helper

    graph = Graph(weights=weights)
    norm = [graph.vector("emb.ln.w"), graph.vector("emb.ln.b")]
    hidden = graph.op("LayerNormalization", ["x", *norm], "hidden", axis=-1, epsilon=weights.epsilon)
    for layer in range(weights.layers):
        hidden = _fed_forward(graph, _attended(graph, hidden, f"l{layer}.", product), f"l{layer}.", product)
    hidden = graph.op("Identity", [hidden], "states")
    graph.op("ReduceMean", [hidden, graph.constant("first axis", np.array([0]))], "y", keepdims=0)
    ins = [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["tokens", weights.width])]
    outs = [
        helper.make_tensor_value_info("y", TensorProto.FLOAT, [weights.width]),
        helper.make_tensor_value_info("states", TensorProto.FLOAT, ["tokens", weights.width]),
    ]
    whole = helper.make_graph(graph.nodes, "multilingual-e5-small", ins, outs, list(graph.constants.values()))
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid(FUSED, 1)]
    return bytes(helper.make_model(whole, opset_imports=opsets, ir_version=8).SerializeToString())


def _attended(graph: Graph, x: str, layer: str, product: Product) -> str:
    """`x` plus what each token takes from the others, normalised."""
    first = graph.constant("first axis", np.array([0]))
    flat = product(graph, x, [f"{layer}{part}.w" for part in "qkv"], graph.weights.width)
    asked = [graph.op("Unsqueeze", [part, first], f"{part}.batch") for part in flat]
    bias = np.concatenate([graph.weights.vector(f"{layer}{part}.b") for part in "qkv"])
    inner = [*asked, graph.constant(f"{layer}qkv.b", bias)]
    mixed = graph.fused("MultiHeadAttention", inner, f"{layer}mixed", num_heads=graph.weights.heads)
    mixed = graph.op("Squeeze", [mixed, first], f"{layer}mixed.flat")
    (out,) = product(graph, mixed, [f"{layer}ao.w"], graph.weights.width)
    return _added(graph, out, x, f"{layer}ao.b", f"{layer}aln")


def _fed_forward(graph: Graph, x: str, layer: str, product: Product) -> str:
    """`x` plus the two-layer network over each token, normalised."""
    (wide,) = product(graph, x, [f"{layer}fi.w"], graph.weights.width)
    wide = graph.fused("BiasGelu", [wide, graph.vector(f"{layer}fi.b")], f"{layer}wide")
    (out,) = product(graph, wide, [f"{layer}fo.w"], len(graph.weights.vector(f"{layer}fi.b")))
    return _added(graph, out, x, f"{layer}fo.b", f"{layer}oln")


def _added(graph: Graph, y: str, x: str, bias: str, norm: str) -> str:
    inner = [y, x, graph.vector(f"{norm}.w"), graph.vector(f"{norm}.b"), graph.vector(bias)]
    return graph.fused("SkipLayerNormalization", inner, f"{norm}.y", epsilon=graph.weights.epsilon)
