"""Secrets of the settings, wherever they stand, are in nothing that is said, logged or kept, however a run ends."""

from __future__ import annotations

import json
import logging
import stat
import time
import traceback
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner

from index.catalog import Catalog
from index.owner import Owner, chroma_folder
from index.sync import sync
from rag import build
from tests.rag.llm.server import QuietServer
from tests.store import WordEmbedder, filled
from ui.cli import app

KEY, PASSWORD, TOKEN, ARGUMENT = SECRETS = (
    "sk-sentinel-4e71",
    "pw-sentinel-93aa",
    "tk-sentinel-0c5d",
    "ar-sentinel-77be",
)
OPENAI = "llama_index.llms.openai_like.OpenAILike"


class Echo(BaseHTTPRequestHandler):
    """Answers with everything that it was sent, as badly kept servers do in their errors; the path says how."""

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        heard = f"{self.path} {dict(self.headers)} {self.rfile.read(length).decode()}"
        self.server.heard.append(heard)  # type: ignore[attr-defined]
        status = next((int(part) for part in self.path.split("/") if part.isdecimal()), 200)
        content = json.dumps({"error": {"message": f"wrong: {heard}"}}) if status != 200 else f"<html>{heard}</html>"
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if status != 200 else "text/html")
        self.send_header("Content-Length", str(len(content.encode())))
        self.end_headers()
        self.wfile.write(content.encode())

    do_GET = do_POST  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def heard() -> Iterator[tuple[int, list[str]]]:
    """The port of the server, and what it was sent."""
    server = QuietServer(("127.0.0.1", 0), Echo)
    server.heard = []  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server.server_address[1], server.heard  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("secrets")
    (place / "news").mkdir()
    for name, price in (("a.txt", 58), ("b.txt", 49)):
        (place / "news" / name).write_text(f"The ticket costs {price} euros from January. Nobody likes it.\n")
    catalog = Catalog(place / "home")
    sync(catalog, WordEmbedder(), place / "news")
    catalog.close()
    return place / "home"


ASK, SEARCH = ["ask", "What does the ticket cost?"], ["search", "ticket"]
FAULTS = ["401", "200", "closed"]
RUNS: dict[str, tuple[list[str], dict[str, str]]] = {
    "a language model": ([*ASK, "--mode", "written"], {"LLM_URL": "{url}", "LLM_KEY": KEY, "LLM_MODEL": "m"}),
    "and nothing else": ([*ASK, "--or-fail"], {"LLM_URL": "{url}", "LLM_KEY": KEY, "LLM_MODEL": "m"}),
    "its fields": ([*ASK], {"LLM_URL": "{url}", "LLM_MODEL": "m", "LLM_ARGUMENTS": json.dumps({"user": ARGUMENT})}),
    "status": (["status"], {"LLM_URL": "{url}", "LLM_KEY": KEY, "LLM_MODEL": "m", "PASSWORD": PASSWORD}),
    "a class": ([*ASK], {"LLM": OPENAI, "LLM_ARGUMENTS": json.dumps({"api_base": "{url}", "api_key": ARGUMENT, "model": "m"})}),
    "a reranker": (SEARCH, {"RERANKER_URL": "{url}", "RERANKER_KEY": KEY, "RERANKER_MODEL": "m"}),
    "an embedder": (["index", "{news}", "--re-embed"], {"EMBEDDER": "openai", "EMBEDDER_URL": "{url}", "EMBEDDER_KEY": KEY,
        "EMBEDDER_MODEL": "m", "EMBEDDER_ARGUMENTS": '{"retries": 0}'}),
    "a Chroma server": (["doctor"], {"CHROMA_URL": "{url}"}),
    "a model's address": (["model", "fetch", "{file}"], {}),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", RUNS)
def test_no_secret_is_said_logged_or_kept(
    name: str,
    fault: str,
    home: Path,
    heard: tuple[int, list[str]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    port = 9 if fault == "closed" else heard[0]
    url = f"http://somebody:{PASSWORD}@127.0.0.1:{port}/{fault}?token={TOKEN}"

    def filled(text: str) -> str:
        return (
            text.replace("{url}", url)
            .replace("{file}", url.replace("?", "/m.gguf?"))
            .replace("{news}", str(home.parent / "news"))
        )

    arguments, variables = RUNS[name]
    for variable, value in {
        **variables,
        "LLM_SECONDS": "30",
        "RERANKER_SECONDS": "30",
        "ANSWER_ABOVE": "0",
        "HOME": str(home),
    }.items():
        monkeypatch.setenv(f"SOURCELINE_{variable}", filled(value))
    if name != "an embedder":
        monkeypatch.setattr(build, "embedder", lambda _: WordEmbedder())
    monkeypatch.setattr(time, "sleep", lambda _: None)  # before a second try
    caplog.set_level(logging.DEBUG)
    already = len(heard[1])
    done = CliRunner().invoke(app, [filled(a) for a in arguments])
    told = done.output + "".join(traceback.format_exception(done.exception) if done.exception else ())
    chroma = chroma_folder(home)  # see below
    kept = "".join(
        f"{p.name}: {p.read_bytes().decode('latin-1')}"
        for p in home.rglob("*")
        if p.is_file() and chroma not in p.parents
    )
    forms = [*SECRETS, b64encode(f"somebody:{PASSWORD}".encode()).decode()]
    logged = "".join(r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING)  # nothing else is shown
    texts = {"said": told, "logged": logged, "kept": kept}
    assert [(where, s) for where, text in texts.items() for s in forms if s in text] == []
    if name not in (
        "a class",
        "a model's address",
    ):  # what others' code and an address given by hand may write there is not ours
        assert not [s for s in (KEY, PASSWORD, forms[-1]) if s in caplog.text], "not even where every request is logged"
    assert told.strip()
    sent = "".join(heard[1][already:])
    assert fault == "closed" or name == "a Chroma server" or any(s in sent for s in forms), (
        "or nothing could have leaked"
    )


def test_what_chroma_writes_of_our_memory_is_for_nobody_else(tmp_path: Path) -> None:
    """Its index saves memory that was never set: with chromadb 1.5.9 a request's body was once found in data_level0.bin."""
    catalog = filled(tmp_path, 3, WordEmbedder())
    Owner(catalog).close()
    catalog.close()
    assert stat.S_IMODE(chroma_folder(tmp_path).stat().st_mode) == 0o700
