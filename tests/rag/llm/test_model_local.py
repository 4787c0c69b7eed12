"""A real llama.cpp and a real, tiny model (SmolLM2-135M): a file run in this process, and a server behind an address."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.errors import ContextTooLong, SettingsWrong
from rag.llm import LanguageModel, Message, ModelSpec, complete, make_model
from rag.llm.nearby import nearby
from tests.smollm import GGUF, needs_model

ONE_THREAD = {"threads": 1}  # two that wait for each other are slow where other tests have the second core
ASKED = [Message(role="user", content="What is the capital of France? One word.")]
TREE = {
    "type": "object",
    "properties": {"tree": {"type": "string", "maxLength": 12}, "tall": {"type": "boolean"}},
    "required": ["tree", "tall"],
}


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return make_model(ModelSpec(engine=str(GGUF), seconds=60, arguments=ONE_THREAD))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The address of a llama.cpp server that takes 1,024 tokens."""
    from xllamacpp import CommonParams, Server

    params = CommonParams()
    params.model.path, params.model_alias = str(GGUF), {"smol"}
    params.n_ctx, params.n_parallel, params.warmup, params.verbosity = 1024, 1, False, 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    server = Server(params)
    yield f"{server.listening_address}/v1"
    del server  # it runs as long as it is held


def served(url: str, **given: Any) -> LanguageModel:
    return make_model(ModelSpec(engine="openai", base_url=url, **{"seconds": 60, **given}))


@needs_model
def test_a_file_answers_in_pieces_and_counts(model: LanguageModel) -> None:
    *texts, last = list(model.stream(ASKED, max_tokens=12))
    assert len(texts) > 2
    assert last.ended in ("whole", "too long")
    assert last.usage
    assert 0 < last.usage.completion <= 12
    assert model.name == GGUF.stem


@needs_model
def test_the_same_question_gets_the_same_reply(model: LanguageModel) -> None:
    assert len({complete(model, ASKED, max_tokens=8).text for _ in range(2)}) == 1


@needs_model
def test_a_prompt_beyond_the_context_is_named(model: LanguageModel) -> None:
    with pytest.raises(ContextTooLong):
        complete(model, [Message(role="user", content="word " * 6000)], max_tokens=8)


@pytest.mark.parametrize("wrong", [{"n_ctx": 4}, {"context": "long"}])
def test_arguments_that_a_file_does_not_take(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsWrong, match="takes a number for context"):
        make_model(ModelSpec(engine="a.gguf", arguments=wrong))


def test_a_file_that_is_no_model_or_not_there(tmp_path: Path) -> None:
    file = tmp_path / "no.gguf"
    with pytest.raises(SettingsWrong, match="cannot be read"):
        make_model(ModelSpec(engine=str(file)))
    file.write_bytes(b"<html>")
    with pytest.raises(SettingsWrong, match="not a GGUF file"):
        make_model(ModelSpec(engine=str(file)))


@needs_model
def test_a_server_is_found_streams_and_names_its_only_model(url: str) -> None:
    (found,) = nearby([("llama.cpp", int(url.split(":")[2].split("/")[0]))], 5)
    assert found.models == ("smol",)
    remote = served(found.url)
    *texts, last = list(remote.stream(ASKED, max_tokens=12))
    assert remote.name == "smol"
    assert len(texts) > 2
    assert last.usage
    assert 0 < last.usage.completion <= 12


@needs_model
def test_a_server_says_how_much_of_a_prompt_it_would_take(url: str) -> None:
    with pytest.raises(ContextTooLong) as failed:
        complete(served(url), [Message(role="user", content="word " * 2000)], max_tokens=8)
    assert failed.value.takes == pytest.approx(1024 / 2030, rel=0.05)


@needs_model
def test_a_reader_who_leaves_frees_the_server(url: str) -> None:
    reply = served(url).stream([Message(role="user", content="Count from 1 to 500.")], max_tokens=900)
    next(reply)
    reply.close()  # type: ignore[attr-defined]
    began = time.monotonic()
    complete(served(url), ASKED, max_tokens=1)  # it serves one at a time, and 900 tokens take it many seconds
    assert time.monotonic() - began < 5


@needs_model
def test_stop_words_and_a_schema_hold_where_the_settings_ask_for_them(url: str) -> None:
    schema = {"type": "json_schema", "json_schema": {"name": "tree", "schema": TREE}}
    told = complete(served(url, arguments={"response_format": schema}), ASKED, max_tokens=60)
    assert json.loads(told.text).keys() == TREE["properties"].keys()  # type: ignore[attr-defined]
    asked = [Message(role="user", content="Repeat: one two three four")]
    whole = complete(served(url), asked, max_tokens=30).text
    word = whole.split()[2]
    pieces = served(url).stream(asked, max_tokens=30, stop=[word])
    assert word not in "".join(p.text for p in pieces)
