"""An OpenAI-compatible endpoint: a real loopback server that answers well, then badly (see `tests/acceptance/test_model.py` too)."""

from __future__ import annotations

import time
from typing import Any

import pytest

from index.errors import (
    ContextTooLong,
    ModelFailed,
    ModelNotAllowed,
    ModelUnavailable,
    ReplyFiltered,
    SettingsWrong,
)
from rag.llm import LanguageModel, Message, ModelSpec, Piece, Usage, complete, make_model
from tests.rag.llm.server import ModelServer, body, events, fault, part, written

KEY = "sk-secret-4711"
ASKED = [Message(role="system", content="Be brief."), Message(role="user", content="Tide?")]


def model(server: ModelServer, **given: Any) -> LanguageModel:
    spec: dict[str, Any] = {"model": "tiny", "base_url": server.url, "key": f" {KEY}\n", "seconds": 30.0}
    return make_model(ModelSpec(engine="openai", **{**spec, **given}))


def pieces(server: ModelServer, **given: Any) -> list[Piece]:
    return list(model(server, **given).stream(ASKED, max_tokens=50))


def test_a_reply_comes_in_pieces_with_its_end_and_its_tokens(server: ModelServer) -> None:
    server.says(written("The tide ", "", "turns."))
    *texts, last = pieces(server)
    assert [p.text for p in texts] == ["The tide ", "turns."]
    assert last == Piece(ended="whole", usage=Usage(prompt=11, completion=7))
    (asked,) = server.requests
    assert asked["messages"] == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Tide?"}]
    assert (asked["model"], asked["max_tokens"], asked["temperature"], asked["stream"]) == ("tiny", 50, 0.0, True)
    assert server.keys == [f"Bearer {KEY}"]


def test_nothing_is_sent_before_the_first_piece_is_asked_for(server: ModelServer) -> None:
    model(server).stream(ASKED, max_tokens=5)
    assert not server.requests


@pytest.mark.parametrize(("finish", "ended"), [("length", "too long"), (None, "cut"), ("content_filter", "filtered")])
def test_how_a_reply_ended_is_told(server: ModelServer, finish: str | None, ended: str) -> None:
    server.says(written("Half a", finish=finish))
    assert pieces(server)[-1].ended == ended


def test_a_whole_reply_is_not_taken_from_a_cut_one(server: ModelServer) -> None:
    server.says(written("A", " b."), written("A", finish=None))
    assert complete(model(server), ASKED, max_tokens=5).text == "A b."
    with pytest.raises(ModelFailed, match="cut off"):
        complete(model(server), ASKED, max_tokens=5)


def test_openai_itself_is_not_asked_without_a_key() -> None:
    with pytest.raises(ModelNotAllowed, match=r"api\.openai\.com.* only with a key.*OPENAI_API_KEY"):
        complete(make_model(ModelSpec(engine="openai", model="gpt-4.1-mini")), ASKED, max_tokens=5)


def test_without_a_name_the_only_model_is_taken_and_several_are_named(server: ModelServer) -> None:
    server.says(written("Yes."))
    assert model(server, model="").name == "tiny"
    server.models = ["small", "large"]
    with pytest.raises(SettingsWrong, match=r"small, large.*SOURCELINE_LLM_MODEL"):
        pieces(server, model="")


def test_arguments_go_into_the_request_and_none_leaves_one_out(server: ModelServer) -> None:
    server.says(written("Yes."))
    pieces(server, arguments={"top_p": 0.5, "max_tokens": None, "max_completion_tokens": 9})
    assert server.requests[0]["top_p"] == 0.5
    assert "max_tokens" not in server.requests[0]


def test_an_optional_field_that_is_refused_is_left_out(server: ModelServer) -> None:
    server.says(fault(400, "Unsupported value: 'temperature' does not support 0.0"), written("Yes."))
    assert pieces(server)[0].text == "Yes."
    assert ["temperature" in asked for asked in server.requests] == [True, False]


