"""A home as one file: what comes out is what went in, and a file that is anything else changes nothing."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterable
from contextlib import closing
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
from typer.testing import CliRunner

from index import doctor, health
from index.catalog import Catalog
from index.dense import DenseSearch
from index.errors import DiskFull, HomeUnusable, IndexOwned, NotImported, SettingsWrong, SourcelineError, StoreTooNew
from index.owner import Owner
from index.sync import sync
from rag.assistant import Assistant
from rag.contract import answer_object
from rag.settings import Settings
from tests.store import WordEmbedder, add_lines, contents, fill_up
from ui.archive.reading import import_home
from ui.archive.writing import export_home
from ui.cli import app
from ui.web import feedback, kept_settings
from ui.web.conversations import Conversations

WORDS = WordEmbedder()
SECRETS = ("sk-the-very-key", "the-very-password", "the-very-token")
ANSWER = {"question": "Where?", "answer": "In Altstadt. [1]"}


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with something of everything, beside the folder of its articles."""
    place = tmp_path_factory.mktemp("there")
    home, news = place / "home", place / "news"
    for folder, names in ((news, "abc"), (home / "uploads", "de")):
        folder.mkdir(parents=True)
        for name in names:
            text = f"The mayor of {name}stadt resigned on Monday. The bridge of {name}dorf costs 4 crowns.\n"
            (folder / f"{name}.txt").write_text(text)
    catalog = Catalog(home)
    sync(catalog, WORDS, news)
    (news / "a.txt").write_text("The mayor of astadt stays. Nobody resigned there.\n")
    sync(catalog, WORDS, news)
    sync(catalog, WORDS, home / "uploads")
    catalog.close()
    Conversations(home).add("local", "", 0, {"question": "Where?"}, ANSWER)
    (home / "evals").mkdir()
    feedback.cases_file(home).write_text('{"id": "feedback-1"}\n')
    key, password, token = SECRETS
    url = f"http://me:{password}@127.0.0.1:1/v1?t={token}"
    kept_settings.keep(home, Settings(home=home, llm_url=url, llm_key=key, hits=7), key=True)
    return home


@pytest.fixture(scope="module")
def exported(lived_in: Path) -> Path:
    file = lived_in.parent / "home.zip"
    export_home(lived_in, file)
    return file


def tree(folder: Path) -> dict[str, str]:
    files = [p for p in folder.rglob("*") if p.is_file()] if folder.exists() else []
    return {p.relative_to(folder).as_posix(): sha256(p.read_bytes()).hexdigest() for p in files}


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


def test_settings_of_somebody_else_send_nothing_away(exported: Path, tmp_path: Path) -> None:
    sending = {"mode": "written", "llm": "m.gguf", "llm_model": "m", "llm_url": "http://198.51.100.1", "llm_key": "k"}
    harmless = {"hits": 7, "sentences": "many"}
    theirs = (json.dumps({**sending, "judge": "same", **harmless}), list(sending), harmless)
    for kept, chosen, left in (theirs, ('["nonsense"]', [], {}), ("[" * 100_000, [], {})):
        page = {"page.json": kept.encode()}
        again(exported, tmp_path / "theirs.zip", lambda members, page=page: members.update(page))  # type: ignore[misc]
        assert import_home(tmp_path / "theirs.zip", tmp_path / "home", {}, replace=True).dropped == chosen
        assert json.loads((tmp_path / "home" / "page.json").read_text()) == left


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


# Files that are no whole export

Spoiled = Callable[[Path, Path], None]


