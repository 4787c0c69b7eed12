"""What must survive of a language model's faults: one test or more a row of the acceptance table.

The model is a loopback server that misbehaves on purpose, behind a real client; the assistant answers over real articles.
"""

from __future__ import annotations

import json
import logging
import time
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator
from email.utils import formatdate
from typing import Any

import pytest

from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder
from index.errors import ContextTooLong, ModelFailed, ModelNotAllowed, ModelUnavailable, ReplyFiltered
from index.sync import sync
from rag import build
from rag.assistant import Assistant
from rag.contract import answer_object
from rag.llm import Message, ModelSpec, Piece, make_model
from rag.settings import load_settings
from rag.types import Answer
from rag.written.write import Writer
from tests.conftest import Tried
from tests.rag.llm.server import ModelServer, Reply, body, events, fault, part, reset, written

KEY = "sk-sentinel-8c1f"
ASKED = [Message(role="user", content="Tide?")]
QUESTION = "How much did the new bridge in Altstadt cost?"
MATTERS = ("mayor", "council", "river", "harbour", "school", "railway", "theatre", "market", "hospital", "library")
ARTICLES = {
    f"{matter}.txt": f"The {matter} of Altstadt is near the new bridge. The new bridge in Altstadt cost {n} million euros"
    f" for the {matter}. The {matter} was told on Monday that the bridge had taken nine years of work.\n"
    for n, matter in enumerate(MATTERS, start=5)
}
SLOW_DOWN = "You are sending too many requests"
Ask = Callable[..., Answer]


@pytest.fixture
def server() -> Iterator[ModelServer]:
    running = ModelServer()
    yield running
    running.close()


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("articles")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text)
    catalog = Catalog(tmp_path_factory.mktemp("home"))
    sync(catalog, embedder, folder)
    made = Assistant(catalog, embedder, DenseSearch(catalog), answer_above=0.0)
    made.ask(QUESTION)  # what is loaded once is in no test's time
    yield made
    made.close()


@pytest.fixture
def ask(assistant: Assistant, server: ModelServer) -> Iterator[Ask]:
    """Ask the assistant, its model giving these replies."""

    def asked(*replies: Reply, seconds: float = 30.0, **given: Any) -> Answer:
        server.says(*replies)
        assistant.writer = Writer(model(server, seconds=seconds), budget=400)
        return assistant.ask(QUESTION, **given)

    yield asked
    assistant.writer = None


def model(server: ModelServer, **given: Any) -> Any:
    return make_model(ModelSpec(engine="openai", **{"model": "tiny", "base_url": server.url, "seconds": 30.0, **given}))


def pieces(server: ModelServer, **given: Any) -> list[Piece]:
    return list(model(server, **given).stream(ASKED, max_tokens=50))


def quoted(answer: Answer, why: str) -> bool:
    """The passages that were found are shown, and the first warning says why they were not written from."""
    assert answer.warnings, "nothing is said"
    said = answer.warnings[0]
    assert said.startswith("the language model did not answer, so this is quoted: ")
    return answer.mode == "quotes" and bool(answer.claims and answer.hits) and why in said and "\n" not in said


def drip(one: bytes) -> Reply:
    """A minute of something that never becomes a reply."""
    return events(*[step for _ in range(1200) for step in (lambda: time.sleep(0.05), one)])


@pytest.mark.parametrize("reply", [drip(b""), drip(b": keep-alive\n\n"), drip(b"d")], ids=["never", "alive", "a byte"])
def test_acceptance_22_a_reply_that_never_comes_ends_at_the_deadline(ask: Ask, reply: Reply, tried: Tried) -> None:
    began = time.monotonic()
    assert quoted(ask(reply, seconds=0.4), "did not finish within 0.4 seconds: ask again, or give it more time")
    seconds = time.monotonic() - began
    assert seconds < 40
    tried(faults=1, seconds_waited=seconds)


