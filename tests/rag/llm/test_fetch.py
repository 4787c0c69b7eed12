"""A .gguf file brought from a loopback server: resumed, checked, and refused for what it should not be."""

from __future__ import annotations

import socket
import struct
from collections import namedtuple
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from index.errors import DiskFull, HomeUnusable, NotFetched, SettingsWrong
from rag.llm.fetch import fetch, file_of, folder_of, offer_for
from rag.llm.offers import OFFERS, Offer
from tests.rag.llm.server import QuietServer

CONTENT = b"GGUF" + bytes(range(256)) * 20_000  # 5 MB
SHA256 = sha256(CONTENT).hexdigest()


class FileServer:
    """Serves CONTENT under every name, as its switches say."""

    def __init__(self) -> None:
        self.content, self.ranges, self.cut_after, self.status = CONTENT, True, 0, 200
        self.headers: dict[str, str] = {"ETag": '"one"'}
        self.linked: dict[str, str] = {}
        self.asked: list[str | None] = []
        self._server = QuietServer(("127.0.0.1", 0), self._responder())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def offer(self, **known: Any) -> Offer:
        return Offer(name="tiny", url=f"{self.url}/tiny.gguf", **known)

    def _responder(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Responder(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if owner.linked and self.path != "/store":
                    self._say(302, {"Location": f"{owner.url}/store", "Content-Length": "5", **owner.linked})
                    self.wfile.write(b"there")
                    return
                asked = self.headers["Range"]
                owner.asked.append(asked)
                start = int(asked[6:-1]) if asked and owner.ranges else 0
                part = (
                    {"Content-Range": f"bytes {start}-{len(owner.content) - 1}/{len(owner.content)}"} if start else {}
                )
                length = {} if "Transfer" in owner.headers else {"Content-Length": str(len(owner.content) - start)}
                self._say(206 if start else owner.status, {**owner.headers, **length, **part})
                end = owner.cut_after or len(owner.content)
                self.wfile.write(owner.content[start:end])
                if owner.cut_after:
                    self.wfile.flush()
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 1))

            def _say(self, status: int, headers: dict[str, str]) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        return Responder


@pytest.fixture
def server() -> Iterator[FileServer]:
    running = FileServer()
    yield running
    running.close()


def parts(folder: Path) -> list[int]:
    return [part.stat().st_size for part in folder.glob("*.part")]


def cut(server: FileServer, folder: Path, **known: Any) -> int:
    """Fetch, and lose the connection on the way; how many bytes came."""
    server.cut_after = 3_000_000
    with pytest.raises(NotFetched, match=r"broke .* run the same command again: it goes on where it stopped"):
        fetch(server.offer(**known), folder)
    server.cut_after = 0
    (came,) = parts(folder)
    assert 0 < came <= 3_000_000
    return came