def again(
    whole: Path, target: Path, change: Callable[[dict[str, bytes]], Iterable[str] | None], method: int = ZIP_STORED
) -> None:
    """The same members, changed; a manifest that was not changed itself fits what there is now."""
    with ZipFile(whole) as archive:
        members = {i.filename: archive.read(i) for i in archive.infolist()}
    manifest = members.pop("manifest.json")
    twice = change(members) or ()
    told = json.loads(members.pop("manifest.json", manifest))
    if "members" in told:
        told["members"] = [
            {"name": n, "size": len(c), "mtime_ns": 0, "sha256": sha256(c).hexdigest()} for n, c in members.items()
        ]
    with ZipFile(target, "w", method) as archive:
        for name in (*members, *twice):
            archive.writestr(ZipInfo(name) if method == ZIP_STORED else name, members[name])
        archive.writestr(ZipInfo("manifest.json"), json.dumps(told))


def manifest_with(**values: object) -> Callable[[Path, Path], None]:
    def change(members: dict[str, bytes]) -> None:
        told = {"format": 1, "catalog_schema": 1, "version": "1", "made": "", "home": "/", "members": []}
        members["manifest.json"] = json.dumps(told | values).encode()

    return lambda whole, target: again(whole, target, change)


def named(name: str) -> Spoiled:
    return lambda whole, target: again(whole, target, lambda members: members.update({name: b"x"}))


def with_sql(sql: str) -> Spoiled:
    def spoil(whole: Path, target: Path) -> None:
        def change(members: dict[str, bytes]) -> None:
            target.write_bytes(members["catalog.sqlite"])
            with closing(sqlite3.connect(target)) as connection:
                connection.executescript(sql)
            members["catalog.sqlite"] = target.read_bytes()

        again(whole, target, change)

    return spoil


def with_spoiled_catalog(members: dict[str, bytes]) -> None:
    pages = members["catalog.sqlite"]
    members["catalog.sqlite"] = pages[:8192] + bytes(8192) + pages[16384:]