def test_control_22_a_client_without_a_deadline_waits_for_the_server(server: ModelServer) -> None:
    """A client with a timeout for each read, and no limit on the whole, waits as long as something drips."""
    from openai import OpenAI

    server.says(events(*[step for _ in range(20) for step in (lambda: time.sleep(0.05), b": keep-alive\n\n")]))
    began = time.monotonic()
    client = OpenAI(base_url=server.url, api_key=KEY, max_retries=0, timeout=0.4)
    asked = client.chat.completions.create(model="tiny", messages=[{"role": "user", "content": "Tide?"}], stream=True)
    assert list(asked) == []
    assert time.monotonic() - began > 2 * 0.4


def test_acceptance_22_what_was_written_by_the_deadline_is_kept(ask: Ask) -> None:
    answer = ask(events(part("It cost 5 million. [1] It took"), lambda: time.sleep(5)), seconds=2)
    assert [c.text for c in answer.claims] == ["It cost 5 million."]
    assert "the answer is incomplete: tiny did not finish within 2 seconds" in answer.warnings[0]


def test_acceptance_22_sixty_seconds_unless_set(monkeypatch: pytest.MonkeyPatch, server: ModelServer) -> None:
    assert load_settings().llm_seconds == 60
    monkeypatch.setenv("SOURCELINE_LLM_SECONDS", "0.2")
    settings = load_settings(llm_url=server.url, llm_model="tiny")
    server.says(drip(b""))
    with pytest.raises(ModelUnavailable, match=r"within 0\.2 seconds"):
        list(build.language_model(settings).stream(ASKED, max_tokens=5))  # type: ignore[union-attr]


@pytest.mark.parametrize("header", [{"retry_after": "0.3"}, {"retry_after_ms": "300"}, {}, {"retry_after": "soon"}])
def test_acceptance_23_a_busy_server_is_asked_again_after_the_wait(
    ask: Ask, server: ModelServer, header: dict[str, str]
) -> None:
    began = time.monotonic()
    answer = ask(fault(429, SLOW_DOWN, **header), written("It cost 5 million. [1]"))
    assert (answer.mode, answer.warnings, len(server.requests)) == ("written", (), 2)
    assert time.monotonic() - began >= 0.3


def test_acceptance_23_the_wait_may_be_a_date(ask: Ask, server: ModelServer) -> None:
    past = fault(429, SLOW_DOWN, retry_after=formatdate(usegmt=True))
    assert ask(past, written("It cost 5 million. [1]")).mode == "written"
    later = fault(429, SLOW_DOWN, retry_after=formatdate(time.time() + 500, usegmt=True))
    assert quoted(ask(later), "ask again in ")


def test_acceptance_23_a_wait_beyond_the_deadline_is_not_begun(ask: Ask, server: ModelServer) -> None:
    began = time.monotonic()
    assert quoted(ask(fault(429, SLOW_DOWN, retry_after="50"), seconds=20), "429 (Error code: 429")
    assert time.monotonic() - began < 10
    assert len(server.requests) == 1
    with pytest.raises(ModelUnavailable, match="ask again in 50 seconds"):
        pieces(server, seconds=20)


@pytest.mark.parametrize(
    "reply",
    [
        fault(429, "You exceeded your current quota, please check your plan", "insufficient_quota"),
        fault(402, "payment required"),
    ],
)
def test_acceptance_23_a_used_up_quota_is_not_asked_again(ask: Ask, server: ModelServer, reply: Reply) -> None:
    assert quoted(ask(reply), "is used up")
    assert len(server.requests) == 1


