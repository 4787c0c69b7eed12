import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from index import doctor, read_ahead, ready, roots
from index import sync as module
from index.catalog import Catalog
from index.errors import ModelChanged, UnreadableArticle
from index.sync import Progress, Report, sync
from tests.conftest import WriteArticles
from tests.store import WordEmbedder, contents

WORDS = WordEmbedder()
BODY = "The council met on Monday. It decided to repair the bridge.\n"


def run(home: Path, path: Path, **options: Any) -> Report:
    catalog = Catalog(home)
    try:
        return sync(catalog, WORDS, path, **options)
    finally:
        catalog.close()


def same_as_fresh(home: Path, fresh: Path, *folders: Path) -> None:
    for folder in folders:
        run(fresh, folder)
    ours, theirs = contents(home), contents(fresh)
    for what in ("articles", "passages", "sentences", "lexical"):
        assert ours[what] == theirs[what], what


def ids(home: Path) -> list[str]:
    return [a["id"] for a in contents(home)["articles"]]


def test_every_file_is_in_one_line_of_the_report(tmp_path: Path, write_articles: WriteArticles) -> None:
    names = ("same.txt", "edited.txt", "touched.txt", "moved.txt", "deleted.txt", "bad.txt")
    news = write_articles(tmp_path / "news", {n: f"{n}: {BODY}" for n in names})
    assert sorted(run(tmp_path / "home", news).added) == sorted(names)
    write_articles(news, {"edited.txt": "Now this. " + BODY, "added.txt": "Added. " + BODY})
    os.utime(news / "touched.txt")
    (news / "moved.txt").rename(news / "moved2.txt")
    (news / "deleted.txt").unlink()
    (news / "bad.txt").write_bytes(b"\0\1\2" * 50)
    report = run(tmp_path / "home", news)
    assert (report.added, report.changed, report.moved) == (
        ["added.txt"],
        ["edited.txt"],
        [("moved.txt", "moved2.txt")],
    )
    assert (sorted(report.unchanged), report.removed) == (["same.txt", "touched.txt"], [])
    assert [s.path.name for s in report.skipped] == ["bad.txt"]
    assert report.vanished == ["bad.txt", "deleted.txt"]
    assert run(tmp_path / "home", news, prune=True).removed == ["bad.txt", "deleted.txt"]
    same_as_fresh(tmp_path / "home", tmp_path / "fresh", news)


