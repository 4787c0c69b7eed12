"""The page as `sourceline chat` serves it, in a process of its own."""

from __future__ import annotations

import http.client
import time
from pathlib import Path

import pytest

from benchmarks.speed.chat import page

CLIENTS_KEEP = 5.0  # seconds: httpx's and aiohttp's default is as long or longer


@pytest.mark.slow
def test_a_connection_that_was_idle_can_be_used_again(tmp_path: Path) -> None:
    with page(tmp_path / "home", SOURCELINE_MODE="quotes") as (client, _):
        connection = http.client.HTTPConnection(client.base_url.host, client.base_url.port or 0)
        connection.auto_open = 0  # a new one would hide that the page had closed the first
        connection.connect()
        for idle in (CLIENTS_KEEP + 1, 0.0):
            connection.request("GET", "/state")
            assert connection.getresponse().read()
            time.sleep(idle)
        connection.close()