@pytest.mark.parametrize("reply", [fault(500, "oops"), fault(502, "bad gateway"), fault(503, "loading"), reset])
def test_acceptance_24_a_broken_server_is_asked_three_times_at_most(
    ask: Ask, server: ModelServer, reply: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.llm.retries._PAUSES", (0.01, 0.02))
    assert ask(reply, reply, written("It cost 5 million. [1]")).mode == "written"
    assert len(server.requests) == 3
    assert quoted(ask(reply), "broke" if reply is reset else "answered 50")
    assert len(server.requests) == 6


def test_acceptance_24_a_stream_that_breaks_before_its_first_word_is_begun_again(ask: Ask, server: ModelServer) -> None:
    assert ask(events(part(""), reset), written("It cost 5 million. [1]")).mode == "written"
    assert len(server.requests) == 2


def test_acceptance_24_after_the_first_word_nothing_is_asked_again(ask: Ask, server: ModelServer) -> None:
    answer = ask(events(part("It cost 5 million. [1] It took"), reset), written("Again. [1]"))
    assert [c.text for c in answer.claims] == ["It cost 5 million."]
    assert answer.warnings[0].startswith("the answer is incomplete: the connection to http://127.0.0.1")
    assert len(server.requests) == 1


def test_acceptance_25_what_a_cut_stream_said_is_kept_and_marked_incomplete(ask: Ask) -> None:
    cut = written("It cost 5 million. [1] It took nine", finish=None)
    answer = ask(cut)
    assert [c.text for c in answer.claims] == ["It cost 5 million.", "It took nine"]
    assert answer.warnings == ("the answer is incomplete: the connection to the language model was cut",)
    assert ask(written("It cost 5 million. [1]")).warnings == ()


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (body(200, b"<html>\n<h1>Welcome</h1>", "text/html"), "text/html that is no reply"),
        (body(200, b'{"choices": [', "application/json"), "no reply"),
        (body(200, {"choices": []}), "no reply"),
        (events(b"data: {oops\n\n"), "no reply"),
        (events({**part(), "choices": []}), "replied with nothing"),
        (events({**part(), "choices": None}), "replied with nothing"),
        (events({**part("x"), "choices": "x"}), "no reply"),
        (events(b"data: [DONE]\n\n"), "no reply"),
        (events(b"\xff\xfe\x00\n\n"), "no reply"),
    ],
)
def test_acceptance_26_what_is_no_reply_is_told_in_one_line(
    ask: Ask, server: ModelServer, reply: Reply, said: str
) -> None:
    assert quoted(ask(reply), said)
    with pytest.raises(ModelFailed, match=said) as failed:
        pieces(server)
    assert failed.value.remedy
    assert "\n" not in str(failed.value)


@pytest.mark.parametrize(
    ("reply", "kind", "said"),
    [
        (written(finish="content_filter"), ReplyFiltered, "withheld the reply"),
        (fault(400, "blocked by our content management policy", "content_filter"), ReplyFiltered, "withheld the reply"),
        (written(), ModelFailed, "replied with nothing"),
        (written(" \n"), ModelFailed, "replied with nothing"),
        (written(finish="length"), ModelFailed, "before it wrote anything"),
    ],
)
def test_acceptance_27_a_filtered_or_empty_answer_is_said_and_the_passages_are_shown(
    ask: Ask, reply: Reply, kind: type[ModelFailed], said: str
) -> None:
    assert quoted(ask(reply), said)
    with pytest.raises(kind, match=said):
        ask(reply, or_quotes=False)


def test_acceptance_27_what_was_said_before_the_filter_is_kept(ask: Ask) -> None:
    answer = ask(written("It cost 5 million. [1] It", finish="content_filter"))
    assert answer.claims[0].text == "It cost 5 million."
    assert answer.warnings == ("the answer is incomplete: the provider withheld the rest",)


@pytest.mark.parametrize("status", [401, 403])
def test_acceptance_28_a_missing_or_wrong_key_is_named_with_what_to_set(
    ask: Ask, server: ModelServer, status: int
) -> None:
    assert quoted(ask(fault(status, "wrong")), "key")
    assert len(server.requests) == 1
    with pytest.raises(ModelNotAllowed, match="OPENAI_API_KEY or SOURCELINE_LLM_KEY" if status == 401 else "use a key"):
        pieces(server)


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "SOURCELINE_LLM_KEY"])
def test_acceptance_28_a_newline_after_the_key_is_not_sent(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, f" {KEY}\r\n")
    monkeypatch.setenv("OPENAI_BASE_URL" if name.startswith("OPENAI") else "SOURCELINE_LLM_URL", server.url)
    server.says(written("Yes."))
    list(build.language_model(load_settings()).stream(ASKED, max_tokens=5))  # type: ignore[union-attr]
    assert server.keys == [f"Bearer {KEY}"]


LEAKS: list[Reply] = [
    fault(401, f"Incorrect API key provided: {KEY}"),
    fault(400, f"odd {KEY}"),
    fault(429, SLOW_DOWN, retry_after="99"),
    body(200, f"<p>{KEY}".encode(), "text/html"),
    events(b"data: {oops " + KEY.encode() + b"\n\n"),
    events(part("It cost"), reset),
    drip(b""),
]