def test_nothing_is_read_or_embedded_twice(
    tmp_path: Path, write_articles: WriteArticles, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = write_articles(tmp_path / "news", {"a.txt": BODY, "b.txt": BODY})
    assert run(tmp_path / "home", news).embedded == 1  # two files alike have one vector
    monkeypatch.setattr(read_ahead, "read_article", None)
    assert sorted(run(tmp_path / "home", news).unchanged) == ["a.txt", "b.txt"]


def test_other_rules_of_reading_are_applied_to_every_folder_in_its_turn(
    tmp_path: Path, write_articles: WriteArticles, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = write_articles(tmp_path / "one", {"a.txt": BODY})
    two = write_articles(tmp_path / "two", {"b.txt": BODY, "c.txt": BODY})
    run(tmp_path / "home", one)
    run(tmp_path / "home", two)
    monkeypatch.setattr(ready, "READING", "another")
    assert run(tmp_path / "home", one).changed == ["a.txt"]
    assert run(tmp_path / "home", two / "b.txt").changed == ["two/b.txt"]
    assert run(tmp_path / "home", two).changed == ["two/c.txt"]
    assert run(tmp_path / "home", two).changed == []


def test_one_moved_file_is_one_new_file(tmp_path: Path, write_articles: WriteArticles) -> None:
    news = write_articles(tmp_path / "news", {"a.txt": BODY})
    run(tmp_path / "home", news)
    shutil.copy(news / "a.txt", news / "b.txt")
    (news / "a.txt").rename(news / "c.txt")
    report = run(tmp_path / "home", news)
    assert (report.moved, report.added, report.vanished) == ([("a.txt", "b.txt")], ["c.txt"], [])


def test_a_single_file_belongs_to_its_folder(tmp_path: Path, write_articles: WriteArticles) -> None:
    news = write_articles(tmp_path / "news", {"a.txt": BODY, "sub/b.txt": BODY, "sub/c.txt": BODY})
    assert run(tmp_path / "home", news / "a.txt").added == ["a.txt"]
    assert run(tmp_path / "home", news / "sub" / "b.txt").added == ["sub/b.txt"]
    assert run(tmp_path / "home", news).added == ["sub/c.txt"]
    (news / "sub" / "c.txt").unlink()
    assert run(tmp_path / "home", news / "sub" / "b.txt", prune=True).removed == []  # it was not asked about
    assert run(tmp_path / "home", news / "sub", prune=True).removed == ["sub/c.txt"]
    same_as_fresh(tmp_path / "home", tmp_path / "fresh", news)


@pytest.mark.parametrize("names", [["a.txt"], ["a.txt", "in/a.txt", "in/in/a.txt", "b.txt"]])
def test_a_folder_around_an_indexed_one_takes_it_over(
    tmp_path: Path, write_articles: WriteArticles, monkeypatch: pytest.MonkeyPatch, names: list[str]
) -> None:
    inside = write_articles(tmp_path / "out" / "in", {n: f"{n} {BODY}" for n in names})
    write_articles(tmp_path / "out" / "beside", {n: f"beside {n} {BODY}" for n in names})
    run(tmp_path / "home", inside)
    write_articles(inside, {"a.txt": "Edited once. " + BODY})
    run(tmp_path / "home", inside)
    run(tmp_path / "home", tmp_path / "out" / "beside")
    with monkeypatch.context() as patched:
        patched.setattr(read_ahead, "read_article", None)  # nothing is read again
        assert len(run(tmp_path / "home", tmp_path / "out").unchanged) == 2 * len(names)
    same_as_fresh(tmp_path / "home", tmp_path / "fresh", tmp_path / "out")
    assert [f[0] for f in contents(tmp_path / "home")["former"]] == ["in/a.txt"]
    pending = {r[0] for r in Catalog(tmp_path / "home").rows("SELECT passage_id FROM outbox")}
    assert set(contents(tmp_path / "home")["passages"]) <= pending  # Chroma will be told of the new ids
    assert run(tmp_path / "home", inside).unchanged == [f"in/{n}" for n in sorted(names)]


def test_equal_paths_in_two_folders_are_two_articles(tmp_path: Path, write_articles: WriteArticles) -> None:
    folders = [tmp_path / name for name in ("one/news", "two/news", "three/news", "four")]
    for number, folder in enumerate(folders):
        write_articles(folder, {"a.txt": f"Number {number}. {BODY}", "news/a.txt": f"News {number}. {BODY}"})
        run(tmp_path / "home", folder)
    assert len(ids(tmp_path / "home")) == 8
    for folder in folders:
        assert len(run(tmp_path / "home", folder, prune=True).unchanged) == 2
    write_articles(folders[0], {"four/a.txt": "The id of another. " + BODY})
    assert [s.path.name for s in run(tmp_path / "home", folders[0]).skipped] == ["a.txt"]
    assert len(ids(tmp_path / "home")) == 8


def test_folders_of_one_name_are_taken_over_one_after_the_other(tmp_path: Path, write_articles: WriteArticles) -> None:
    for year in ("2023", "2024"):
        write_articles(tmp_path / year / "news", {"a.txt": f"{year}. {BODY}", "b.txt": f"{year}. {BODY}"})
        run(tmp_path / "home", tmp_path / year / "news")
    for around in (tmp_path / "2023", tmp_path / "2024"):
        assert run(tmp_path / "home", around).skipped == []
    assert run(tmp_path / "home", tmp_path / "2023" / "news").unchanged == ["2023/news/a.txt", "2023/news/b.txt"]
    assert ids(tmp_path / "home") == [f"{y}/news/{n}.txt" for y in ("2023", "2024") for n in "ab"]


def test_two_first_runs_at_once_are_two_folders(
    tmp_path: Path, write_articles: WriteArticles, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = (write_articles(tmp_path / name, {"a.txt": f"{name}. {BODY}"}) for name in ("one", "two"))
    Catalog(tmp_path / "home").close()
    barrier, named = threading.Barrier(2), roots._free_prefix

    def wait_for_the_other(*arguments: Any) -> str:
        with suppress(threading.BrokenBarrierError):
            barrier.wait(1)  # both have seen the same folders; where only one may look, it does not wait for long
        return named(*arguments)

    monkeypatch.setattr(roots, "_free_prefix", wait_for_the_other)
    with ThreadPoolExecutor(2) as threads:
        reports = list(threads.map(lambda folder: run(tmp_path / "home", folder), (one, two)))
    assert [len(r.added) for r in reports] == [1, 1]
    assert len(ids(tmp_path / "home")) == 2


@pytest.mark.parametrize("name", ["with space", "it's", "a#b?c%41", "Ünï漢字", "percent%_like"])
def test_folders_and_files_may_have_any_name(tmp_path: Path, write_articles: WriteArticles, name: str) -> None:
    news = write_articles(tmp_path / name / name, {f"{name}.txt": BODY})
    assert run(tmp_path / name / "home", news).added == [f"{name}.txt"]
    assert Catalog(tmp_path / name / "home").file_of(f"{name}.txt") == news / f"{name}.txt"


def test_a_file_that_disappears_meanwhile_is_reported(
    tmp_path: Path, write_articles: WriteArticles, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = write_articles(tmp_path / "news", {f"{n}/a.txt": f"{n} {BODY}" for n in range(6)})
    monkeypatch.setattr(module, "_BATCH_PASSAGES", 1)
    monkeypatch.setattr(read_ahead, "_MOST_FILES", 0)  # each when its turn comes

    def delete_the_rest(progress: Progress) -> None:
        for n in range(3, 6):
            shutil.rmtree(news / str(n), ignore_errors=True)

    report = run(tmp_path / "home", news, on_progress=delete_the_rest)
    assert report.added == ["0/a.txt", "1/a.txt", "2/a.txt"]
    assert len(report.skipped) == 3
    shutil.rmtree(news)
    with pytest.raises(UnreadableArticle, match="no such file or folder"):
        run(tmp_path / "home", news)
    assert len(ids(tmp_path / "home")) == 3


def test_ctrl_c_keeps_what_is_stored(
    tmp_path: Path, write_articles: WriteArticles, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = write_articles(tmp_path / "news", {f"{n}.txt": f"{n} {BODY}" for n in range(6)})
    monkeypatch.setattr(module, "_BATCH_PASSAGES", 1)

    def stop(progress: Progress) -> None:
        if progress.done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "home", news, on_progress=stop)
    assert ids(tmp_path / "home") == ["0.txt", "1.txt", "2.txt"]
    assert run(tmp_path / "home", news).added == ["3.txt", "4.txt", "5.txt"]
    same_as_fresh(tmp_path / "home", tmp_path / "fresh", news)


FORBIDDEN = """
import os, sys
from pathlib import Path
from index import sync as module
from index.catalog import Catalog
from tests.store import WordEmbedder
home, news = Path(sys.argv[1]), Path(sys.argv[2])
def run():
    catalog = Catalog(home)
    report = module.sync(catalog, WordEmbedder(), news, prune=True)
    catalog.close()
    return report
first = run()
assert sorted(first.added) == ["file.txt", "sub/a.txt", "sub/b.txt"], first
os.chmod(news / "file.txt", 0)
os.utime(news / "file.txt")
os.chmod(news / "sub", 0)
os.setresuid(65534, 65534, 65534)
second = run()
assert {s.path.name for s in second.skipped} == {"file.txt", "sub"}, second
assert (second.removed, second.vanished) == ([], []), second
catalog = Catalog(home)
assert len(catalog.files()) == 3
"""


def test_what_may_not_be_read_is_reported_and_not_forgotten(write_articles: WriteArticles) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        shared = Path(folder)
        news = write_articles(shared / "news", {"file.txt": BODY, "sub/a.txt": BODY, "sub/b.txt": BODY})
        (shared / "home").mkdir()
        for path in (shared, shared / "home"):
            path.chmod(0o777)
        command = [sys.executable, "-c", "import os; os.umask(0)" + FORBIDDEN, shared / "home", news]
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        (news / "sub").chmod(0o755)
        assert done.returncode == 0, done.stderr


def test_progress_ends_where_it_should(tmp_path: Path, write_articles: WriteArticles) -> None:
    news, seen = write_articles(tmp_path / "news", {f"{n}.txt": BODY for n in range(3)}), []
    note: Callable[[Progress], None] = seen.append
    run(tmp_path / "home", news, on_progress=note)
    assert (seen[-1].done, seen[-1].total, seen[-1].passages) == (3, 3, 3)


def test_progress_counts_what_is_skipped_and_touched(tmp_path: Path, write_articles: WriteArticles) -> None:
    news, seen = write_articles(tmp_path / "news", {f"{n}.txt": BODY for n in range(3)}), []
    run(tmp_path / "home", news)
    (news / "bad.txt").write_bytes(b"\0\1\2" * 50)
    for n in range(2):
        os.utime(news / f"{n}.txt")
    note: Callable[[Progress], None] = seen.append
    run(tmp_path / "home", news, on_progress=note)
    assert [(p.done, p.total) for p in seen] == [(2, 4), (3, 4), (4, 4)]


def test_a_long_article_is_embedded_in_slices_that_stay(
    tmp_path: Path, write_articles: WriteArticles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH_PASSAGES", 4)
    text = "\n\n".join(f"The council of {n} met. " + f"It decided on bridge {n} again. " * 30 for n in range(20))
    news, seen = write_articles(tmp_path / "news", {"long.txt": text}), []

    def stop(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "home", news, on_progress=stop)
    assert [(p.done, p.passages) for p in seen] == [(0, 4), (0, 8)]
    report = run(tmp_path / "home", news)
    assert report.embedded == report.passages - 8 > 0


def test_another_model_at_the_last_moment_stores_nothing_without_vector(
    tmp_path: Path, write_articles: WriteArticles, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = write_articles(tmp_path / "news", {"a.txt": BODY})
    run(tmp_path / "home", news)
    write_articles(news, {"b.txt": "Another. " + BODY})

    def switch(progress: Progress) -> None:
        catalog = Catalog(tmp_path / "home")
        doctor.re_embed(catalog, WordEmbedder(model="other"))
        catalog.close()

    with pytest.raises(ModelChanged):
        run(tmp_path / "home", news, on_progress=switch)
    assert ids(tmp_path / "home") == ["a.txt"]