def two_of_a_name(whole: Path, target: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        again(whole, target, lambda _: ["page.json"])


def with_another_member(whole: Path, target: Path) -> None:
    shutil.copyfile(whole, target)
    with ZipFile(target, "a") as archive:
        archive.writestr("uploads/more.txt", "more")


REFUSED: dict[str, tuple[Spoiled, type[SourcelineError], str]] = {
    "nothing": (lambda _, target: target.write_bytes(b"") and None, NotImported, "damaged, or no export"),
    "no ZIP": (lambda _, target: target.write_bytes(b"x" * 5000) and None, NotImported, "damaged, or no export"),
    "no manifest": (lambda _, target: ZipFile(target, "w").close(), NotImported, "damaged, or no export"),
    "another manifest": (manifest_with(more=1), NotImported, "damaged, or no export"),
    "no catalog": (lambda w, t: again(w, t, lambda m: m.pop("catalog.sqlite") and None), NotImported, "no catalog"),
    "a newer form": (manifest_with(format=2), StoreTooNew, "newer version .format 2.*upgrade"),
    "a newer schema": (manifest_with(catalog_schema=99), StoreTooNew, "newer version .catalog schema 99"),
    "a newer catalog": (with_sql("PRAGMA user_version = 99"), StoreTooNew, "schema 99"),
    "compressed": (lambda w, t: again(w, t, lambda _: None, ZIP_DEFLATED), NotImported, "more than it is"),
    "one more": (with_another_member, NotImported, "what its manifest says"),
    "two alike": (two_of_a_name, NotImported, "what its manifest says"),
    "above": (named("../evil.txt"), NotImported, "which no home has"),
    "far above": (named("uploads/../../evil.txt"), NotImported, "which no home has"),
    "absolute": (named("/tmp/evil.txt"), NotImported, "which no home has"),
    "a program": (named("models/evil.onnx"), NotImported, "which no home has"),
    "a model": (named("uploads/m.gguf"), NotImported, "which no home has"),
    "hidden": (named("uploads/.bashrc"), NotImported, "which no home has"),
    "a control character": (named("uploads/a\nb.txt"), NotImported, "which no home has"),
    "of Windows": (named("uploads/..\\evil.txt"), NotImported, "which no home has"),
    "a spoiled catalog": (lambda w, t: again(w, t, with_spoiled_catalog), NotImported, "cannot be used"),
    "no database": (
        lambda w, t: again(w, t, lambda m: m.update({"catalog.sqlite": b"?" * 999})),
        NotImported,
        "cannot be used",
    ),
    "a trigger": (
        with_sql("CREATE TRIGGER evil AFTER INSERT ON article BEGIN DELETE FROM passage; END"),
        NotImported,
        "'evil' is not ours",
    ),
    "an article elsewhere": (with_sql("UPDATE article SET path = '/etc/passwd'"), NotImported, "'/etc/passwd' in it"),
    "an article above": (with_sql("UPDATE article SET path = 'a/../../b.txt'"), NotImported, "'a/../../b.txt' in it"),
    "an article that is no text": (with_sql("UPDATE article SET path = x'00'"), NotImported, "which no home has"),
    "a folder by a detour": (with_sql("UPDATE root SET path = path || '/../..'"), NotImported, "which no home has"),
    "a folder somewhere": (with_sql("UPDATE root SET path = 'etc' || number"), NotImported, "'etc1' in it"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_is_no_whole_export_changes_nothing(kind: str, exported: Path, tmp_path: Path) -> None:
    spoil, error, says = REFUSED[kind]
    file, home = tmp_path / "spoiled.zip", tmp_path / "home"
    spoil(exported, file)
    with pytest.raises(error, match=says):
        import_home(file, home, {})
    assert [p.name for p in tmp_path.iterdir()] == ["spoiled.zip"]
    assert not Path("/tmp/evil.txt").exists()


def test_the_changed_file_alone_would_be_taken_in(exported: Path, tmp_path: Path) -> None:
    again(exported, tmp_path / "same.zip", lambda _: None)
    import_home(tmp_path / "same.zip", tmp_path / "home", {})
    assert contents(tmp_path / "home")["articles"]


def test_what_is_taken_in_is_to_the_byte_what_was_exported(exported: Path, tmp_path: Path) -> None:
    content, file = exported.read_bytes(), tmp_path / "spoiled.zip"
    with ZipFile(exported) as archive:
        starts = [i.header_offset for i in archive.infolist()]
    places = {*range(0, len(content), len(content) // 20), *(s + 60 for s in starts), archive.start_dir + 20}
    import_home(exported, tmp_path / "whole", {})
    harmless, home = 0, tmp_path / "home"
    for place in sorted(places):
        for spoiled in (
            content[:place],
            content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :],
        ):
            file.write_bytes(spoiled)
            try:
                import_home(file, home, {})
            except SourcelineError:
                assert not home.exists()
            else:  # a byte of the ZIP that says nothing, as the time in a header
                harmless += 1
                assert contents(home) == contents(tmp_path / "whole")
                shutil.rmtree(home)
    assert harmless < len(places) / 4


# While others work, and where there is no space


def test_an_export_beside_a_writer_is_of_one_moment(lived_in: Path, tmp_path: Path) -> None:
    home, done, count = tmp_path / "home", threading.Event(), 0
    shutil.copytree(lived_in, home)
    catalog = Catalog(home)

    def write() -> None:
        nonlocal count
        while not done.is_set():
            add_lines(catalog, WORDS, f"{count}.txt", [f"Line {n} of {count}.\n" for n in range(5)])
            count += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(2):
            seen = count
            while count == seen:
                done.wait(0.001)
            export_home(home, tmp_path / f"{number}.zip")
    finally:
        done.set()
        writer.join()
    catalog.close()
    sizes = []
    for number in range(2):
        import_home(tmp_path / f"{number}.zip", tmp_path / f"{number}", {})
        found = contents(tmp_path / f"{number}")
        assert found["lexical"] == []
        assert set(found["vectors"]) == set(found["passages"])
        sizes.append(len(found["articles"]))
    assert 5 < sizes[0] < sizes[1] <= 5 + count


def test_a_full_disk_leaves_neither_half_a_file_nor_half_a_home(
    exported: Path, lived_in: Path, small_disk: Path
) -> None:
    filler = fill_up(small_disk, 60_000)
    with pytest.raises(DiskFull, match="free some"):
        export_home(lived_in, small_disk / "home.zip")
    with pytest.raises(DiskFull, match="free some"):
        import_home(exported, small_disk / "home", {})
    assert os.listdir(small_disk) == ["filler"]
    filler.unlink()
    export_home(lived_in, small_disk / "home.zip")
    import_home(small_disk / "home.zip", small_disk / "home", {})


def test_a_damaged_home_is_not_exported_as_if_it_were_whole(lived_in: Path, exported: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(lived_in, home)
    with (home / "catalog.sqlite").open("r+b") as file:
        file.seek(8192)
        file.write(bytes(8192))
    with pytest.raises(HomeUnusable, match="doctor"):
        export_home(home, tmp_path / "home.zip")
    assert [p.name for p in tmp_path.iterdir()] == ["home"]


def test_what_cannot_be_read_is_named_and_what_is_gone_is_left_out(lived_in: Path, tmp_path: Path) -> None:
    home, file, opening = tmp_path / "home", tmp_path / "backup" / "home.zip", Path.open
    shutil.copytree(lived_in, home)
    (home / "uploads" / "m.gguf").write_bytes(b"GGUF")
    file.parent.mkdir()

    def fails(path: Path, *how: Any, **more: Any) -> Any:
        if path.name in faults:
            raise faults[path.name](13, "Permission denied", str(path))
        return opening(path, *how, **more)

    with patch.object(Path, "open", fails):
        faults = {"d.txt": PermissionError}
        with pytest.raises(HomeUnusable, match=r"uploads/d.txt cannot be read \(Permission denied\)"):
            export_home(home, file)
        faults = {"d.txt": FileNotFoundError}
        names = [m.name for m in export_home(home, file).members]
    assert [name for name in names if name.startswith("uploads")] == ["uploads/e.txt"]
    assert import_home(file, tmp_path / "other", {}).missing == []
    (home / "conversations.sqlite").write_bytes(b"?" * 4096)
    with pytest.raises(HomeUnusable, match=r"conversations.sqlite cannot be read \(file is not a database\)"):
        export_home(home, file, replace=True)
    assert os.listdir(file.parent) == ["home.zip"]


def test_both_commands_say_what_they_did(lived_in: Path, tmp_path: Path) -> None:
    file, news = str(tmp_path / "home.zip"), lived_in.parent / "news"
    run = CliRunner().invoke
    shown = run(app, ["export", file, "--home", str(lived_in)])
    assert "7 files" not in shown.stdout
    assert "6 files" in shown.stdout
    assert "no key" in shown.stdout
    assert isinstance(run(app, ["export", file, "--home", str(lived_in)]).exception, HomeUnusable)
    told = json.loads(run(app, ["export", file, "--replace", "--json", "--home", str(lived_in)]).stdout)
    assert [m["name"] for m in told["members"]][:2] == ["conversations.sqlite", "catalog.sqlite"]
    moved = f"{news}={tmp_path / 'gone'}"
    shown = run(app, ["import", file, "--articles", moved, "--home", str(tmp_path / "home")])
    assert f"{tmp_path / 'gone'} is outside of the home" in shown.stdout
    assert f"{tmp_path / 'gone'} is not on this machine" in shown.stdout
    told = json.loads(run(app, ["import", file, "--replace", "--json", "--home", str(tmp_path / "home")]).stdout)
    assert told["before"].startswith(str(tmp_path / "home" / "before-import-"))
    assert (told["outside"], told["missing"]) == ([str(news)], [])
    assert run(app, ["import", file, "--articles", "nonsense", "--home", str(tmp_path / "h")]).exit_code == 2
