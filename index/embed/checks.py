"""What a foreign embedder returns, looked at before it is stored: a bad vector would stay wrong for good."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from index.embed.seam import Vectors
from index.errors import EmbedderFailed


def checked(rows: Sequence[Sequence[float]], *, count: int, dimension: int | None, model: str) -> Vectors:
    """`rows` as float32 [count, dimension] of length 1.

    Raises EmbedderFailed for too few or too many rows, uneven or unexpected lengths, NaN, infinity and zero vectors.
    `dimension` None accepts the first one seen.
    """
    if len(rows) != count:
        raise EmbedderFailed(f"{model} returned {len(rows)} vectors for {count} texts", "check the embedding endpoint")
    try:
        vectors = np.asarray(rows, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise EmbedderFailed(f"{model} returned vectors that are not rows of numbers ({error})") from error
    if not count:
        return np.empty((0, dimension or 0), np.float32)
    if vectors.ndim != 2 or vectors.shape[1] != (dimension or vectors.shape[1]) or not vectors.size:
        raise EmbedderFailed(
            f"{model} returned vectors of shape {vectors.shape} where {dimension or 'some'} numbers a text were expected",
            "check that the endpoint serves the model of the settings",
        )
    return _normalised(vectors, model)


def _normalised(vectors: Vectors, model: str) -> Vectors:
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    if not (np.isfinite(lengths).all() and lengths.min() > 0):
        bad = int(np.argmin(np.isfinite(lengths) & (lengths > 0)))
        raise EmbedderFailed(f"{model} returned a zero or not-a-number vector for text {bad + 1}", "embed again")
    return np.asarray(vectors / lengths, np.float32)


def one_line(error: BaseException, secrets: Iterable[str] = ()) -> str:
    """What a vendor's error says, on one short line, with every secret left out."""
    said = str(error)
    for secret in filter(None, secrets):
        said = said.replace(secret, "…")
    return " ".join(said.split())[:200]
