"""An assistant over the sample corpus, made once for each test process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder
from index.sync import sync
from rag.assistant import Assistant

CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Assistant]:
    catalog = Catalog(tmp_path_factory.mktemp("sample"))
    sync(catalog, embedder, CORPUS)
    assistant = Assistant(catalog, embedder, DenseSearch(catalog))
    yield assistant
    assistant.close()