def sent_with(way: str, server: ModelServer) -> tuple[dict[str, str], str]:
    """How the secret is given, and the header in which it is sent."""
    if way == "key":
        return {"key": KEY}, f"Bearer {KEY}"
    basic = b64encode(f"somebody:{KEY}".encode()).decode()
    return {"base_url": server.url.replace("//", f"//somebody:{KEY}@")}, f"Basic {basic}"


@pytest.mark.parametrize("reply", LEAKS)
@pytest.mark.parametrize("way", ["key", "password"])
def test_acceptance_28_the_key_is_in_no_log_or_traceback(
    server: ModelServer, reply: Reply, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.says(reply)
    asked = model(server, **sent_with(way, server)[0], seconds=1.5).stream(ASKED, max_tokens=5)
    with pytest.raises(ModelFailed) as failed:
        list(asked)
    told = traceback.TracebackException.from_exception(failed.value, capture_locals=True)
    assert server.keys[0] == sent_with(way, server)[1], "the key was not sent at all"
    assert KEY not in "".join(told.format())
    assert KEY not in caplog.text
    assert "/chat/completions" in caplog.text, "nothing is logged, so nothing is shown by it"


@pytest.mark.parametrize("reply", LEAKS)
def test_acceptance_28_the_key_is_in_no_answer(
    ask: Ask, assistant: Assistant, server: ModelServer, reply: Reply
) -> None:
    server.says(reply)
    assistant.writer = Writer(model(server, key=KEY, seconds=0.5), budget=400)
    answer = assistant.ask(QUESTION)
    assert answer.warnings
    assert KEY not in repr(answer) + json.dumps(answer_object(answer))


def test_control_28_a_client_that_leaks_the_key_is_seen(server: ModelServer) -> None:
    """A key with a newline, given to the vendor's client as it is, ends up in its traceback."""
    from openai import APIConnectionError, OpenAI

    with pytest.raises(APIConnectionError) as failed:
        OpenAI(base_url=server.url, api_key=f"{KEY}\n", max_retries=0).models.list()
    assert KEY in "".join(traceback.format_exception(failed.value))


TOO_LONG = "This model's maximum context length is {takes} tokens. However, your messages resulted in {sent} tokens."


@pytest.mark.parametrize("status", [400, 413, 422])
def test_acceptance_29_as_few_sources_as_need_be_are_left_out_and_it_is_said(
    ask: Ask, server: ModelServer, status: int
) -> None:
    told = fault(status, TOO_LONG.format(takes=900, sent=1000), "context_length_exceeded")
    answer = ask(told, written("It cost 5 million. [1]"))
    first, second = (sources(request) for request in server.requests)
    assert 0.6 * len(first) < len(second) < len(first)
    left_out = (
        f"the model takes no longer prompt: {len(first) - len(second)} sentences that it should read were left out"
    )
    assert (answer.mode, answer.warnings) == ("written", (left_out,))
    assert ask(written("It cost 5 million. [1]")).warnings == ()


def test_acceptance_29_without_figures_half_of_them(ask: Ask, server: ModelServer) -> None:
    ask(fault(400, "the prompt is too long", "exceed_context_size_error"), written("It cost 5 million. [1]"))
    first, second = (sources(request) for request in server.requests)
    assert 0.3 * len(first) < len(second) < 0.7 * len(first)


def test_acceptance_29_once_only(ask: Ask, server: ModelServer) -> None:
    too_long = fault(400, "request (6021 tokens) exceeds the available context size (4096 tokens), try increasing it")
    assert quoted(ask(too_long), "lower SOURCELINE_LLM_CONTEXT")
    assert len(server.requests) == 2
    with pytest.raises(ContextTooLong) as failed:
        pieces(server)
    assert failed.value.takes == pytest.approx(4096 / 6021)


def sources(request: dict[str, Any]) -> list[str]:
    """The numbered sentences of a prompt."""
    lines = json.loads(json.dumps(request))["messages"][1]["content"].splitlines()
    return [line for line in lines if line.startswith("[")]
