"""A home under any sequence of what can happen to it, against what its folder of articles says: nothing lost, nothing twice."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from index.catalog import Catalog
from index.doctor import diagnose
from index.exact import stored_vectors
from index.readers import source
from index.sync import sync
from index.types import Filters
from tests.fuzzing import tried
from tests.store import WordEmbedder, lexical_faults, told
from ui.archive.reading import import_home
from ui.archive.writing import export_home

WORDS = WordEmbedder()
NAMES = st.sampled_from(["a.txt", "b.txt", "sub/a.txt", "sub/ä b.txt"])
SENTENCES = [
    "The mayor resigned on Monday.",
    "Nobody objected.",
    "Die Brücke wird gesperrt.",
    "市長は辞任した。",
    "It cost 4 crowns.",
]
TEXTS = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4).map("\n\n".join)


class Crash(BaseException):
    """The process ends here."""


class HomeMachine(RuleBasedStateMachine):
    """`files` is what the folder holds, `may_be` what an article may say since it was indexed last; `chroma` is what Chroma was told."""

    def __init__(self) -> None:
        super().__init__()
        memory = Path("/dev/shm")
        self.place = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
        self.news, self.home = self.place / "news", self.place / "home-0"
        self.news.mkdir()
        self.catalog = Catalog(self.home)
        self.files: dict[str, str] = {}
        self.may_be: dict[str, set[str | None]] = {}
        self.chroma: set[str] = set()
        self.clock = 10**18

    @rule(name=NAMES, text=TEXTS)
    def write(self, name: str, text: str) -> None:
        path, self.clock = self.news / name, self.clock + 10**9
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(self.clock, self.clock))
        self.files[name] = text
        self.may_be.setdefault(name, {None}).add(text)

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        if self.files.pop(name, None) is not None:
            (self.news / name).unlink()
            self.may_be[name].add(None)

    @rule(old=NAMES, new=NAMES)
    def move(self, old: str, new: str) -> None:
        if old in self.files and old != new:
            (self.news / new).parent.mkdir(exist_ok=True)
            (self.news / old).replace(self.news / new)
            self.files[new] = self.files.pop(old)
            self.may_be.setdefault(new, {None}).add(self.files[new])
            self.may_be[old].add(None)

    @rule()
    def index(self) -> None:
        self.sync()
        self.may_be = {name: {text} for name, text in self.files.items()}

    @rule(at=st.integers(0, 8))
    def crash(self, at: int) -> None:
        """Indexing ends in the middle of its transaction number `at`, if it has as many."""
        transaction = Catalog.transaction

        @contextmanager
        def ends(catalog: Catalog) -> Iterator[Any]:
            nonlocal at
            at -= 1
            with transaction(catalog) as run:
                yield run
                if at == 0:
                    raise Crash

        with patch.object(Catalog, "transaction", ends):
            try:
                self.sync()
            except Crash:
                pass
            else:
                self.may_be = {name: {text} for name, text in self.files.items()}
        self.reopen()

    def sync(self) -> None:
        with patch.object(source, "_SETTLED_NS", 0):
            sync(self.catalog, WORDS, self.news, prune=True)

    @rule()
    def reopen(self) -> None:
        self.catalog.close()
        self.catalog = Catalog(self.home)

    @rule()
    def carry(self) -> None:
        """The home goes on as another one, made of an export; its Chroma has been told nothing."""
        export_home(self.home, self.place / "home.zip", replace=True)
        before, self.home = self.home, self.place / f"home-{int(self.home.name[5:]) + 1}"
        import_home(self.place / "home.zip", self.home, {})
        self.catalog.close()
        shutil.rmtree(before)
        self.catalog, self.chroma = Catalog(self.home), set()

    @rule()
    def rebuild(self) -> None:
        """What `doctor --repair` does to the lexical index and to Chroma."""
        with self.catalog.transaction() as run:
            run.execute("INSERT INTO lexical (lexical) VALUES ('rebuild')")
        self.chroma = {i for ids, _ in stored_vectors(self.catalog) for i in ids}

    @rule(batch=st.integers(1, 3))
    def tell(self, batch: int) -> None:
        """What the owner does with the outbox."""
        self.chroma = told(self.catalog, self.chroma, batch)

    @invariant()
    def is_whole(self) -> None:
        there = {i: self.catalog.article(i) for i in self.catalog.files()}
        for name in there.keys() | self.may_be.keys():
            article = there.get(name)
            assert (article and article.text) in self.may_be.get(name, set()), name
        passages = self.catalog.passages(self.catalog.ids(self.catalog.allowed(Filters()).tolist()).values())
        assert {p.article_id for p in passages.values()} == there.keys()
        assert [f"{f.what}: {f.detail}" for f in islice(diagnose(self.catalog), 4) if not f.ok] == []
        assert lexical_faults(self.catalog) == []

    @invariant()
    def chroma_becomes_the_same(self) -> None:
        pending = {r[0] for r in self.catalog.rows("SELECT passage_id FROM outbox")}
        ids = {r[0] for r in self.catalog.rows("SELECT id FROM passage")}
        assert self.chroma - pending == ids - pending

    def teardown(self) -> None:
        self.catalog.close()
        shutil.rmtree(self.place)


class UntoldMachine(HomeMachine):
    """An unsafe import: one that does not say that its Chroma has been told nothing."""

    @rule()
    def carry(self) -> None:
        super().carry()
        with self.catalog.transaction() as run:
            run.execute("DELETE FROM outbox")


def test_control_the_machine_sees_what_an_unsafe_import_loses() -> None:
    for machine in (HomeMachine(), UntoldMachine()):
        machine.write("a.txt", SENTENCES[0])
        machine.index()
        machine.carry()
        if type(machine) is HomeMachine:
            machine.chroma_becomes_the_same()
        else:
            with pytest.raises(AssertionError):
                machine.chroma_becomes_the_same()
        machine.teardown()


TestHomeMachine = HomeMachine.TestCase
TestHomeMachine.settings = tried(6, steps=14)
TestHomeMachine.pytestmark = [pytest.mark.fuzz]