@pytest.mark.parametrize(
    ("reply", "kind", "said"),
    [
        (fault(401, f"Incorrect API key {KEY}"), ModelNotAllowed, "set the right key"),
        (fault(403, "no"), ModelNotAllowed, "may use this model"),
        (fault(404, "no such model"), ModelNotAllowed, "one of tiny"),
        (fault(429, "You exceeded your current quota", "insufficient_quota"), ModelNotAllowed, "used up"),
        (
            fault(400, "This model's maximum context length is 512", "context_length_exceeded"),
            ContextTooLong,
            "LLM_CONTEXT",
        ),
        (fault(400, "request exceeds the available context size"), ContextTooLong, "LLM_CONTEXT"),
        (fault(400, "blocked by content management policy", "content_filter"), ReplyFiltered, "other words"),
        (fault(400, "odd"), ModelFailed, "answered 400"),
        (written(finish="content_filter"), ReplyFiltered, "withheld"),
        (written(finish="length"), ModelFailed, "before it wrote anything"),
        (written(), ModelFailed, "replied with nothing"),
        (written(" ", "\n"), ModelFailed, "replied with nothing"),
        (body(200, b"<html>Welcome</html>", "text/html"), ModelFailed, "text/html that is no reply.*ends in /v1"),
        (body(200, {"choices": []}), ModelFailed, "no reply"),
        (events(b"data: {oops\n\n"), ModelFailed, "no reply"),
        (events({**part(), "choices": []}), ModelFailed, "replied with nothing"),
        (events({**part(), "choices": None}), ModelFailed, "replied with nothing"),
        (events({**part(), "choices": ["a"]}), ModelFailed, "no reply"),
        (events({"error": {"message": "out of memory"}}), ModelFailed, "out of memory"),
    ],
)
def test_a_bad_reply_is_one_line_with_a_remedy(server: ModelServer, reply: Any, kind: type, said: str) -> None:
    server.says(reply)
    with pytest.raises(kind, match=said) as failed:
        pieces(server)
    assert type(failed.value) is kind
    assert failed.value.remedy
    assert KEY not in str(failed.value)
    assert "\n" not in str(failed.value)
    assert failed.value.__cause__ is None
    assert len(server.requests) == 1


def test_what_was_written_before_the_connection_broke_is_kept_and_nothing_is_asked_again(server: ModelServer) -> None:
    server.says(events(part("The tide "), lambda: 1 / 0))
    reply = model(server).stream(ASKED, max_tokens=5)
    assert next(reply).text == "The tide "
    assert [p.ended for p in reply] == ["cut"]
    assert len(server.requests) == 1


def test_a_dead_server_is_named_soon(server: ModelServer) -> None:
    server.close()
    began = time.monotonic()
    with pytest.raises(ModelUnavailable, match=f"{server.url} cannot be reached .* start the language model's server"):
        pieces(server)
    assert time.monotonic() - began < 20


def test_a_reader_who_leaves_ends_the_reply(server: ModelServer) -> None:
    sent: list[int] = []
    ticks = [one for n in range(200) for one in (lambda n=n: (time.sleep(0.02), sent.append(n)), part("x" * 5000))]
    server.says(events(*ticks))
    reply = model(server).stream(ASKED, max_tokens=5)
    next(reply)
    reply.close()  # type: ignore[attr-defined]
    time.sleep(0.4)
    seen = len(sent)
    time.sleep(0.2)
    assert len(sent) == seen < 200


def test_settings_that_cannot_be_used(server: ModelServer) -> None:
    for wrong in ({"base_url": "localhost:1"}, {"key": "sk-ключ"}, {"engine": "nothing"}):
        with pytest.raises(SettingsWrong):
            make_model(ModelSpec(**{"engine": "openai", **wrong}))
    assert KEY not in repr(model(server))
