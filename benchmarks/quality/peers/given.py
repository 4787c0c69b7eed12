"""What every system is made of."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.quality.peers.corpus import Corpus
from evals.runs import System
from evals.systems import Sourceline
from index.embed import Embedder


@dataclass(frozen=True, kw_only=True)
class LanguageModel:
    """An OpenAI-compatible endpoint; `context` is the number of tokens that it reads, `seconds` what one request may take."""

    url: str
    name: str
    key: str = field(default="none", repr=False)
    context: int = 8192
    seconds: float = 120.0


@dataclass(frozen=True, kw_only=True)
class Given:
    """The corpus, the one embedder of all systems, a folder for what a system stores, and how many hits are asked for.

    `ours` is Sourceline, searching over the same corpus; where there is a `model`, it can write with it too. `notes` is where a
    system says what the header of its run should tell.
    """

    corpus: Corpus
    embedder: Embedder
    ours: Sourceline
    folder: Path
    hits: int = 10
    haiku_python: Path | None = None
    model: LanguageModel | None = None
    notes: dict[str, object] = field(default_factory=dict)


Open = Callable[[Given], AbstractContextManager[System]]
"""How a system is opened."""
