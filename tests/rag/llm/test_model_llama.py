"""llama-index LLM classes by dotted path: their own stream, their failures by name."""

from __future__ import annotations

import time
from itertools import repeat
from threading import Event, active_count
from typing import Any

import pytest
from llama_index.core.base.llms.types import CompletionResponse, CompletionResponseGen, LLMMetadata
from llama_index.core.bridge.pydantic import Field
from llama_index.core.llms import CustomLLM

from index.errors import ModelFailed, ModelUnavailable, SettingsWrong
from index.tokens import count_tokens
from rag.llm import LanguageModel, Message, ModelSpec, Piece, Usage, complete, make_model
from rag.llm.limits import until
from tests.rag.llm.server import ModelServer, events, written

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
    reply = complete(model(), ASKED, max_tokens=50)
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


class Chatterbox(Parrot):
    """Goes on for ever, and tells when it was left."""

    max_tokens: int = 256
    temperature: float = 0.1
    left: Event = Field(default_factory=Event)
    pause: float = 0.0

    def stream_complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponseGen:
        try:
            for text in (f"{self.max_tokens} {self.temperature} END ", *repeat("on and ", 10_000)):
                time.sleep(self.pause)
                yield CompletionResponse(text=text, delta=text)
        finally:
            self.left.set()


def chatterbox(**arguments: Any) -> tuple[LanguageModel, Event]:
    left = Event()
    return model(f"{__name__}.Chatterbox", left=left, **arguments), left


def test_length_and_temperature_are_told_to_a_class_that_has_fields_for_them() -> None:
    told, _ = chatterbox()
    assert complete(told, ASKED, max_tokens=9, temperature=0.7).text.startswith("9 0.7")
    assert complete(chatterbox(temperature=0.9)[0], ASKED, max_tokens=9).text.startswith("9 0.9")


def test_a_reply_is_cut_here_when_the_class_does_not_and_the_class_is_left() -> None:
    endless, left = chatterbox()
    reply = complete(endless, ASKED, max_tokens=40)
    assert reply.ended == "too long"
    assert 39 <= count_tokens(reply.text) <= 40
    assert left.wait(5)
    longer = complete(chatterbox(max_tokens=60)[0], ASKED, max_tokens=5)  # as it was made
    assert count_tokens(longer.text) > 10_000


@pytest.mark.parametrize(("stop", "text"), [("END", "50 0.0 "), ("0 EN", "50 0."), ("nowhere", None)])
def test_a_stop_word_ends_a_reply_though_it_is_spread_over_pieces(stop: str, text: str | None) -> None:
    pieces = [Piece(text=c) for c in "50 0.0 END and"] + [Piece(ended="cut")]
    assert "".join(p.text for p in until(iter(pieces), [stop])) == ("50 0.0 END and" if text is None else text)
    told = list(chatterbox()[0].stream(ASKED, max_tokens=50, stop=[stop]))
    assert told[-1].ended == ("too long" if text is None else "whole")
    if text is not None:
        assert "".join(p.text for p in told) == text


def test_a_reader_who_leaves_ends_the_class_and_its_thread() -> None:
    slow, left = chatterbox(pause=0.01)
    before = active_count()
    reply = slow.stream(ASKED, max_tokens=5000)
    next(reply)
    assert active_count() == before + 1
    reply.close()  # type: ignore[attr-defined]
    assert left.wait(2)
    time.sleep(0.05)
    assert active_count() == before


def test_how_a_reply_ended_where_the_vendor_says_so(server: ModelServer) -> None:
    server.says(written("Half a", finish="length"))
    path = "llama_index.llms.openai_like.OpenAILike"
    remote = model(path, model="tiny", api_base=server.url, api_key="k", is_chat_model=True, max_retries=0)
    assert list(remote.stream(ASKED, max_tokens=7))[-1] == Piece(ended="too long", usage=Usage(prompt=11, completion=7))
    assert server.requests[0]["max_tokens"] == 7


def test_a_class_that_waits_is_left_at_the_total_limit(server: ModelServer) -> None:
    server.says(events(lambda: time.sleep(3)))
    path = "llama_index.llms.openai_like.OpenAILike"
    spec = ModelSpec(
        engine=path,
        arguments={"model": "tiny", "api_base": server.url, "api_key": "k", "is_chat_model": True},
        seconds=0.3,
    )
    with pytest.raises(ModelUnavailable, match=r"within 0\.3 seconds|took too long"):
        complete(make_model(spec), ASKED, max_tokens=5)
