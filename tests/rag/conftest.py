"""An assistant over the sample corpus, made once for each test process."""

from collections.abc import Iterator

import pytest

from evals.sample import open_sample
from index.embed import Embedder
from rag.assistant import Assistant


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Assistant]:
    assistant = open_sample(tmp_path_factory.mktemp("sample"), embedder)
    yield assistant
    assistant.close()
