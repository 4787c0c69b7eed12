"""Kills an indexing process with SIGKILL at each of its operations, starts it again and compares with a run that was not killed.

    python kill.py WORK [--every K] [--random N] [--writer ours|forgetful|piecemeal] [--scenario change|fresh|rebuild]

prints one JSON object: points, killed, lost, duplicated, differing. An operation is a writing statement or COMMIT of the
catalog, a call to Chroma, and every file written, renamed or deleted; the kill comes before it, and for a file also when it
is half written. Everything runs in forks of this process, so that a round takes a tenth of a second and not two.

`forgetful` and `piecemeal` are writers as they are often made, to show that the sweep sees what they lose: the one clears the
outbox before Chroma was told, the other stores an article in several transactions.
"""

from __future__ import annotations

import argparse
import importlib
import json
import mmap
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from index import database, exact, health, owner, sync, vectors
from index.catalog import Catalog
from index.owner import Owner, chroma_folder
from tests.store import WordEmbedder, contents, in_chroma

PLACES = "bridge harbour council river school tram theatre market station library".split()


class Counter:
    """Operations so far, in memory that the parent of a fork reads; kills the process at operation `at`."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 8)
        self.at = 0

    @property
    def value(self) -> int:
        return int.from_bytes(self._memory[:8], "little")

    @value.setter
    def value(self, value: int) -> None:
        self._memory[:8] = value.to_bytes(8, "little")

    def __call__(self) -> None:
        self.value += 1
        if self.value == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


operation = Counter()


# Where the process can be killed


class Connection(sqlite3.Connection):
    def execute(self, sql: str, *rest: Any) -> sqlite3.Cursor:
        if sql.lstrip().split()[0].upper() not in ("SELECT", "PRAGMA"):
            operation()
        return super().execute(sql, *rest)

    def executemany(self, sql: str, *rest: Any) -> sqlite3.Cursor:
        operation()
        return super().executemany(sql, *rest)


def instrument() -> None:
    """Count every operation of this process."""
    connect = sqlite3.connect
    database.sqlite3.connect = lambda *a, **k: connect(*a, factory=Connection, **k)  # type: ignore[assignment]
    for name in ("upsert", "delete", "close"):
        _count_calls(vectors.ChromaIndex, name)
    for name in ("unlink", "rename", "mkdir"):
        _count_calls(Path, name)
    for name in ("unlink", "rmdir"):  # by which shutil.rmtree works
        _count_calls(os, name)
    Path.write_text = _write_in_halves  # type: ignore[method-assign,assignment]


def _count_calls(where: Any, name: str) -> None:
    original = getattr(where, name)

    def counted(*args: Any, **kwargs: Any) -> Any:
        operation()
        done = original(*args, **kwargs)
        operation()
        return done

    setattr(where, name, counted)


def _write_in_halves(path: Path, text: str, **_: object) -> int:
    operation()
    with path.open("wb", buffering=0) as file:
        operation()
        file.write(text.encode()[: len(text) // 2])
        operation()
        file.write(text.encode()[len(text) // 2 :])
    operation()
    return len(text)


# What is run


def text(number: int, edition: int = 0) -> str:
    """An article of some passages."""
    first, second = PLACES[number % 10], PLACES[(number // 3 + edition) % 10]
    lines = [
        f"The {first} of district {number} and the {second} were the subject of meeting {line + 7 * number + edition}. "
        f"Nobody had expected that the {second} would cost {line * 31 + number} thousand crowns in the end."
        for line in range(2 + number % 4 * 9)
    ]
    return f"# {first.title()} and {second} {number}\n\n" + "\n\n".join(lines)


def write(folder: Path, name: str, content: str) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")
    os.utime(file, ns=(10**18, 10**18 + len(content)))


def before(news: Path) -> None:
    for n in range(16):
        write(news, f"{PLACES[n % 3]}/{n}.md", text(n))


def after(news: Path) -> None:
    """Five edited, three deleted, two moved, one renamed, six added, two of them alike; two become unreadable."""
    for n in range(5):
        write(news, f"{PLACES[n % 3]}/{n}.md", text(n, edition=1))
    for n in (5, 6, 7):
        (news / f"{PLACES[n % 3]}/{n}.md").unlink()
    for n, name in ((8, "moved/8.md"), (9, "moved/deep/9.md"), (10, f"{PLACES[1]}/ten.md")):
        (news / name).parent.mkdir(parents=True, exist_ok=True)
        (news / f"{PLACES[n % 3]}/{n}.md").rename(news / name)
    for n in range(20, 24):
        write(news, f"new/{n}.md", text(n))
    write(news, "new/alike.md", text(20))
    write(news, "alike.md", text(11))
    write(news, f"{PLACES[12 % 3]}/12.md", "")
    (news / f"{PLACES[13 % 3]}/13.md").write_bytes(b"\x00\x01\x02" * 40)


def run(home: Path, news: Path, scenario: str) -> None:
    catalog = Catalog(home)
    if scenario == "rebuild":
        vectors.unstamp(chroma_folder(home))
        health.check = lambda *_, **__: health.Health(wrong="as the scenario says")  # type: ignore[assignment]
    else:
        sync.sync(catalog, WordEmbedder(), news, prune=True)
    Writer(catalog).close()
    catalog.close()


Writer: Callable[[Catalog], Any] = Owner


class ForgetfulWriter:
    """Clears the outbox, then tells Chroma; has no lock, no stamp and no second look."""

    def __init__(self, catalog: Catalog) -> None:
        self.index = vectors.open_folder(chroma_folder(catalog.home), catalog.collection)
        while rows := catalog.rows(f"SELECT sequence, passage_id FROM outbox ORDER BY sequence LIMIT {owner._BATCH}"):
            with catalog.transaction() as run:
                run.execute("DELETE FROM outbox WHERE sequence <= ?", (rows[-1][0],))
            ids, kept = list(dict.fromkeys(r[1] for r in rows)), set()
            for some, matrix in exact.stored_vectors(catalog, ids):
                self.index.upsert(some, matrix)
                kept |= set(some)
            if gone := [i for i in ids if i not in kept]:
                self.index.delete(gone)

    def close(self) -> None:
        self.index.close()


@contextmanager
def piecemeal_transaction(catalog: Catalog) -> Any:
    """Every statement commits by itself."""
    yield catalog.connection


# Killing and comparing


def forked(job: Callable[[], Any], answer: Path | None = None, kill_after: float | None = None) -> bool:
    """Run in a fork; True when it ended by itself, False when it was killed; anything else is a fault."""
    pid = os.fork()
    if not pid:
        try:
            done = job()
            if answer:
                answer.write_bytes(json.dumps(done).encode())
            os._exit(0)
        except BaseException:  # noqa: BLE001 - a fork must never return
            traceback.print_exc()
            os._exit(1)
    if kill_after is not None:
        while operation.value < 2:  # the run must have made progress before it is killed: its first operation is done
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                raise RuntimeError("the run ended before its second operation")
            time.sleep(0.001)
        time.sleep(kill_after)
        os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0:
        return True
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return False
    raise RuntimeError(f"the run failed by itself: {status}")


def examined_in_fork(home: Path, *, everything: bool = False) -> health.Health:
    """health.check, in a fork of this process where the product starts a new one."""
    answer = home / "health.json"
    try:
        forked(lambda: asdict(health.examine(home, everything=everything)), answer)
        return health.Health(**json.loads(answer.read_bytes()))
    except RuntimeError as error:
        return health.Health(wrong=str(error))
    finally:
        answer.unlink(missing_ok=True)


def small_batches() -> None:
    """Several batches, transactions and saves of Chroma's graph where there would be one."""
    sync._BATCH_PASSAGES, owner._BATCH, database._MOST_VARIABLES = 8, 12, 10  # type: ignore[misc]
    vectors._SPACE["hnsw"] |= {"batch_size": 10, "sync_threshold": 15}  # type: ignore[operator]


