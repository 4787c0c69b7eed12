"""`ask` in written mode, with a model on a loopback server."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from index.errors import ModelNotAllowed
from rag.llm import nearby
from rag.settings import load_settings
from tests.rag.llm.server import ModelServer, fault, written
from tests.smollm import GGUF, needs_model
from ui.cli import app

TEXT = "The new bridge in Altstadt cost 5 million euros. The mayor opened it on Monday, after nine years of work."
QUESTION = "How much did the new bridge in Altstadt cost?"
KEY = "sk-sentinel-5b2e"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, model_home: Path) -> Path:
    folder = tmp_path_factory.mktemp("written")
    shutil.copytree(model_home, folder / "home")
    (folder / "bridge.txt").write_text(TEXT)
    assert CliRunner().invoke(app, ["index", str(folder / "bridge.txt"), "--home", str(folder / "home")]).exit_code == 0
    return folder / "home"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    running = ModelServer()
    monkeypatch.setenv("SOURCELINE_LLM_URL", running.url)
    monkeypatch.setenv("SOURCELINE_ANSWER_ABOVE", "0")
    yield running
    running.close()


def ask(home: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["ask", QUESTION, "--home", str(home), *options])


def test_a_stream_of_claims_and_then_the_answer(home: Path, server: ModelServer) -> None:
    server.says(written("It cost 5 million ", "euros. [1] It took years. [9]"))
    *claims, answer = map(json.loads, ask(home, "--json", "--stream").stdout.splitlines())
    assert [c["text"] for c in claims] == ["It cost 5 million euros.", "It took years."]
    assert answer["claims"] == claims
    assert answer["mode"] == "written"
    assert [c["number"] for c in answer["citations"]] == [1]
    assert answer["usage"] == {"prompt": 11, "completion": 7}


@pytest.mark.parametrize("options", [[], ["--stream"]])
def test_for_people_each_sentence_stands_once_with_what_is_wrong_with_it(
    home: Path, server: ModelServer, options: list[str]
) -> None:
    server.says(written("It cost 5 million euros. [1] It took years. [9]"))
    shown = ask(home, *options).stdout
    assert shown.count("It cost 5 million euros. [1]\n") == 1
    assert "It took years. [2]  (unsupported: the model cites a source 9 that it was not given)" in shown
    assert "bridge.txt:1" in shown


def test_quotes_when_asked_for_and_when_the_model_fails(home: Path, server: ModelServer) -> None:
    server.says(fault(401, "wrong key"))
    assert "warning" not in ask(home, "--mode", "quotes").stdout
    assert not server.requests
    shown = ask(home, "--mode", "written").stdout
    assert "The new bridge in Altstadt cost 5 million euros. [1]" in shown
    assert "warning: the language model did not answer, so this is quoted" in shown
    assert "set the right key" in shown


def test_or_fail_ends_with_the_failure_in_one_line(home: Path, server: ModelServer) -> None:
    server.says(fault(401, "wrong key"))
    done = ask(home, "--or-fail")
    assert isinstance(done.exception, ModelNotAllowed)
    assert not done.stdout


def status(home: Path) -> tuple[dict[str, Any], str]:
    """What `status` says as JSON, and to people."""
    told = [CliRunner().invoke(app, ["status", "--home", str(home), *more]).stdout for more in (["--json"], [])]
    return json.loads(told[0]), told[1]


def test_status_says_which_model_answers_after_one_call_each(home: Path, server: ModelServer) -> None:
    server.says(written("Yes", " indeed."))
    told, shown = status(home)
    assert told["mode"] == f"written by the model at {server.url}"
    assert told["language_model"]["name"] == "tiny"
    assert 0 < told["language_model"]["seconds"] < 30
    assert told["language_models_nearby"] == []
    assert "language model       tiny answers, after " in shown
    assert len(server.requests) == 2


def test_status_asks_the_model_in_an_empty_home_too(tmp_path: Path, home: Path, server: ModelServer) -> None:
    server.says(written("Yes", " indeed."))
    told, shown = status(tmp_path / "none")
    assert (told["articles"], told["language_model"]["name"]) == (0, "tiny")
    assert "nothing is indexed in this home: run `sourceline index PATH` first" in shown
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("name", ["SOURCELINE_LLM_URL", "SOURCELINE_LLM"])
def test_status_says_in_one_line_why_a_model_does_not_answer(
    home: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    server.says(fault(401, "wrong key"))
    monkeypatch.setattr(nearby, "USUAL", ())
    if name == "SOURCELINE_LLM":
        monkeypatch.setenv(name, "no/such.gguf")
    told, shown = status(home)
    why = told["language_model"]["error"]
    assert ("set the right key" if name == "SOURCELINE_LLM_URL" else "cannot be read") in why
    assert f"language model       does not answer: {why}\n" in shown


def test_status_offers_what_is_served_here_and_uses_nothing_of_it(
    home: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCELINE_LLM_URL")
    monkeypatch.setattr(nearby, "USUAL", [("Ollama", int(server.url.split(":")[2].split("/")[0]))])
    server.models = ["tiny", "large"]
    told, shown = status(home)
    assert told["mode"] == "quotes (no language model is configured)"
    assert told["language_model"] is None
    assert "language model       none: answers are the articles' own sentences\n" in shown
    setting = f"SOURCELINE_LLM_URL={server.url} SOURCELINE_LLM_MODEL=tiny"
    assert f"found on the port of Ollama: {setting} (or large)\n" in shown
    assert [n["setting"] for n in told["language_models_nearby"]] == [setting]
    assert not server.requests
    assert json.loads(ask(home, "--json").stdout)["mode"] == "quotes"
    for variable in setting.split():
        monkeypatch.setenv(*variable.split("=", 1))
    server.says(written("It cost 5 million euros. [1]"))
    assert json.loads(ask(home, "--json").stdout)["mode"] == "written"


def leaks(secret: str, home: Path, logged: str) -> list[str]:
    """Where a secret is: the files of the home that hold it, and the log."""
    files = [file for file in home.rglob("*") if file.is_file() and "models" not in file.parts]
    return [file.name for file in files if secret.encode() in file.read_bytes()] + ["the log"] * (secret in logged)


@pytest.mark.parametrize("mode", ["written", "quotes"])
def test_acceptance_42_neither_key_nor_question_is_kept_or_logged(
    home: Path, server: ModelServer, mode: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SOURCELINE_LLM_KEY", KEY)
    caplog.set_level(logging.INFO)
    server.says(written("It cost 5 million euros. [1]"))
    done = ask(home, "--mode", mode)
    assert server.keys == ([f"Bearer {KEY}"] if mode == "written" else [])
    assert [leaks(secret, home, caplog.text + done.stderr) for secret in (KEY, QUESTION)] == [[], []]


def test_control_42_a_log_that_has_the_key_or_the_question_is_seen(
    home: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A log of the settings with the key in it, and the vendor's own log of requests, which somebody has switched on."""
    monkeypatch.setenv("SOURCELINE_LLM_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    server.says(written("It cost 5 million euros. [1]"))
    ask(home)
    logging.getLogger("careless").warning("asking with %s", load_settings().llm_key)
    assert [leaks(secret, home, caplog.text) for secret in (KEY, QUESTION)] == [["the log"], ["the log"]]


@needs_model
def test_a_model_in_a_file_writes(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tiny model writes nonsense: what it cites is resolved or called wrong all the same."""
    limits = {"LLM_CONTEXT": "60", "LLM_TOKENS": "20", "LLM_SECONDS": "100", "LLM_ARGUMENTS": '{"threads": 1}'}
    for name, value in {"LLM": str(GGUF), "ANSWER_ABOVE": "0", "SUPPORT_POLICY": "mark", **limits}.items():
        monkeypatch.setenv(f"SOURCELINE_{name}", value)
    # What it writes hangs on every word of the prompt: at some boundaries, which are drawn by chance, it writes no sentence.
    monkeypatch.setattr("rag.written.write._drawn", lambda: "===== 0123456789ab =====")
    answer = json.loads(ask(home, "--json").stdout)
    assert answer["mode"] == "written", answer["warnings"]
    assert answer["usage"]["completion"] > 0
    assert answer["refused"] or answer["claims"]
    known = {c["number"] for c in answer["citations"]}
    assert all(c["support"] == "unsupported" for c in answer["claims"] if not known.issuperset(c["citations"]))
