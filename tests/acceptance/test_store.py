"""What must survive in the store: one test a row of the acceptance table, each with an unsafe variant beside it that the same
check catches. Faults that can crash a process happen in child processes (tests/children.py, tests/index/kill.py)."""

import gc
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import doctor, health, vectors
from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder
from index.errors import DiskFull, EmbedderFailed, ModelChanged, StoreTooNew
from index.exact import ExactIndex
from index.owner import Owner, chroma_folder
from index.sync import sync
from rag.assistant import Assistant
from tests.children import REPOSITORY, call, damage, finished, start
from tests.conftest import Tried
from tests.store import WordEmbedder, add_lines, contents, fill_up, filled, in_chroma, line

WORDS = WordEmbedder()
SOURCELINE = "import sys; from ui.cli import main; sys.argv[:1] = ['sourceline']; main()"
BODY = "The council of {name} met on Monday. It decided to repair the bridge of {name} for {n} crowns.\n\nNobody objected.\n"


def write(folder: Path, *names: str, n: int = 1) -> Path:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(BODY.format(name=name.replace("/", " "), n=n), encoding="utf-8")
    return folder


def indexed(home: Path, folder: Path, **options: bool) -> dict[str, Any]:
    """Index a folder, bring Chroma up to date, and tell what the home holds."""
    catalog = Catalog(home)
    sync(catalog, WORDS, folder, **options)
    Owner(catalog).close()
    catalog.close()
    return contents(home) | {"chroma": in_chroma(home)}


def wholly_found(home: Path) -> int:
    """The number of passages, each of which is in Chroma as it is in the catalog and finds itself there.

    A graph in order may miss one in a thousand: it is approximate, which is no loss.
    """
    found = contents(home) | {"chroma": in_chroma(home)}
    assert found["chroma"]["ids"] == sorted(found["passages"])
    assert found["chroma"]["altered"] == []
    assert len(found["chroma"]["lost"]) <= len(found["passages"]) / 1000
    assert found["outbox"] == 0
    assert found["lexical"] == []
    return len(found["passages"])


# 11 edited, deleted, renamed, moved, alike


def test_acceptance_11_ids_are_those_of_a_fresh_build(tmp_path: Path) -> None:
    news, home = write(tmp_path / "news", "edited.txt", "deleted.txt", "renamed.txt", "a/moved.txt"), tmp_path / "home"
    before = indexed(home, news)
    write(news, "edited.txt", n=2)
    (news / "deleted.txt").unlink()
    (news / "renamed.txt").rename(news / "new-name.txt")
    (news / "b").mkdir()
    (news / "a/moved.txt").rename(news / "b/moved.txt")
    shutil.copyfile(news / "edited.txt", news / "alike.txt")

    kept = indexed(home, news)
    deleted = {i for i, p in before["passages"].items() if p[0] == "deleted.txt"}
    fresh = indexed(tmp_path / "fresh", news)
    assert (
        set(kept["passages"]) == set(fresh["passages"]) | deleted
    )  # a deleted file is forgotten when that is asked for
    pruned = indexed(home, news, prune=True)
    for what in ("articles", "passages", "sentences", "chroma", "lexical", "outbox"):
        assert pruned[what] == fresh[what], what
    assert pruned["passages"].keys() != before["passages"].keys()
    assert {p[0] for p in pruned["passages"].values()} == {"edited.txt", "new-name.txt", "b/moved.txt", "alike.txt"}


def test_acceptance_11_a_file_that_is_no_article_any_more_is_forgotten(tmp_path: Path) -> None:
    news, home = write(tmp_path / "news", "emptied.txt", "binary.txt", "linked.txt", "kept.txt"), tmp_path / "home"
    indexed(home, news)
    (news / "emptied.txt").write_bytes(b"")
    (news / "binary.txt").write_bytes(bytes(range(256)) * 4)
    (news / "linked.txt").unlink()
    (news / "linked.txt").symlink_to("/etc/hostname")
    assert {a["id"] for a in indexed(home, news, prune=True)["articles"]} == {"kept.txt"}


# 13 killed at every step


def sweep(work: Path, *arguments: object) -> dict[str, Any]:
    script = REPOSITORY / "tests/index/kill.py"
    memory = Path("/dev/shm")  # a kill does not need a disk
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else work) as folder:
        command = [sys.executable, str(script), f"{folder}/sweep", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY)
    assert done.returncode == 0, done.stderr[-3000:]
    counts: dict[str, Any] = json.loads(done.stdout)
    print(*arguments, counts, done.stderr)
    return counts


