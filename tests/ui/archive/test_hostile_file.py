"""A file that is anything but a whole export changes nothing, and what somebody else made sends nothing away."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from index.errors import NotImported, SourcelineError, StoreTooNew
from tests.store import contents
from tests.ui.archive.homes import again
from ui.archive.reading import import_home

Spoiled = Callable[[Path, Path], None]


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


def test_settings_of_somebody_else_send_nothing_away(exported: Path, tmp_path: Path) -> None:
    sending = {"mode": "written", "llm": "m.gguf", "llm_model": "m", "llm_url": "http://198.51.100.1", "llm_key": "k"}
    harmless = {"hits": 7, "sentences": "many"}
    theirs = (json.dumps({**sending, "judge": "same", **harmless}), list(sending), harmless)
    for kept, chosen, left in (theirs, ('["nonsense"]', [], {}), ("[" * 100_000, [], {})):
        page = {"page.json": kept.encode()}
        again(exported, tmp_path / "theirs.zip", lambda members, page=page: members.update(page))  # type: ignore[misc]
        assert import_home(tmp_path / "theirs.zip", tmp_path / "home", {}, replace=True).dropped == chosen
        assert json.loads((tmp_path / "home" / "page.json").read_text()) == left