def warm_up(work: Path) -> None:
    """Load in this process what every fork would load again: models, tables and modules, but no Chroma client."""
    write(work / "warm", "a.md", text(1))
    catalog = Catalog(work / "warm")
    sync.sync(catalog, WordEmbedder(), work / "warm")
    catalog.close()
    forked(lambda: Owner(Catalog(work / "warm")).close() or sorted(sys.modules), work / "modules.json")
    for name in json.loads((work / "modules.json").read_text()):
        if name.startswith("chromadb"):
            importlib.import_module(name)


class Sweep:
    """One scenario, prepared once: a home as it was before, and what it must hold at the end."""

    def __init__(self, work: Path, scenario: str) -> None:
        self.work, self.scenario, self.news = work, scenario, work / "news"
        self.home, self.base = work / "home", work / "base"
        self.base.mkdir(parents=True)
        before(self.news)
        if scenario != "fresh":
            forked(lambda: run(self.base, self.news, "change"))
        if scenario == "change":
            after(self.news)
        self.expected: dict[str, Any] = {}
        self.counts = dict.fromkeys(("points", "killed", "progressed", "lost", "duplicated", "differing"), 0)

    def round(self, at: int = 0, kill_after: float | None = None) -> bool:
        """A run that is killed, and the next start; returns whether the first run was killed."""
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(self.base, self.home)
        operation.value, operation.at = 0, at

        def first() -> None:
            instrument()
            run(self.home, self.news, self.scenario)

        whole = forked(first, kill_after=kill_after)
        self.last_count = operation.value
        operation.at = 0
        if not whole:
            self.counts["killed"] += 1
            self.counts["progressed"] += self.last_count > (at == 0)
            forked(lambda: run(self.home, self.news, "change"))
        self.compare()
        return not whole

    def compare(self) -> None:
        answer = self.work / "answer.json"
        forked(lambda: contents(self.home) | {"chroma": in_chroma(self.home)}, answer)
        found = json.loads(answer.read_bytes())
        self.expected = self.expected or found
        there, wanted = set(found["chroma"]["ids"]), set(self.expected["passages"])
        self.counts["lost"] += len(wanted - set(found["passages"]) | wanted - there | set(found["chroma"]["lost"]))
        self.counts["duplicated"] += len(set(found["passages"]) - wanted | there - wanted)
        if found != self.expected:
            self.counts["differing"] += 1
            self.difference = {k: (self.expected[k], found[k]) for k in found if found[k] != self.expected[k]}


