"""A home as one file: what comes out is what went in."""

from __future__ import annotations

import shutil
from itertools import islice
from pathlib import Path

import pytest

from index import doctor, health
from index.catalog import Catalog
from index.dense import DenseSearch
from index.errors import DiskFull, HomeUnusable, IndexOwned, NotImported, SettingsWrong
from index.owner import Owner
from index.sync import sync
from rag.assistant import Assistant
from rag.contract import answer_object
from rag.settings import Settings
from tests.store import contents
from tests.ui.archive.homes import ANSWER, SECRETS, WORDS, tree
from ui.archive.reading import import_home
from ui.web import feedback, kept_settings
from ui.web.conversations import Conversations


def answers(home: Path) -> list[object]:
    catalog = Catalog(home, create=False)
    assistant = Assistant(catalog, WORDS, DenseSearch(catalog), answer_above=0.0)
    asked = [
        answer_object(assistant.ask(f"Who resigned in {name}stadt, and what does the bridge cost?")) for name in "abd"
    ]
    assert [a["warnings"] for a in asked] == [[], [], []]
    assistant.close()
    return [{k: v for k, v in a.items() if k not in ("timings", "hits")} | {"n": len(a["hits"])} for a in asked]


def test_everything_comes_back_and_answers_are_as_they_were(lived_in: Path, exported: Path, tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    done = import_home(exported, home, {})
    assert (done.outside, done.missing, done.before) == ([lived_in.parent / "news"], [], None)
    assert contents(home) | {"outbox": 0} == contents(lived_in) | {"outbox": 0}
    assert Conversations(home).turns("local", Conversations(home).listed("local")[0][0])[0].answer == ANSWER
    assert feedback.cases_file(home).read_bytes() == feedback.cases_file(lived_in).read_bytes()
    assert tree(home / "uploads") == tree(lived_in / "uploads")
    assert answers(home) == answers(lived_in)  # the first of them makes Chroma anew
    catalog = Catalog(home)
    assert health.examine(home, everything=True).healthy  # every passage finds itself
    assert [f.what for f in islice(doctor.diagnose(catalog), 4) if not f.ok] == []
    assert [r.path for r in catalog.roots()] == [lived_in.parent / "news", home / "uploads"]
    assert sync(catalog, WORDS, home / "uploads").unchanged == ["uploads/d.txt", "uploads/e.txt"]
    original = Catalog(lived_in)
    assert catalog.setting("store") != original.setting("store")
    catalog.close()
    original.close()


def test_no_secret_is_in_the_file(lived_in: Path, exported: Path, tmp_path: Path) -> None:
    assert all(s in (lived_in / "page.json").read_text() for s in SECRETS), "or nothing could be found"
    assert not [s for s in SECRETS if s.encode() in exported.read_bytes()]
    done = import_home(exported, tmp_path / "home", {})
    assert done.dropped == ["llm_url"]
    restored = kept_settings.restored(Settings(home=tmp_path / "home"))
    assert (restored.hits, restored.llm_url, restored.llm_key) == (7, "", "")


def test_a_model_that_stayed_behind_does_not_keep_the_page_from_answering(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    settings = Settings(home=tmp_path, llm=str(tmp_path / "m.gguf"), mode="written", hits=7)
    kept_settings.keep(tmp_path, settings, key=False)
    assert kept_settings.restored(Settings(home=tmp_path)) == settings
    (tmp_path / "m.gguf").unlink()
    assert kept_settings.restored(Settings(home=tmp_path)) == Settings(home=tmp_path, hits=7)


def test_folders_that_are_elsewhere_are_named_and_moved(exported: Path, lived_in: Path, tmp_path: Path) -> None:
    news, home = lived_in.parent / "news", tmp_path / "home"
    with pytest.raises(SettingsWrong, match="no articles were indexed in /elsewhere: they were in"):
        import_home(exported, home, {Path("/elsewhere"): tmp_path})
    with pytest.raises(SettingsWrong, match="would be in the indexed folder"):
        import_home(exported, home, {news: home / "uploads" / "news"})
    assert not home.exists()
    shutil.copytree(news, tmp_path / "moved" / "news", copy_function=shutil.copyfile)
    import_home(exported, home, {news.parent: tmp_path / "moved"})
    catalog = Catalog(home)
    assert sync(catalog, WORDS, tmp_path / "moved" / "news").unchanged == ["a.txt", "b.txt", "c.txt"]
    catalog.close()
    assert import_home(exported, tmp_path / "other", {news: tmp_path / "gone"}).missing == [tmp_path / "gone"]


def test_a_home_that_is_not_empty_stays_unless_it_is_to_be_replaced(
    exported: Path, lived_in: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(lived_in, home)
    (home / "llm").mkdir()
    (home / "llm" / "model.gguf").write_bytes(b"GGUF")
    before = tree(home)
    with pytest.raises(HomeUnusable, match=r"not empty.*--replace"):
        import_home(exported, home, {})
    assert tree(home) == before
    opened = Catalog(home)
    owner = Owner(opened)
    with pytest.raises(IndexOwned):
        import_home(exported, home, {}, replace=True)
    owner.close()
    with pytest.raises(
        NotImported, match="in use"
    ):  # as `sourceline index` has it open, which owns Chroma only at its end
        import_home(exported, home, {}, replace=True)
    opened.close()
    kept = import_home(exported, home, {}, replace=True).before
    assert kept
    assert contents(kept)["articles"] == contents(home)["articles"]
    assert (kept / "chroma").exists()
    assert [p.name for p in (home / "llm").iterdir()] == ["model.gguf"]
    assert not [p for p in home.iterdir() if p.name.startswith(".")]


def test_what_fails_at_the_last_step_is_undone(
    exported: Path, lived_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(lived_in, home)
    before, rename = tree(home), Path.rename
    steps = 0

    def fails_at_the_catalog(self: Path, target: Path) -> Path:
        nonlocal steps
        steps += 1
        if self.name == "catalog.sqlite" and self.parent.name.startswith(".import"):
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails_at_the_catalog)
    with pytest.raises(DiskFull):
        import_home(exported, home, {}, replace=True)
    assert steps > 10
    after = tree(home)
    assert {n: after[n] for n in before if not n.startswith("owner")} == {
        n: before[n] for n in before if not n.startswith("owner")
    }
    assert not [p for p in home.iterdir() if "import" in p.name]
