"""A real llama.cpp and a real, tiny model (SmolLM2-135M), where TEST_GGUF names its file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.errors import ContextTooLong, SettingsWrong
from rag.llm import LanguageModel, Message, ModelSpec, complete, make_model

GGUF = os.environ.get("TEST_GGUF", "")
needs_model = pytest.mark.skipif(not GGUF, reason="TEST_GGUF does not name a .gguf file (SmolLM2-135M will do)")
ASKED = [Message(role="user", content="What is the capital of France? One word.")]


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    pytest.importorskip("xllamacpp", reason="the extra `local` is not installed")
    return make_model(ModelSpec(engine=GGUF, seconds=60))


@needs_model
def test_a_file_answers_in_pieces_and_counts(model: LanguageModel) -> None:
    *texts, last = list(model.stream(ASKED, max_tokens=12))
    assert len(texts) > 2
    assert last.ended in ("whole", "too long")
    assert last.usage
    assert 0 < last.usage.completion <= 12
    assert model.name == Path(GGUF).stem


@needs_model
def test_the_same_question_gets_the_same_reply(model: LanguageModel) -> None:
    assert len({complete(model, ASKED, max_tokens=8).text for _ in range(2)}) == 1


@needs_model
def test_a_prompt_beyond_the_context_is_named(model: LanguageModel) -> None:
    with pytest.raises(ContextTooLong):
        complete(model, [Message(role="user", content="word " * 6000)], max_tokens=8)


def test_a_file_that_is_no_model_or_not_there(tmp_path: Path) -> None:
    file = tmp_path / "no.gguf"
    with pytest.raises(SettingsWrong, match="cannot be read"):
        make_model(ModelSpec(engine=str(file)))
    file.write_bytes(b"<html>")
    with pytest.raises(SettingsWrong, match="not a GGUF file"):
        make_model(ModelSpec(engine=str(file)))