def assert_nothing_lost(counts: dict[str, Any], tried: Tried) -> None:
    tried(kills=counts["killed"], passages_lost=counts["lost"], duplicated=counts["duplicated"])
    assert counts["killed"] == counts["progressed"] > 0
    assert (counts["lost"], counts["duplicated"], counts["differing"]) == (0, 0, 0)


def test_acceptance_13_a_kill_at_some_steps_loses_nothing(tmp_path: Path, tried: Tried) -> None:
    assert_nothing_lost(sweep(tmp_path, "--every", 45, "--offset", 20), tried)


@pytest.mark.slow
@pytest.mark.timeout(9000)
@pytest.mark.parametrize("scenario", ["change", "fresh", "rebuild"])
def test_acceptance_13_a_kill_at_every_step_loses_nothing(tmp_path: Path, scenario: str, tried: Tried) -> None:
    counts = sweep(tmp_path, "--scenario", scenario, "--random", 35)
    assert counts["points"] == counts["operations"]
    assert counts["killed"] == counts["points"] + 35
    assert_nothing_lost(counts, tried)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("writer", ["forgetful", "piecemeal"])
def test_control_13_unsafe_writers_lose_passages(tmp_path: Path, writer: str) -> None:
    """A writer that forgets the outbox, and one that writes an article in several transactions, lose passages in the same sweep."""
    assert sweep(tmp_path, "--writer", writer, "--every", 7)["lost"] > 0


# 14 two at once


