"""llama-index LLM classes by dotted path: their own stream, their failures by name."""

from __future__ import annotations

from typing import Any

import pytest
from llama_index.core.base.llms.types import CompletionResponse, CompletionResponseGen, LLMMetadata
from llama_index.core.llms import CustomLLM

from index.errors import ModelFailed, SettingsWrong
from rag.llm import LanguageModel, Message, ModelSpec, Usage, complete, make_model
from tests.rag.llm.server import ModelServer, written

ASKED = [Message(role="user", content="Tide?")]


class Parrot(CustomLLM):
    """Says what it was asked, word by word."""

    fault: str = ""
    api_key: str = ""

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="parrot-1")

    def complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:
        raise NotImplementedError

    def stream_complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponseGen:
        if self.fault:
            raise ConnectionError(f"{self.fault}\n{self.api_key}")
        usage = {"usage": {"input_tokens": 3, "output_tokens": 2}}
        return (CompletionResponse(text=w, delta=w, raw=usage) for w in prompt.split())


def model(engine: str = f"{__name__}.Parrot", **arguments: Any) -> LanguageModel:
    return make_model(ModelSpec(engine=engine, arguments=arguments, seconds=30))


def test_what_a_class_says_and_counts() -> None:
    reply = complete(model(), ASKED, max_tokens=5)
    assert "Tide?" in reply.text
    assert reply.usage == Usage(prompt=3, completion=2)
    assert model().name == "parrot-1"


def test_the_class_for_openai_compatible_servers(server: ModelServer) -> None:
    server.says(written("It ", "turns."))
    path = "llama_index.llms.openai_like.OpenAILike"
    remote = model(path, model="tiny", api_base=server.url, api_key="k", is_chat_model=True, max_retries=0)
    assert complete(remote, ASKED, max_tokens=5).text == "It turns."


def test_a_failure_of_the_class_is_ours_in_one_line_without_the_key() -> None:
    with pytest.raises(ModelFailed, match="no route") as failed:
        complete(model(fault="no route", api_key="sk-4711"), ASKED, max_tokens=5)
    assert "\n" not in str(failed.value)
    assert "4711" not in str(failed.value)


@pytest.mark.parametrize("engine", ["no.such.Class", "llama_index.core.llms.ChatMessage", f"{__name__}.Nothing"])
def test_what_is_no_class_is_named(engine: str) -> None:
    with pytest.raises(SettingsWrong, match=engine.rpartition(".")[0]):
        model(engine)


def test_arguments_that_the_class_does_not_take() -> None:
    with pytest.raises(SettingsWrong, match="does not take these arguments"):
        model("llama_index.llms.openai_like.OpenAILike", model=["not a name"])
