import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from index import health, vectors
from index.health import Health
from index.owner import Owner, chroma_folder
from tests.store import WordEmbedder, filled

WORDS = WordEmbedder()


def test_what_is_missing_orphaned_and_altered_is_counted(tmp_path: Path) -> None:
    catalog = filled(tmp_path, 60, WORDS)
    Owner(catalog).close()
    index = vectors.open_folder(chroma_folder(tmp_path), catalog.collection)
    assert health.compare(catalog, index, everything=True) == Health(checked=60)
    ids = sorted(index.ids())
    index.delete(ids[:3])
    index.upsert(["unknown", ids[10]], -WORDS.embed_passages(["what", "ever"]))
    found = health.compare(catalog, index, everything=True)
    assert (found.checked, found.missing, found.orphaned, found.lost) == (57, 3, 1, 1)
    assert str(found) == "3 missing; 1 not in the catalog; 1 not as the catalog has them"
    with catalog.transaction() as run:  # what waits in the outbox is no fault
        run.executemany("INSERT INTO outbox (passage_id) VALUES (?)", [(i,) for i in [*ids[:3], "unknown", ids[10]]])
    assert health.compare(catalog, index, everything=True).healthy
    index.close()
    catalog.close()


def test_a_sample_is_smaller_than_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_SAMPLE", 10)
    catalog = filled(tmp_path, 60, WORDS)
    Owner(catalog).close()
    assert health.examine(tmp_path, everything=False).checked == 10
    assert health.examine(tmp_path, everything=True).checked == 60
    catalog.close()


def test_a_few_passages_that_are_missed_are_no_damage_and_many_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = filled(tmp_path, 60, WORDS)
    Owner(catalog).close()
    index = vectors.open_folder(chroma_folder(tmp_path), catalog.collection)
    for few, missed, healthy in ((0, 6, True), (0, 7, False), (60, 0, True), (60, 1, False)):
        monkeypatch.setattr(health, "FEW", few)  # of a large index a few are approximation, of a small one none is
        monkeypatch.setattr(health, "_missed", lambda *_, n=missed: n)
        assert health.compare(catalog, index, everything=True).healthy == healthy
    index.close()
    catalog.close()


@pytest.mark.parametrize(
    ("child", "says"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "ended the process \\(signal 11\\)"),
        ("import sys; sys.exit('it broke')", "ended the process \\(it broke\\)"),
        ("import time; time.sleep(60)", "did not end within 1 s"),
    ],
)
def test_a_reader_that_crashes_or_hangs_is_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, child: str, says: str
) -> None:
    script = tmp_path / "python"
    script.write_text(f"#!{sys.executable}\n{child}\n")
    script.chmod(0o755)
    monkeypatch.setattr(health.sys, "executable", str(script))
    monkeypatch.setitem(health._SECONDS, False, 1)
    if "sleep" not in child:
        monkeypatch.setitem(health._SECONDS, False, 30)
    found = health.check(tmp_path)
    assert not found.healthy
    with pytest.raises(AssertionError, match=says):
        raise AssertionError(str(found))


def test_a_folder_of_something_else_is_damage(tmp_path: Path) -> None:
    catalog = filled(tmp_path, 5, WORDS)
    Owner(catalog).close()
    catalog.close()
    shutil.rmtree(chroma_folder(tmp_path))
    chroma_folder(tmp_path).mkdir()
    (chroma_folder(tmp_path) / "chroma.sqlite3").write_bytes(np.random.default_rng(1).bytes(50_000))
    assert not health.check(tmp_path).healthy


def test_nothing_is_imported_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = filled(tmp_path / "home", 5, WORDS)
    Owner(catalog).close()
    catalog.close()
    for name in ("index", "numpy"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('code from a folder of articles was run')")
    monkeypatch.chdir(tmp_path)
    found = health.check(Path("home"))
    assert (found.healthy, found.checked) == (True, 5)