def test_acceptance_14_two_indexers_at_once_lose_nothing(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    write(one, *(f"{n}.txt" for n in range(40)))
    write(two, *(f"{n}.txt" for n in range(40)))
    children = [start("index", tmp_path / "home", f) for f in (one, two, one)]
    said = [finished(c) for c in children]
    owned = [s["says"] for s in said if isinstance(s, dict)]
    assert all(s["error"] == "IndexOwned" for s in said if isinstance(s, dict)), said
    assert all(any(f"process {c.pid} (" in says for c in children) for says in owned)
    Owner(catalog := Catalog(tmp_path / "home")).close()
    catalog.close()
    assert wholly_found(tmp_path / "home") == 80


def test_acceptance_14_an_indexer_beside_a_page_names_it_and_loses_nothing(tmp_path: Path) -> None:
    home, news = tmp_path / "home", write(tmp_path / "news", "a.txt")
    indexed(home, news)
    page = start("own", home)
    assert page.stdout
    assert page.stdout.readline() == "owning\n"
    write(news, "b.txt", "c.txt")
    said = call("index", home, news)
    assert said["error"] == "IndexOwned"
    assert f"process {page.pid} (children.py own" in said["says"]
    assert contents(home)["outbox"] == 2  # stored, and left to the page
    page.communicate("\n", timeout=60)
    Owner(catalog := Catalog(home)).close()
    catalog.close()
    assert wholly_found(home) == 3


@pytest.mark.slow
def test_control_14_two_writers_without_an_owner_lose_vectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes that write to Chroma without an owner lose vectors."""
    monkeypatch.setitem(health._SECONDS, True, 30)  # what they leave can make a reader hang
    catalog = filled(tmp_path, 1000, WORDS)
    often = {"space": "cosine", "batch_size": 50, "sync_threshold": 100}  # saves of the graph, each a chance to lose
    monkeypatch.setattr(vectors, "_SPACE", {"hnsw": often})
    vectors.open_folder(chroma_folder(tmp_path), catalog.collection).close()
    with catalog.transaction() as run:
        run.execute("DELETE FROM outbox")
    catalog.close()
    children = [start("write_without_owner", tmp_path, first) for first in (0, 50)]
    for child in children:
        assert child.stdout
        assert child.stdout.readline() == "open\n"
    for child in children:
        assert child.stdin
        child.stdin.write("\n")
        child.stdin.flush()
    for child in children:
        child.communicate(timeout=60)
    found = health.check(tmp_path, everything=True)
    print(found)
    assert not found.healthy


# 15 indexed while the page runs


def test_acceptance_15_what_is_indexed_meanwhile_is_answered_at_once(
    tmp_path: Path, embedder: Embedder, model_home: Path, tried: Tried
) -> None:
    news, home = write(tmp_path / "news", "a.txt", "b.txt"), tmp_path / "home"
    shutil.copytree(model_home / "models", home / "models")
    catalog = Catalog(home)
    sync(catalog, embedder, news)
    page = Assistant(catalog, embedder, DenseSearch(catalog), answer_above=0.0)
    question = "When did the ferry to Skarholm sink?"
    assert "Skarholm" not in str(page.ask(question).claims)
    began = time.monotonic()
    page.ask("What did the council of a.txt decide?")
    usual = time.monotonic() - began
    (news / "ferry.txt").write_text("The ferry to Skarholm sank on 3 May in a storm. Nobody was hurt.\n")
    command = [sys.executable, "-c", SOURCELINE, "index", str(news), "--home", str(home)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY)
    assert done.returncode == 0, done.stderr
    assert f"process {os.getpid()}" in done.stdout
    asked = time.monotonic()
    answer = page.ask(question)
    seconds = time.monotonic() - asked
    assert "3 May" in answer.claims[0].text
    assert answer.warnings == ()
    assert seconds < 5 + 10 * usual, "also on a machine that others keep busy"
    tried(seconds=seconds)
    assert catalog.counts()["outbox"] == 0
    page.close()


# 16 disk full


@pytest.mark.parametrize("spare", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in (50_000, 200_000, 400_000))])
def test_acceptance_16_a_full_disk_is_named_and_loses_nothing(tmp_path: Path, small_disk: Path, spare: int) -> None:
    home, news = small_disk / "home", write(tmp_path / "news", *(f"{n}.txt" for n in range(8)))
    indexed(home, news)
    catalog = Catalog(home)
    filler = fill_up(small_disk, spare)
    write(tmp_path / "news", *(f"more/{n}.txt" for n in range(60)), n=5000)

    def index_more() -> None:
        sync(catalog, WORDS, news)
        for n in range(200):
            add_lines(catalog, WORDS, f"more/{n}.txt", [f"{n} and {k}\n" for k in range(100)])

    with pytest.raises(DiskFull, match="free some"):
        index_more()
    dense = DenseSearch(catalog)  # the catalog is full, and Chroma cannot be told
    assert len(dense.search(WORDS.embed_queries(["council of 3.txt"])[0], 3)) == 3
    dense.close()
    filler.unlink()
    if not spare:
        assert sync(catalog, WORDS, news).skipped == []
    Owner(catalog).close()
    catalog.close()
    assert wholly_found(home) >= 8


def test_acceptance_16_a_disk_that_fills_in_chromas_part_loses_nothing(tmp_path: Path, small_disk: Path) -> None:
    home = small_disk / "home"
    catalog = filled(home, 300, WORDS)
    Owner(catalog).close()
    add_lines(catalog, WORDS, "more.txt", [f"More of {n}.\n" for n in range(1200)])
    catalog.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    filler = fill_up(small_disk, 60_000)
    with pytest.raises(DiskFull):
        Owner(catalog)
    dense = DenseSearch(catalog)
    query = WORDS.embed_queries(["More of 123."])[0]
    assert dense.search(query, 1)[0][1] > 0.999
    assert "no space is left" in dense.warnings[0]
    dense.close()
    filler.unlink()
    Owner(catalog).close()
    catalog.close()
    assert wholly_found(home) == 1500


# 17 damage

KINDS = ("deleted", "emptied", "truncated", "scribbled", "overwritten")


@pytest.fixture(scope="module")
def large_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """So many passages that Chroma has written its graph to files."""
    home = tmp_path_factory.mktemp("large") / "home"
    catalog = filled(home, 1500, WORDS)
    Owner(catalog).close()
    catalog.close()
    return home


def chroma_files(home: Path) -> list[Path]:
    return sorted(f for f in chroma_folder(home).rglob("*") if f.is_file())


class CountingEmbedder(WordEmbedder):
    """Must not be asked."""

    def embed_passages(self, texts: Any) -> Any:
        raise EmbedderFailed(f"{len(texts)} texts were embedded again")


SURVIVED = {"noticed, or harmless": True, "right on the page": 100, "whole again": True}


def after_damage(home: Path, file: Path, kind: str) -> dict[str, object]:
    """What one damage comes to: with the doctor, on a page that goes on, and once it is repaired; of 100 questions."""
    damage(file, kind)
    catalog = Catalog(home)
    found = {f.what: f for f in doctor.diagnose(catalog)}["Chroma"]
    noticed = not found.ok or call("answers", home) == 100
    copy = Path(shutil.copytree(home, home.with_name("copy")))
    page = call("dense_answers", copy)
    shutil.rmtree(copy)
    doctor.repair(catalog, CountingEmbedder())
    catalog.close()
    whole = health.check(home, everything=True).healthy
    return {"noticed, or harmless": noticed, "right on the page": page["right"], "whole again": whole}


def test_acceptance_17_damage_is_found_searched_around_and_repaired(
    tmp_path: Path, large_home: Path, tried: Tried
) -> None:
    home = Path(shutil.copytree(large_home, tmp_path / "home"))
    assert after_damage(home, chroma_files(home)[1], "overwritten") == SURVIVED
    tried(damage_cases=1, mended=1)


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("kind", KINDS)
def test_acceptance_17_every_file_in_every_way(tmp_path: Path, large_home: Path, kind: str, tried: Tried) -> None:
    for number in range(len(chroma_files(large_home))):
        home = Path(shutil.copytree(large_home, tmp_path / f"{number}" / "home"))
        file = chroma_files(home)[number]
        assert after_damage(home, file, kind) == SURVIVED, file.name
        tried(damage_cases=1, mended=1)


def test_acceptance_17_a_missing_folder_is_found_and_made_again(tmp_path: Path, large_home: Path) -> None:
    home = Path(shutil.copytree(large_home, tmp_path / "home"))
    shutil.rmtree(chroma_folder(home))
    catalog = Catalog(home)
    assert [f.what for f in doctor.diagnose(catalog) if not f.ok] == ["Chroma"]
    doctor.repair(catalog, CountingEmbedder())
    assert all(f.ok for f in doctor.diagnose(catalog))
    catalog.close()


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_acceptance_17_damage_under_an_open_page(tmp_path: Path, large_home: Path, kind: str, tried: Tried) -> None:
    home = Path(shutil.copytree(large_home, tmp_path / "home"))
    page = call("damaged_while_open", home, kind)
    assert page["right"] == [100, 100, 100]
    assert call("dense_answers", home) == {"right": 100, "warnings": []}
    tried(damage_cases=1, mended=1)


def test_control_17_without_the_stamp_damage_reaches_the_page(large_home: Path, tmp_path: Path) -> None:
    """A reader that does not look at the stamp crashes or answers wrongly from damaged files."""
    home = Path(shutil.copytree(large_home, tmp_path / "home"))
    for file in chroma_files(home):
        if file.name == "data_level0.bin":
            damage(file, "overwritten")
    child = start("answers", home)
    out, _ = child.communicate(timeout=60)
    assert child.returncode or json.loads(out) != 100


# 18 another model


def test_acceptance_18_another_model_is_refused_and_named(tmp_path: Path) -> None:
    news, other = write(tmp_path / "news", "a.txt", "b.txt"), WordEmbedder(model="other")
    indexed(tmp_path / "home", news)
    catalog = Catalog(tmp_path / "home")
    with pytest.raises(ModelChanged, match=r"made with words \(16 dimensions\), not other \(16 .*index --re-embed"):
        sync(catalog, other, news)
    with pytest.raises(ModelChanged, match=r"words \(16 dimensions\), not words \(24 dimensions\)"):
        sync(catalog, WordEmbedder(dimension=24), news)
    catalog.close()


class BreakingEmbedder(WordEmbedder):
    """Fails after the first call."""

    calls = 0

    def embed_passages(self, texts: Any) -> Any:
        type(self).calls += 1
        if type(self).calls > 1:
            raise EmbedderFailed("it broke")
        return super().embed_passages(texts)


@pytest.mark.parametrize("new", [{"model": "other"}, {"model": "other", "dimension": 24}, {"dimension": 24}])
def test_acceptance_18_embedding_again_works_and_half_of_it_changes_nothing(tmp_path: Path, new: Any) -> None:
    catalog, other = filled(tmp_path / "home", 300, WORDS), WordEmbedder(**new)
    Owner(catalog).close()
    BreakingEmbedder.calls = 0
    with pytest.raises(EmbedderFailed):
        doctor.re_embed(catalog, BreakingEmbedder(**new))
    if "model" in new:
        dense = DenseSearch(catalog)
        assert dense.search(WORDS.embed_queries([line(7)])[0], 1)[0][1] > 0.999
        dense.close()
    assert doctor.re_embed(catalog, other) == 300
    catalog.check_model(other.model, other.dimension)
    dense = DenseSearch(catalog)
    query = other.embed_queries([line(7)])[0]
    assert dense.search(query, 1)[0][1] > 0.999
    assert dense.search(query, 1, catalog.allowed(doctor_filters()))[0][1] > 0.999
    assert dense.warnings == ()
    dense.close()
    catalog.close()
    assert wholly_found(tmp_path / "home") == 300


def doctor_filters() -> Any:
    from index.types import Filters

    return Filters(languages=("en",))


# 19 a newer version's store


def test_acceptance_19_a_newer_store_is_refused_and_untouched(tmp_path: Path) -> None:
    catalog = filled(tmp_path, 10, WORDS)
    catalog.connection.execute("PRAGMA user_version = 99")
    catalog.close()
    before = {f: (f.read_bytes(), f.stat().st_mtime_ns) for f in tmp_path.rglob("*") if f.is_file()}
    with pytest.raises(StoreTooNew, match=r"schema 99.*upgrade Sourceline"):
        Catalog(tmp_path)
    assert {f: (f.read_bytes(), f.stat().st_mtime_ns) for f in tmp_path.rglob("*") if f.is_file()} == before


# 20 a Chroma server


class Server:
    """A real `chroma run` on loopback."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.folder, self.url = folder, f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(self.folder)]
        command += ["--host", "127.0.0.1", "--port", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise TimeoutError("chroma run did not start")

    def count(self, catalog: Catalog) -> int:
        index = vectors.open_server(self.url, catalog.collection)
        count = index.count()
        index.close()
        return count

    def stop(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


@pytest.fixture
def forgotten_sockets() -> Iterator[None]:
    """Chroma's client forgets to close its connection to a server that went away: collect it here, in no other test."""
    yield
    gc.collect()


@pytest.mark.usefixtures("forgotten_sockets")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_acceptance_20_a_server_that_stops_is_named_and_taken_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.dense._RETRY_SECONDS", 0.0)
    server, catalog = Server(tmp_path / "server"), filled(tmp_path / "home", 300, WORDS)
    dense, exact = DenseSearch(catalog, server.url), ExactIndex(catalog)
    query = WORDS.embed_queries([line(7)])[0]
    wanted = [s for _, s in exact.search(query, 5)]

    def answers() -> tuple[str, ...]:
        assert np.allclose([s for _, s in dense.search(query, 5)], wanted, atol=1e-4)
        return dense.warnings

    assert "chroma run" in answers()[0]
    server.start()
    assert answers() == ()
    assert server.count(catalog) == 300
    server.stop()
    assert server.url in answers()[0]
    add_lines(catalog, WORDS, "meanwhile.txt", ["Meanwhile.\n"])
    server.start()
    assert answers() == ()
    assert server.count(catalog) == 301
    server.stop()
    shutil.rmtree(server.folder)  # the server comes back with nothing
    answers()
    server.start()
    assert answers() == ()
    assert server.count(catalog) == 301
    assert all(f.ok for f in doctor.diagnose(catalog, server.url))
    dense.close()
    server.stop()
    catalog.close()


# 21 a home that cannot be written


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that another user can reach."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def as_nobody(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command as a user who may read everything (the interpreter, too) and write nothing."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("only root, with setpriv, can run something as another user")
    reading = [f"--{which}=-all,+dac_read_search" for which in ("bounding-set", "inh-caps", "ambient-caps")]
    become = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *reading]
    return subprocess.run([*become, *command], capture_output=True, text=True, cwd=REPOSITORY, **options)


@pytest.mark.parametrize("left", ["closed", "open elsewhere"])
def test_acceptance_21_a_home_of_somebody_else_is_searched_and_not_written(shared_folder: Path, left: str) -> None:
    catalog = filled(shared_folder / "home", 50, WORDS)
    Owner(catalog).close()
    if left == "closed":
        catalog.close()
    child = [sys.executable, "-m", "tests.children", "search_and_write", str(shared_folder / "home")]
    done = as_nobody(child)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "found": 3,
        "warnings": [],
        "writable": False,
        "refused": ["HomeReadOnly", "HomeReadOnly"],
    }
    catalog.close()


def test_acceptance_21_the_command_line_asks_a_home_of_somebody_else(
    shared_folder: Path, embedder: Embedder, model_home: Path
) -> None:
    home, news = shared_folder / "home", write(shared_folder / "news", "a.txt", "b.txt")
    shutil.copytree(model_home / "models", home / "models")
    catalog = Catalog(home)
    sync(catalog, embedder, news)
    Owner(catalog).close()
    catalog.close()
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}

    def sourceline(*arguments: str) -> subprocess.CompletedProcess[str]:
        return as_nobody([sys.executable, "-c", SOURCELINE, *arguments, "--home", str(home)], env=environment)

    asked = sourceline("ask", "What did the council of a.txt decide?", "--json")
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout)["hits"]
    indexing = sourceline("index", str(news))
    assert indexing.returncode == 3
    assert indexing.stderr.startswith("sourceline: ")
    assert "cannot be written" in indexing.stderr
