"""What one question costs, counted in work and not in seconds: texts embedded, SQL statements, searches of Chroma."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from index import lexical
from index.bm25 import Bm25
from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Vectors
from index.lexical import LexicalIndex
from index.names import NameSounds
from index.sync import sync
from index.vectors import ChromaIndex
from rag.assistant import Assistant
from tests.conftest import CORPUS
from tests.store import WordEmbedder

ROOT = Path(__file__).parents[2]
ONE = "Wie viele Tonnen CO2 hat das Deutschlandticket im ersten Jahr eingespart?"
TWO = "When did the Duma ratify the treaty with Iran, and what did the rebuilding of Notre-Dame cost the donors?"
MOST_STATEMENTS = 60  # 48 on 2026-11-22; a statement for each passage or name would be hundreds


@dataclass(frozen=True, kw_only=True)
class Counting(WordEmbedder):
    """An embedder that does not tell tokens, as those behind endpoints, and counts what it is asked for."""

    asked: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        self.asked.update(texts)
        self.calls["queries"] += 1
        return self.embed_passages(texts)


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Assistant, Counting]]:
    catalog, embedder = Catalog(tmp_path_factory.mktemp("counted")), Counting()
    sync(catalog, embedder, CORPUS)
    assistant = Assistant(catalog, embedder, DenseSearch(catalog), answer_above=0.0)
    yield assistant, embedder
    assistant.close()


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A number for each search of Chroma from now on."""
    done: list[int] = []
    search: Callable[..., list[list[tuple[str, float]]]] = ChromaIndex.search_many
    monkeypatch.setattr(ChromaIndex, "search_many", lambda *given: [done.append(1), search(*given)][1])
    return done


@pytest.mark.parametrize(("question", "texts"), [(ONE, 1), (TWO, 3)])
def test_every_text_is_embedded_once(counted: tuple[Assistant, Counting], question: str, texts: int) -> None:
    assistant, embedder = counted
    embedder.asked.clear()
    embedder.calls.clear()
    assistant.ask(question)
    assert embedder.asked[question] == 1
    assert set(embedder.asked.values()) == {1}
    assert len(embedder.asked) == texts
    assert embedder.calls["queries"] <= 2  # the question, and its parts together
    assistant.ask(question)
    assert sum(embedder.asked.values()) == texts


def test_a_question_needs_few_statements_and_one_search_of_chroma(sample: Assistant, searches: list[int]) -> None:
    sample.ask(ONE)
    statements: list[str] = []
    searches.clear()
    sample.catalog.connection.set_trace_callback(statements.append)
    try:
        sample.ask(ONE)
    finally:
        sample.catalog.connection.set_trace_callback(None)
    statements = [s for s in statements if not s.startswith("--")]  # what FTS5 does inside
    assert len(searches) == 1
    assert len(statements) <= MOST_STATEMENTS, Counter(s[:60] for s in statements).most_common(5)


def test_words_are_looked_up_together(sample: Assistant) -> None:
    index, statements = LexicalIndex(sample.catalog), list[str]()
    index.search(ONE, "en", 10)
    sample.catalog.connection.set_trace_callback(statements.append)
    try:
        assert index.search(TWO, "en", 10)
    finally:
        sample.catalog.connection.set_trace_callback(None)
    statements = [s for s in statements if not s.startswith("--")]
    assert len(statements) <= 7, statements  # 6 on 2026-11-22: the snapshot, the generation, where words stand, ids
    assert any("group_concat" in s for s in statements), "no word of it was looked up before"
    assert not any("bm25" in s or "MATCH" in s for s in statements), "FTS5 looks up every passage that it scores"


def test_a_word_is_looked_up_once_while_nothing_changes(sample: Assistant) -> None:
    index, statements = LexicalIndex(sample.catalog), list[str]()
    found = index.search(TWO, "en", 10)
    sample.catalog.connection.set_trace_callback(statements.append)
    try:
        assert index.search(TWO, "en", 10) == found
    finally:
        sample.catalog.connection.set_trace_callback(None)
    assert not any("group_concat" in s for s in statements)


@pytest.mark.parametrize("first", ["ui.cli", "rag.build", "evals.evaluate", "benchmarks.speed.search"])
def test_openblas_is_told_not_to_spin_before_it_is_loaded(first: str) -> None:
    told = "OPENBLAS_THREAD_TIMEOUT"
    code = f"""
import os, sys
class Watch:
    def find_spec(self, name, *_):
        assert name != "numpy" or {told!r} in os.environ, "numpy comes first"
sys.meta_path.insert(0, Watch())
import {first}
import numpy
"""
    environment = {name: value for name, value in os.environ.items() if name != told}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=environment)


def test_common_words_are_not_read_where_they_would_be_too_many(
    sample: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[set[str]] = []
    scores = Bm25.scores
    monkeypatch.setattr(Bm25, "scores", lambda *given: [read.append(set(given[2])), scores(*given)][1])
    index = LexicalIndex(sample.catalog)
    everything = index.search(TWO, "en", 5)
    monkeypatch.setattr(lexical, "_MOST_READ", 1)
    rarest = index.search(TWO, "en", 5)
    assert everything
    assert rarest
    assert 1 <= len(read[1]) < len(read[0])
    assert read[1] < read[0]


def test_of_a_question_full_of_names_only_some_are_looked_up(
    sample: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: set[str] = set()
    like = NameSounds.like
    monkeypatch.setattr(NameSounds, "like", lambda self, word, language: looked.add(word) or like(self, word, language))
    names = " ".join(f"Johnson{a}{b}" for a in "abcdefgh" for b in "aeiou")
    sample.finder.search(sample.finder.query(f"Who are {names}?"))
    assert len(looked) == 20
