"""An export while others work, of a home that is not whole, and where there is no space."""

from __future__ import annotations

import json
import os
import shutil
import threading
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from typer.testing import CliRunner

from index.catalog import Catalog
from index.errors import DiskFull, HomeUnusable
from tests.store import add_lines, contents, fill_up
from tests.ui.archive.homes import WORDS
from ui.archive.reading import import_home
from ui.archive.writing import export_home
from ui.cli import app


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
