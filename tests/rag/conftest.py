"""A language model's server for each test."""

from collections.abc import Iterator

import pytest

from tests.rag.llm.server import ModelServer


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """A language model's server that says what a test has it say."""
    running = ModelServer()
    yield running
    running.close()
