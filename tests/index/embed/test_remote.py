"""An OpenAI-compatible endpoint: a real loopback server that answers well, then badly."""

from typing import Any

import numpy as np
import pytest

from index.embed import EmbedderSpec, make_embedder
from index.embed.remote import EndpointEmbedder
from index.errors import EmbedderFailed, SettingsWrong
from tests.index.embed.conftest import Endpoint

KEY = "sk-secret-4711"


def vector(text: str, size: int = 4) -> list[float]:
    return [float(len(text)), float(text.count("e")), 1.0, 2.0, 3.0][:size]


def good(asked: Any, size: int = 4) -> tuple[int, str, Any]:
    """Every text's vector, last first, as the protocol allows: `index` says which is which."""
    rows = [
        {"object": "embedding", "index": i, "embedding": vector(text, size)} for i, text in enumerate(asked["input"])
    ]
    return 200, "application/json", {"object": "list", "model": asked["model"], "data": rows[::-1], "usage": {}}


def embedder(endpoint: Endpoint, **options: Any) -> Any:
    spec = EmbedderSpec(
        engine="openai", model="e5", base_url=endpoint.url, key=f" {KEY}\n", options={"retries": 0, **options}
    )
    return make_embedder(spec)


def test_vectors_in_order_and_normalised(endpoint: Endpoint) -> None:
    endpoint.reply = good
    texts = ["one", "eleven", "", "nul\0 and \ud800"]
    vectors = embedder(endpoint, batch=2).embed_passages(texts)
    expected = np.array([vector(text) for text in ["one", "eleven", " ", "nul  and \ufffd"]])
    assert vectors.dtype == np.float32
    assert np.allclose(vectors, expected / np.linalg.norm(expected, axis=1, keepdims=True))
    assert [len(asked["input"]) for _, _, asked in endpoint.requests] == [1, 2, 2]


def test_queries_go_as_queries_and_passages_as_passages(endpoint: Endpoint) -> None:
    endpoint.reply = good
    remote = embedder(endpoint, query_prefix="query: ", passage_prefix="passage: ", dimension=4)
    remote.embed_queries(["tide?"])
    remote.embed_passages(["The tide."])
    assert [asked["input"] for _, _, asked in endpoint.requests] == [["query: tide?"], ["passage: The tide."]]
    assert {path for path, _, _ in endpoint.requests} == {"/v1/embeddings"}
    assert {key for _, key, _ in endpoint.requests} == {f"Bearer {KEY}"}


def test_the_identity_names_what_changes_the_vectors(endpoint: Endpoint) -> None:
    assert embedder(endpoint).model == "openai:e5"
    assert embedder(endpoint, query_prefix="query: ").model == "openai:e5[query: |]"
    assert embedder(endpoint, query_prefix="query: ").model != embedder(endpoint, passage_prefix="query: ").model


def test_no_text_and_the_dimension_asked_once(endpoint: Endpoint) -> None:
    endpoint.reply = good
    remote = embedder(endpoint)
    assert (remote.dimension, remote.embed_passages([]).shape, remote.dimension) == (4, (0, 4), 4)
    assert len(endpoint.requests) == 1


def json_body(**body: Any) -> Any:
    return lambda asked: (200, "application/json", body)


def rows(*embeddings: Any) -> Any:
    return json_body(data=[{"index": i, "embedding": row} for i, row in enumerate(embeddings)])


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (lambda asked: (500, "application/json", {"error": {"message": "out of memory"}}), "answered 500"),
        (
            lambda asked: (401, "application/json", {"error": {"message": f"Incorrect key {KEY}"}}),
            "set the right embedding key",
        ),
        (lambda asked: (404, "text/plain", b"no such model"), "check the embedding model"),
        (lambda asked: (200, "text/html", b"<html>Welcome</html>"), "did not answer with vectors"),
        (lambda asked: (200, "application/json", b"{oops"), "cannot be used"),
        (json_body(data=None), "did not answer with vectors"),
        (json_body(data=[]), "0 vectors for 2 texts"),
        (json_body(data=["a", "b"]), "did not answer with vectors"),
        (lambda asked: good(asked, size=3), "shape"),
        (rows([1, 2, 3, 4]), "1 vectors for 2 texts"),
        (rows([1, 2, 3, 4], [0, 0, 0, 0]), "zero or not-a-number vector for text 2"),
        (rows([1, 2, 3, None], [1, 2, 3, 4]), "zero or not-a-number vector for text 1"),
        (rows([1, 2, 3, 4], [1, 2, 3]), "not rows of numbers"),
        (rows("AAAA", "AAAA"), "not rows of numbers"),
        (rows([1, 2, 3, 4], None), "not rows of numbers"),
    ],
)
def test_a_bad_reply_is_one_line_with_a_remedy(endpoint: Endpoint, reply: Any, said: str) -> None:
    endpoint.reply = reply
    with pytest.raises(EmbedderFailed, match=said) as failed:
        embedder(endpoint, dimension=4).embed_passages(["one", "two"])
    assert KEY not in str(failed.value)
    assert "\n" not in str(failed.value)


def test_a_dead_server_is_named(endpoint: Endpoint) -> None:
    endpoint.close()
    with pytest.raises(EmbedderFailed, match=f"{endpoint.url} does not answer .* start the embedding server"):
        embedder(endpoint).embed_queries(["x"])


def test_a_hanging_server_is_left(endpoint: Endpoint) -> None:
    from time import sleep

    endpoint.reply = lambda asked: sleep(1) or good(asked)
    with pytest.raises(EmbedderFailed, match="does not answer"):
        embedder(endpoint, timeout=0.2).embed_queries(["x"])


def test_a_passing_failure_is_tried_again(endpoint: Endpoint) -> None:
    endpoint.reply = lambda asked: good(asked) if endpoint.requests[1:] else (503, "text/plain", b"starting")
    assert embedder(endpoint, retries=1, dimension=4).embed_queries(["x"]).shape == (1, 4)


@pytest.mark.parametrize(
    "spec",
    [
        EmbedderSpec(engine="openai", base_url="http://127.0.0.1:9/v1"),
        EmbedderSpec(engine="openai", model="e5"),
        EmbedderSpec(engine="openai", model="e5", base_url="127.0.0.1:9"),
        EmbedderSpec(engine="openai", model="e5", base_url="http://127.0.0.1:9", options={"bacth": 3}),
        EmbedderSpec(engine="cohere"),
        EmbedderSpec(engine=""),
    ],
    ids=str,
)
def test_settings_that_cannot_work(spec: EmbedderSpec) -> None:
    with pytest.raises(SettingsWrong):
        make_embedder(spec)


def test_a_key_that_cannot_be_sent_is_named(endpoint: Endpoint) -> None:
    spec = EmbedderSpec(engine="openai", model="e5", base_url=endpoint.url, key="schlüssel")
    with pytest.raises(SettingsWrong, match="embedding endpoint's key has a character that no key has") as failed:
        make_embedder(spec)
    assert "schlüssel" not in str(failed.value)


def test_the_key_is_never_shown(endpoint: Endpoint) -> None:
    remote = embedder(endpoint)
    assert isinstance(remote, EndpointEmbedder)
    assert KEY not in repr(remote) + repr(EmbedderSpec(key=KEY))
