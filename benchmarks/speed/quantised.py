"""What smaller vectors would save in exact search and what they would miss: int8, and the first principal directions.

    python -m benchmarks.speed.quantised ../shared/data [--size 1000000] [--questions 40]

The catalog is `grown.py`'s. Of the 100 passages that exact search finds, the share that is among the first N by the smaller vectors,
from which exact vectors would choose: the mean over the questions. The int8 product is onnxruntime's, the others are numpy's.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper

from benchmarks.speed.grown import grown
from benchmarks.speed.question import WORK, indexed, matrix
from benchmarks.speed.search import Took, queries, took
from evals.evaluate import drawn
from index.catalog import Catalog
from index.embed import make_embedder
from index.vectors import Vectors

FOUND = 100
AMONG = (100, 150, 300, 1000, 3000)
_BATCH = 50_000  # vectors
Product = Callable[[Vectors], NDArray[np.number]]
"""From a question's vector to a score for each passage."""


def in_int8(vectors: Vectors) -> Product:
    """Both sides in 8 bits, one scale for all vectors."""
    scale = np.abs(vectors).max() / 127
    small = np.empty(vectors.shape, np.int8)
    for start in range(0, len(vectors), _BATCH):
        small[start : start + _BATCH] = np.rint(vectors[start : start + _BATCH] / scale)
    session = _int8_session(vectors.shape[1])
    return lambda v: session.run(None, {"a": small, "b": _rounded(v)})[0].ravel()


def _rounded(vector: Vectors) -> NDArray[np.int8]:
    rounded: NDArray[np.int8] = np.rint(vector * (127 / np.abs(vector).max())).astype(np.int8)[:, None]
    return rounded


def _int8_session(dimension: int) -> onnxruntime.InferenceSession:
    rows = helper.make_tensor_value_info("a", TensorProto.INT8, ["n", dimension])
    vector = helper.make_tensor_value_info("b", TensorProto.INT8, [dimension, 1])
    output = helper.make_tensor_value_info("y", TensorProto.INT32, ["n", 1])
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["y"])], "product", [rows, vector], [output]
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


def in_directions(vectors: Vectors, number: int) -> Product:
    """In as many of the directions in which they differ most."""
    some = vectors[:: max(1, len(vectors) // 20_000)].astype(np.float64)
    directions = np.linalg.eigh(some.T @ some)[1][:, ::-1][:, :number].astype(np.float32)
    small = vectors @ directions
    return lambda v: small @ (v @ directions)


def measured(vectors: Vectors, product: Product, asked: list[Vectors]) -> tuple[list[Took], NDArray[np.float64]]:
    """What each product took, and the share of FOUND among the first of each of AMONG, float64 [questions, AMONG]."""
    times, shares = [], []
    for vector in asked:
        exact, scores = _first(vectors @ vector, FOUND), product(vector)
        times.append(took(partial(product, vector)))
        shares.append([len(np.intersect1d(exact, _first(scores, n))) / FOUND for n in AMONG])
    return times, np.array(shares)


def _first(scores: NDArray[np.number], n: int) -> NDArray[np.intp]:
    return np.argpartition(-scores, min(n, len(scores)) - 1)[:n]


def main() -> None:
    """Build what is not there, multiply, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--questions", type=int, default=40)
    given = parser.parse_args()
    embedder, source = make_embedder("local", WORK), Catalog(WORK / "home")
    cases = dict(enumerate(indexed(given.data, source, embedder, given.size)))
    asked = [vector for _, vector in queries(list(drawn(cases, given.questions).values()), source, embedder)]
    vectors = matrix(grown(source, WORK / f"grown-{given.size}", given.size))
    print(
        f"{date.today()}  Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; ",
        end="",
    )
    print(f"{len(vectors):,} vectors, {len(asked)} questions\n")
    print(
        f"{'':<16}{'ms p50':>8}{'processor':>11}   share of the first {FOUND} among the first"
        + "".join(f"{n:>7}" for n in AMONG)
    )
    ways: dict[str, Callable[[], Product]] = {
        "float32": lambda: vectors.__matmul__,
        "int8": partial(in_int8, vectors),
        **{f"{n} directions": partial(in_directions, vectors, n) for n in (64, 128, 192)},
    }
    for name, made in ways.items():
        times, shares = measured(vectors, made(), asked)
        ms = 1000 * np.median(times, axis=0)
        print(
            f"{name:<16}{ms[0]:>8.1f}{ms[1]:>11.1f}{'':<41}"
            + "".join(f"{share:>7.3f}" for share in shares.mean(axis=0))
        )


if __name__ == "__main__":
    main()