def test_a_file_comes_whole_is_told_and_comes_once(server: FileServer, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    come = fetch(server.offer(), tmp_path / "new", lambda done, total: told.append((done, total)))
    assert come.path == tmp_path / "new" / "tiny.gguf"
    assert come.path.read_bytes() == CONTENT
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert len(told) > 3
    assert come.checked == "127.0.0.1 says no SHA-256, so only its size was checked"
    assert not parts(tmp_path / "new")
    asked = len(server.asked)
    assert fetch(server.offer(), tmp_path / "new").checked == "a file of that name was here already"
    assert len(server.asked) == asked


def test_after_a_cut_only_the_rest_is_asked_for(server: FileServer, tmp_path: Path) -> None:
    came = cut(server, tmp_path)
    assert fetch(server.offer(sha256=""), tmp_path).path.read_bytes() == CONTENT
    assert server.asked[-1] == f"bytes={came}-"
    assert not parts(tmp_path)


def test_a_part_that_is_whole_is_only_checked(server: FileServer, tmp_path: Path) -> None:
    cut(server, tmp_path)
    (part,) = tmp_path.glob("*.part")
    part.write_bytes(CONTENT)
    assert fetch(server.offer(), tmp_path).path.read_bytes() == CONTENT
    assert server.asked[-1] is None  # it was looked at, and nothing was taken


def test_a_server_without_ranges_sends_all_of_it_again(server: FileServer, tmp_path: Path) -> None:
    cut(server, tmp_path)
    server.ranges = False
    assert fetch(server.offer(), tmp_path).path.read_bytes() == CONTENT


@pytest.mark.parametrize("version", [{"ETag": '"two"'}, {}])
def test_a_part_of_another_version_is_not_gone_on_with(
    server: FileServer, tmp_path: Path, version: dict[str, str]
) -> None:
    cut(server, tmp_path)
    server.content, server.headers = b"GGUF" + b"x" * 4_000_000, version
    assert fetch(server.offer(), tmp_path).path.read_bytes() == server.content
    assert server.asked[-1] is None
    assert not parts(tmp_path)


def test_the_checksum_that_is_known_is_checked_after_a_cut_too(server: FileServer, tmp_path: Path) -> None:
    cut(server, tmp_path, sha256=SHA256)
    come = fetch(server.offer(sha256=SHA256), tmp_path)
    assert come.checked == "its SHA-256 is the one that Sourceline knows"
    server.content = CONTENT[:-1] + b"!"
    come.path.unlink()
    cut(server, tmp_path, sha256=SHA256)
    with pytest.raises(NotFetched, match=r"is not what it should be \(SHA-256 [0-9a-f]{64}\)"):
        fetch(server.offer(sha256=SHA256), tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_checksum_that_the_redirect_says_is_checked(server: FileServer, tmp_path: Path) -> None:
    server.linked = {"X-Linked-ETag": f'"{SHA256}"', "X-Linked-Size": str(len(CONTENT))}
    come = fetch(server.offer(), tmp_path)
    assert come.checked == "its SHA-256 is the one that 127.0.0.1 says"
    come.path.unlink()
    server.content = CONTENT[:-1] + b"!"
    with pytest.raises(NotFetched, match="not what it should be"):
        fetch(server.offer(), tmp_path)
    with pytest.raises(NotFetched, match="no longer the one that was listed"):
        fetch(server.offer(sha256="0" * 64), tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_nothing_is_said_of_is_not_called_checked(server: FileServer, tmp_path: Path) -> None:
    server.headers = {"Transfer": "until it closes"}
    server.linked = {"X-Linked-ETag": '"of a small file"', "X-Linked-Size": "many"}
    come = fetch(server.offer(), tmp_path)
    assert come.checked == "nothing of it could be checked"
    assert come.path.read_bytes() == CONTENT


@pytest.mark.parametrize("content", [b"<html>Log in</html>", b"", b"GGU"])
def test_what_is_no_gguf_file_is_refused_and_nothing_is_stored(
    server: FileServer, tmp_path: Path, content: bytes
) -> None:
    server.content = content
    with pytest.raises(NotFetched, match="is not a GGUF file"):
        fetch(server.offer(), tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("status", "said"), [(404, "there is no http"), (403, "is not for everybody"), (503, "answered 503")]
)
def test_a_file_that_is_not_given_is_named(server: FileServer, tmp_path: Path, status: int, said: str) -> None:
    server.status = status
    with pytest.raises(NotFetched, match=said) as failed:
        fetch(server.offer(), tmp_path)
    assert failed.value.remedy
    assert "\n" not in str(failed.value)


def test_a_server_that_is_not_there(server: FileServer, tmp_path: Path) -> None:
    server.close()
    with pytest.raises(NotFetched, match=r"cannot be reached .* are you online\?"):
        fetch(server.offer(), tmp_path)


def test_a_model_that_has_no_room_is_not_begun(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "free")(100_000_000)
    monkeypatch.setattr("rag.llm.fetch.disk_usage", lambda _: usage)
    with pytest.raises(DiskFull, match=r"the model needs 5 MB more in .* and 100 MB are free"):
        fetch(server.offer(), tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_disk_that_fills_on_the_way_keeps_what_came(server: FileServer, tmp_path: Path) -> None:
    cut(server, tmp_path)
    (part,) = tmp_path.glob("*.part")
    part.unlink()
    part.symlink_to("/dev/full")
    with pytest.raises(DiskFull, match=r"no space is left .* it goes on where it stopped"):
        fetch(server.offer(), tmp_path)
    assert part.is_symlink()


def test_a_folder_that_cannot_be_written_is_named(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HomeUnusable, match="cannot be written"):
        fetch(server.offer(), tmp_path / "file" / "llm")


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("nothing", "use one of qwen2.5-1.5b, qwen3-4b, qwen2.5-7b, or the URL"),
        ("ftp://a/b.gguf", "begin it with http"),
        ("https://user:secret@host/page.html?token=secret", "https://host/page.html does not name a .gguf file"),
        ("https://host/..%2Fa.gguf", "does not name a .gguf file"),
        ("https://host/big-00001-of-00003.gguf", "is a part of a model"),
    ],
)
def test_what_names_no_model_is_refused(wanted: str, said: str) -> None:
    with pytest.raises(SettingsWrong, match=said.replace(".", r"\.")) as failed:
        offer_for(wanted)
    assert "secret" not in str(failed.value)


def test_names_and_urls_become_offers(tmp_path: Path) -> None:
    assert offer_for("qwen3-4b") in OFFERS
    page = offer_for("https://huggingface.co/a/b/blob/main/c.gguf?download=true")
    assert page.url == "https://huggingface.co/a/b/resolve/main/c.gguf?download=true"
    assert file_of(page) == "c.gguf"
    assert folder_of(tmp_path) == tmp_path / "llm"


@pytest.mark.parametrize("offer", OFFERS, ids=lambda o: o.name)
def test_every_offer_is_one_revision_with_its_size_checksum_and_licence(offer: Offer) -> None:
    assert offer_for(offer.url).url == offer.url
    assert len(offer.url.split("/resolve/")[1].split("/")[0]) == 40
    assert len(offer.sha256) == 64
    assert offer.size > 10**9
    assert offer.licence
    assert offer.about
