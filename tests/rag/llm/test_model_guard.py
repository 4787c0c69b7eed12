"""The one limit on a reply's whole time: what is told when it is up, whoever comes first."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from threading import Event

import pytest

from index.errors import ModelUnavailable
from rag.llm.guard import within

LATE = ModelUnavailable("it did not finish", "ask again")


class Client:
    """A client that says something, and then fails when it is told to."""

    def __init__(self) -> None:
        self.fail, self.failed = Event(), Event()

    def __call__(self, _: ExitStack) -> Iterator[str]:
        yield "It cost"
        self.fail.wait()
        try:
            raise TimeoutError("the client's own limit")
        finally:
            self.failed.set()


def test_a_fault_before_the_limit_is_told() -> None:
    client = Client()
    parts = within(60, client, LATE)
    assert next(parts) == "It cost"
    client.fail.set()
    with pytest.raises(TimeoutError, match="own limit"):
        next(parts)


def read_late(client: Client) -> None:
    """Look at what comes only after the client has failed, which is after the limit."""
    for _ in within(0.2, client, LATE):
        time.sleep(0.3)
        client.fail.set()
        client.failed.wait()
        time.sleep(0.1)  # until it is in the queue


def test_a_reader_who_comes_late_hears_of_the_limit_and_not_of_the_client() -> None:
    with pytest.raises(ModelUnavailable, match="did not finish"):
        read_late(Client())
