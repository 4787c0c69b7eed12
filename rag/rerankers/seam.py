"""The seam between Sourceline and rerankers, and what a setting says about which one to use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


class Reranker(Protocol):
    """Says how well each text answers a question, reading both together. Thread-safe."""

    @property
    def name(self) -> str:
        """What status and runs call it."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """A finite number for each text, more is better, on any scale; in the order of `texts`.

        Raises RerankerFailed when it does not answer as it should, and in any case when its total time is up.
        """


@dataclass(frozen=True, kw_only=True, slots=True)
class RerankerSpec:
    """Which reranker to use, as the settings say it.

    `engine` is "cohere" or "tei", the forms that endpoints speak (`url`, `model`, `key`), or the dotted path of a llama-index
    node postprocessor, which is given `arguments` as keywords. `seconds` is the longest that one question may take.
    """

    engine: str
    url: str = ""
    model: str = ""
    key: str = field(default="", repr=False)
    arguments: Mapping[str, Any] = field(default_factory=dict, repr=False)
    seconds: float = 10.0
