"""What many tests need: articles on disk, the real embedder, a tiny one for tests that embed nothing worth ranking, and an assistant
over the sample corpus."""

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder, make_embedder
from index.sync import sync
from rag.assistant import Assistant
from tests.store import WordEmbedder

for name in (
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "OPENAI_MODEL",
):  # a developer's own would have the tests written by a model
    os.environ.pop(name, None)

settings.register_profile("any machine", deadline=None)  # no test depends on how fast one is
settings.load_profile("any machine")

CORPUS = Path(__file__).parents[1] / "corpus"
WriteArticles = Callable[[Path, Mapping[str, str]], Path]
Tried = Callable[..., None]


@pytest.fixture
def tried(record_property: Callable[[str, object], None]) -> Tried:
    """Say what a test tried, for docs/reliability.md: tried(kills=7, seconds=0.3). tests/reliability.py adds it up."""

    def say(**amounts: float) -> None:
        record_property("tried", amounts)

    return say


@pytest.fixture(scope="session")
def model_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that holds nothing but the prepared model: copy its `models` to spare another home the preparing."""
    home = tmp_path_factory.mktemp("model")
    make_embedder("local", home).embed_queries(["prepare"])
    return home


@pytest.fixture(scope="session")
def embedder(model_home: Path) -> Embedder:
    """The built-in embedder, prepared once."""
    return make_embedder("local", model_home)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Assistant]:
    """An assistant over the sample corpus, made once for each test process."""
    catalog = Catalog(tmp_path_factory.mktemp("sample"))
    sync(catalog, embedder, CORPUS)
    assistant = Assistant(catalog, embedder, DenseSearch(catalog))
    yield assistant
    assistant.close()


@pytest.fixture(scope="session")
def words() -> Embedder:
    """Real vectors of the words in a text: right for everything but meaning."""
    return WordEmbedder()


@pytest.fixture
def write_articles() -> WriteArticles:
    """Write {name: text} below a folder."""

    def write(folder: Path, texts: Mapping[str, str]) -> Path:
        for name, text in texts.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 6 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "none", str(disk)], capture_output=True, text=True)
    if mount.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {mount.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)