def main() -> None:
    global Writer
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=Path)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--offset", type=int, default=0)
    parser.add_argument("--random", type=int, default=0)
    parser.add_argument("--writer", default="ours")
    parser.add_argument("--scenario", default="change")
    asked = parser.parse_args()
    if asked.writer == "forgetful":
        Writer = ForgetfulWriter
    if asked.writer == "piecemeal":
        Catalog.transaction = piecemeal_transaction  # type: ignore[method-assign,assignment]
    small_batches()
    health.check = examined_in_fork
    warm_up(asked.work)
    sweep = Sweep(asked.work, asked.scenario)
    started = time.perf_counter()
    sweep.round()
    seconds, total = time.perf_counter() - started, sweep.last_count
    for at in range(1 + asked.offset, total + 1, asked.every):
        sweep.counts["points"] += 1
        if not sweep.round(at):
            raise RuntimeError(f"operation {at} of {total} was never reached")
    chance = random.Random(20261122)
    while sweep.counts["killed"] < sweep.counts["points"] + asked.random:
        sweep.round(kill_after=chance.uniform(0.0, seconds))
    about = {"operations": total, "passages": len(sweep.expected["passages"]), "seconds": time.perf_counter() - started}
    print(json.dumps(sweep.counts | about))
    if sweep.counts["differing"]:
        print(json.dumps(sweep.difference)[:1000], file=sys.stderr)


if __name__ == "__main__":
    main()
