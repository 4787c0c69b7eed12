"""The systems that are compared, by name: ours, and its peers."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from benchmarks.quality.peers.given import Open
from evals.systems import Mode
from index.errors import SettingsWrong

OURS, WRITTEN, QUOTES = "sourceline", "sourceline_written", "sourceline_quotes"
REQUIREMENTS = "pip install -r benchmarks/quality/peers/requirements.txt"
_LLAMA = ("llama-index-core", "llama-index-vector-stores-chroma")


@dataclass(frozen=True, kw_only=True)
class Known:
    """The module here and its function that opens a system, how it answers, and the packages whose versions its run records."""

    module: str
    function: str = "opened"
    mode: Mode = "search"
    packages: tuple[str, ...] = ()


SYSTEMS = {
    OURS: Known(module="ours", function="searching"),
    WRITTEN: Known(module="ours", function="writing", mode="written"),
    QUOTES: Known(module="ours", function="quoting", mode="quotes"),
    "bm25": Known(module="bm25", packages=("bm25s", "PyStemmer")),
    "llama_index": Known(module="llama_stack", packages=_LLAMA),
    "llama_index_matched": Known(module="llama_stack", function="matched", packages=_LLAMA),
    "llama_index_titled": Known(module="llama_stack", function="titled", packages=_LLAMA),
    "llama_index_citing": Known(module="citing", mode="written", packages=(*_LLAMA, "llama-index-llms-openai-like")),
    "haiku_rag": Known(module="haiku"),
    "haiku_rag_vector": Known(module="haiku", function="vector"),
}
"""In the order in which a table has them."""
BY_DEFAULT = ("bm25", "llama_index", "llama_index_matched", "llama_index_titled", "haiku_rag")
WITH_MODEL = "llama_index_citing"
"""What runs by default too where there is a language model."""


def chosen(peers: str | None, *, model: bool) -> list[str]:
    """The systems to run, ours first; `peers` are names divided by commas. Where a peer answers, ours answers beside it.

    The one of ours that writes, with the peer's model, comes before the one that quotes: answers are compared with the first.
    Raises SettingsWrong for a peer that there is not.
    """
    wanted = peers.split(",") if peers else [*BY_DEFAULT, *([WITH_MODEL] if model else [])]
    if unknown := [name for name in wanted if name not in SYSTEMS]:
        raise SettingsWrong(f"there is no peer {unknown[0]!r}", f"use some of {', '.join(SYSTEMS)}")
    answers = any(SYSTEMS[name].mode != "search" for name in wanted)
    beside = [*([WRITTEN] if model else []), *([QUOTES] if model or answers else [])]
    return list(dict.fromkeys([OURS, *beside, *wanted]))


def opener(name: str) -> Open:
    """How the system is opened. Raises SettingsWrong for a peer that is not installed."""
    known = SYSTEMS[name]
    try:
        found: Open = getattr(import_module(f"benchmarks.quality.peers.{known.module}"), known.function)
    except ImportError as error:
        remedy = f"run `{REQUIREMENTS}`, or leave it out of --peers"
        raise SettingsWrong(f"the peer {name} is not installed ({error})", remedy) from error
    return found


def refuse_unready(name: str, haiku_python: Path | None, *, model: bool) -> None:
    """Raise SettingsWrong where a system is not installed, or lacks what it needs."""
    opener(name)
    if SYSTEMS[name].module == "haiku" and not haiku_python:
        remedy = "give --haiku-python, as benchmarks/quality/peers/README.md says, or leave it out of --peers"
        raise SettingsWrong(f"{name} needs a Python of its own", remedy)
    if SYSTEMS[name].mode == "written" and not model:
        raise SettingsWrong(
            f"{name} needs a language model", "give --llm-url and --llm-model, or leave it out of --peers"
        )
