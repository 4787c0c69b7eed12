"""Whether another processor gives the same vectors.

    python -m benchmarks.embedding.processors here.npy
    qemu-x86_64 -cpu Haswell python -m benchmarks.embedding.processors there.npy     (AVX2 without VNNI; minutes)
    python -m benchmarks.embedding.processors here.npy there.npy

One file: writes the vectors, float32 [variants, texts, 384]. Two files: prints how far they are apart.
"""

from __future__ import annotations

import sys

import numpy as np

from benchmarks.embedding.variants import VARIANTS
from index.embed.engine import OnnxE5
from index.embed.graph import encoder
from index.embed.local import PROBES
from index.embed.tokens import Tokenizer
from index.embed.weights import read_weights

NAMES = [name for name in VARIANTS if name.startswith("int8, scale per token")]


def write(path: str) -> None:
    """Embed the probes, one by one on one thread."""
    weights = read_weights()
    engines = [OnnxE5(encoder(weights, VARIANTS[name]), weights, Tokenizer(weights)) for name in NAMES]
    np.save(path, [[engine.embed([text], "passage: ")[0] for text in PROBES] for engine in engines])


def compare(here: str, there: str) -> None:
    """Print the largest difference of a component and the least cosine, by variant."""
    for name, ours, theirs in zip(NAMES, np.load(here), np.load(there), strict=True):
        print(f"{name}: {np.abs(ours - theirs).max():.1e}, cosine {(ours * theirs).sum(axis=1).min():.6f}")


if __name__ == "__main__":
    (compare if len(sys.argv) > 2 else write)(*sys.argv[1:])
