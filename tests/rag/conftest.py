"""An assistant over the sample corpus, made once for each test process, and a language model's server for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder
from index.sync import sync
from rag.assistant import Assistant
from tests.rag.llm.server import ModelServer

CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Assistant]:
    catalog = Catalog(tmp_path_factory.mktemp("sample"))
    sync(catalog, embedder, CORPUS)
    assistant = Assistant(catalog, embedder, DenseSearch(catalog))
    yield assistant
    assistant.close()


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """A language model's server that says what a test has it say."""
    running = ModelServer()
    yield running
    running.close()
