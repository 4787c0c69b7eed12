"""Language models that are served on this machine, to be offered: none is used unasked, and nothing but a list of names is asked for."""

from __future__ import annotations

import json
import re
import shlex
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import Thread

USUAL = (("Ollama", 11434), ("LM Studio", 1234), ("llama.cpp", 8080), ("vLLM", 8000))
"""Whose usual port is which, as their documentation has it."""
_SECONDS = 0.3
_MOST = 1_000_000  # bytes of a list of models
_NO_CHAT = re.compile("embed|rerank", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Nearby:
    """A server of language models on this machine, at the usual port of `whose`."""

    whose: str
    url: str
    models: tuple[str, ...]

    @property
    def setting(self) -> str:
        """What to set to use its first model."""
        model = f" SOURCELINE_LLM_MODEL={shlex.quote(self.models[0])}" if self.models else ""
        return f"SOURCELINE_LLM_URL={self.url}{model}"


def nearby(ports: Sequence[tuple[str, int]] | None = None, seconds: float = _SECONDS) -> list[Nearby]:
    """What answers on these ports of the loopback (None: the usual ones) with a list of models, within so many seconds in all."""
    ports, told = USUAL if ports is None else ports, dict[int, tuple[str, ...]]()
    threads = [Thread(target=_ask, args=(port, seconds, told), daemon=True) for _, port in ports]
    end = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    found = dict(told)
    return [Nearby(whose=whose, url=_url(port), models=found[port]) for whose, port in ports if port in found]


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}/v1"


def _ask(port: int, seconds: float, told: dict[int, tuple[str, ...]]) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=seconds)  # past every proxy, and no redirect is followed
    try:
        connection.request("GET", "/v1/models")
        response = connection.getresponse()
        names = _names(response.read(_MOST)) if response.status == 200 else None
    except (OSError, HTTPException):
        return
    finally:
        connection.close()
    if names is not None:
        told[port] = names


def _names(content: bytes) -> tuple[str, ...] | None:
    """The models that can chat in OpenAI's form of a list; None for anything else."""
    try:
        listed = json.loads(content)
        if listed["object"] != "list":
            return None
        names = [str(model["id"]) for model in listed["data"] or ()]
    except (ValueError, TypeError, LookupError, RecursionError):  # some other web server
        return None
    return tuple(name for name in names if not _NO_CHAT.search(name))
