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
    """An OpenAI-compatible endpoint; `context` is the number of tokens that it reads."""

    url: str
    name: str
    key: str = field(default="none", repr=False)
    context: int = 8192


@dataclass(frozen=True, kw_only=True)
class Given:
    """The corpus, the one embedder of all systems, a folder for what a system stores, and how many hits are asked for.

    `ours` is Sourceline, over the same corpus. `notes` is where a system says what the header of its run should tell.
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
