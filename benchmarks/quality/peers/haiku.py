"""haiku.rag with its hybrid search over our passages, in a Python of its own (3.12 or newer, `requirements-haiku.txt`).

Its splitter loads a tokenizer from a model hub, so it is given our passages ready-made; it embeds them itself, with our embedder
behind a loopback endpoint. The title is each passage's heading, which haiku.rag embeds and searches with the text, as we do.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.quality.peers.corpus import Corpus, Place, searched
from benchmarks.quality.peers.endpoint import serving
from benchmarks.quality.peers.given import Given
from evals.cases import Case
from evals.runs import Outcome, System
from index.embed import Embedder
from index.errors import SourcelineError

WORKER = Path(__file__).with_name("haiku_worker.py")


class PeerEnded(SourcelineError):
    """A peer's process is gone, so no case can be asked any more."""


class CaseFailed(RuntimeError):
    """A peer could not answer one question; `str()` is what it said."""


@dataclass(frozen=True, kw_only=True)
class Process:
    """haiku.rag's process: a line of JSON in, a line of JSON out."""

    running: subprocess.Popen[str]

    def tell(self, said: object) -> None:
        """Write one line. Raises PeerEnded."""
        assert self.running.stdin
        with _gone():
            self.running.stdin.write(json.dumps(said) + "\n")
            self.running.stdin.flush()

    def hear(self) -> dict[str, Any]:
        """Read one line. Raises PeerEnded, CaseFailed."""
        assert self.running.stdout
        with _gone():
            line = self.running.stdout.readline()
            if not line:
                raise BrokenPipeError
        heard: dict[str, Any] = json.loads(line)
        if "error" in heard:
            raise CaseFailed(heard["error"])
        return heard


@contextmanager
def _gone() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        raise PeerEnded("haiku.rag has ended", "see above what it said; is it installed as the README says?") from error


@contextmanager
def opened(given: Given, search: str = "hybrid") -> Iterator[System]:
    """A system that searches, hybrid as haiku.rag does by default."""
    with (
        serving(given.embedder) as endpoint,
        started(given.haiku_python, given.folder, given.embedder, endpoint.url) as process,
    ):
        for article in given.corpus.articles.values():
            texts = [passage.text for passage in given.corpus.passages[article.id]]
            process.tell({"file": article.id, "title": article.title, "passages": texts})
        process.tell(None)
        given.notes["haiku-rag-slim"] = process.hear()["ready"]
        yield lambda case: _search(given, process, case, search)
        given.notes["embedded by the endpoint"] = dict(endpoint.embedded)


def vector(given: Given) -> AbstractContextManager[System]:
    """The same, by vectors alone: the better of its legs, and what its fusion starts from."""
    return opened(given, "vector")


def _search(given: Given, process: Process, case: Case, search: str) -> Outcome:
    start = time.perf_counter()
    asked = {"question": case.question, "files": given.corpus.allowed(case.filters), "hits": given.hits}
    process.tell(asked | {"search": search})
    heard = process.hear()
    found = [_place(given.corpus, hit) for hit in heard["hits"]]
    return Outcome(answer=searched(case.question, found, time.perf_counter() - start))


def _place(corpus: Corpus, hit: dict[str, Any]) -> Place:
    passage = corpus.passages[hit["file"]][hit["number"]]
    return Place(file=passage.article_id, span=passage.span, score=hit["score"])


@contextmanager
def started(python: Path | None, folder: Path, embedder: Embedder, *more: str) -> Iterator[Process]:
    """haiku.rag over what is kept in a folder; `more` is what else its worker is told: where its endpoint is, and options."""
    command = [
        python or "",
        "-P",
        WORKER,
        folder,
        embedder.model,
        embedder.dimension,
        *more,
    ]  # -P: without our folder in its path
    running = subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | {"HF_HUB_OFFLINE": "1", "LOGFIRE_IGNORE_NO_CONFIG": "1"},
    )
    try:
        yield Process(running=running)
    finally:
        running.kill()
        running.communicate()
