"""Reranking endpoints over loopback: both forms, and everything that a server can do wrong."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from index.errors import RerankerFailed, SettingsWrong
from rag.rerankers import Reranker, RerankerSpec, make_reranker
from tests.rag.llm.server import ModelServer, Reply, body, events, reset

KEY = "co-4711"
QUESTION, TEXTS = "What is a panda?", ["hi", "it is a bear", "The giant panda is a bear of China."]
COHERE = {
    "id": "1",
    "results": [{"index": 2, "relevance_score": 0.99}, {"index": 0, "relevance_score": -1}, {"index": 1, "relevance_score": 0.5}],
}  # fmt: skip
TEI = [{"index": 2, "score": 0.99}, {"index": 0, "score": -1}, {"index": 1, "score": 0.5}]


def reranker(server: ModelServer, engine: str = "cohere", **given: Any) -> Reranker:
    return make_reranker(RerankerSpec(**{"engine": engine, "url": server.url, "model": "m", "key": KEY, **given}))


def results(*scores: Any) -> Reply:
    return body(200, {"results": [{"index": i, "relevance_score": s} for i, s in enumerate(scores)]})


def indexed(*indexes: Any) -> Reply:
    return body(200, {"results": [{"index": i, "relevance_score": 0.5} for i in indexes]})


def test_the_form_of_cohere(server: ModelServer) -> None:
    server.says(body(200, COHERE))
    assert reranker(server).scores(QUESTION, TEXTS) == [-1, 0.5, 0.99]
    assert server.requests == [{"model": "m", "query": QUESTION, "documents": TEXTS, "top_n": 3}]
    assert server.keys == [f"Bearer {KEY}"]


def test_the_form_of_text_embeddings_inference(server: ModelServer) -> None:
    server.says(body(200, TEI))
    assert reranker(server, "tei", key="").scores(QUESTION, TEXTS) == [-1, 0.5, 0.99]
    assert server.requests == [{"query": QUESTION, "texts": TEXTS, "truncate": True}]
    assert server.keys == [None]


def test_without_a_name_no_model_is_named_and_the_address_stands_for_it(server: ModelServer) -> None:
    server.says(body(200, COHERE))
    made = reranker(server, model="")
    made.scores(QUESTION, TEXTS)
    assert "model" not in server.requests[0]
    assert made.name == f"{server.url}/rerank"


def test_text_that_no_json_can_carry_is_sent_without_it(server: ModelServer) -> None:
    server.says(results(0.5))
    reranker(server).scores("a\0b", ["c\ud800d"])
    assert (server.requests[0]["query"], server.requests[0]["documents"]) == ("a b", ["c\ufffdd"])


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("/v1", "/v1/rerank"),
        ("", "/rerank"),
        ("/", "/rerank"),
        ("/v2/rerank/", "/v2/rerank"),
        ("/v1/reranking", "/v1/reranking"),
        ("/v1?api-version=2", "/v1/rerank?api-version=2"),
    ],
)
def test_the_address_may_be_the_base_or_the_whole(server: ModelServer, given: str, asked: str) -> None:
    paths: list[str] = []

    def reply(to: BaseHTTPRequestHandler) -> None:
        paths.append(to.path)
        results(0.5)(to)

    server.says(reply)
    reranker(server, url=server.url.removesuffix("/v1") + given).scores(QUESTION, TEXTS[:1])
    assert paths == [asked]


def endless(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.end_headers()
    while True:  # the client leaves: a broken pipe ends it
        to.wfile.write(b" " * 100_000)


def cut(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.send_header("Content-Length", "1000")
    to.end_headers()
    to.wfile.write(b'{"results": [')
    to.close_connection = True


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (body(400, {"message": "odd"}), r"answered 400 \(odd\): check SOURCELINE_RERANKER_MODEL"),
        (body(422, {"error": "missing field `texts`"}), r"answered 422 \(missing field `texts`\).*cohere or tei"),
        (body(401, {"message": f"wrong key {KEY}"}), "answered 401 .* set the right key: SOURCELINE_RERANKER_KEY"),
        (body(402, {"detail": "pay"}), "raise the quota"),
        (body(403, {"detail": [{"msg": "no"}]}), "may use this model"),
        (body(404, b"<html>Not here</html>", "text/html"), "answered 404: check SOURCELINE_RERANKER_URL"),
        (body(413, {"error": "too many"}), "lower SOURCELINE_RERANKER_HITS"),
        (body(424, {"error": "model is not a re-ranker model"}), "serve a reranking model"),
        (body(429, {"message": "trial key"}), "ask again in a while"),
        (body(429, {"message": "You exceeded your current quota"}), "429 .*: raise the quota at the provider"),
        (body(500, b""), "answered 500: ask again in a while, or look at the log"),
        (body(501, {"error": {"message": "start with --reranking"}}), r"\(start with --reranking\): serve a reranking"),
        (body(503, {"error": {"message": "Loading model"}}), "Loading model.*ask again in a while"),
        (body(308, b"", location="http://127.0.0.1:1/elsewhere"), "answered 308: .*has moved to"),
        (body(418, {"message": {}}), "answered 418: check"),
        (body(200, b"<html>Welcome</html>", "text/html"), "no list of scores"),
        (body(200, b"{oops"), "no list of scores"),
        (body(200, b"[" * 100_000), "no list of scores"),
        (body(200, b"\xff\xfe"), "no list of scores"),
        (body(200, b""), "no list of scores"),
        (body(200, 5), "no list of scores"),
        (body(200, {"data": []}), "no list of scores"),
        (body(200, {"results": None}), "no list of scores"),
        (body(200, {"results": ["a", "b", "c"]}), "no list of scores"),
        (body(200, {"results": [{"index": 0}] * 3}), "no list of scores"),
        (body(200, {"results": []}), "0 scores for 3 passages"),
        (results(0.1, 0.2), "2 scores for 3 passages"),
        (results(0.1, 0.2, 0.3, 0.4), "4 scores for 3 passages"),
        (indexed(0, 1, 1), "each passage once"),
        (indexed(0, 1, 3), "each passage once"),
        (indexed(0, 1, -1), "each passage once"),
        (indexed(0, 1, "2"), "each passage once"),
        (indexed(0, 2, True), "each passage once"),
        (results(0.1, 0.2, float("nan")), "a score that is no number"),
        (results(0.1, 0.2, float("inf")), "a score that is no number"),
        (results(0.1, 0.2, None), "a score that is no number"),
        (results(0.1, 0.2, "0.3"), "a score that is no number"),
        (results(0.1, 0.2, 10**400), "a score that is no number"),
        (body(200, b"no gzip", content_encoding="gzip"), "connection to .* broke"),
        (body(200, gzip.compress(b" " * 50_000_000), content_encoding="gzip"), "answered with no end"),
        (endless, "answered with no end"),
        (cut, "connection to .* broke"),
        (events(reset), "connection to .* broke"),
    ],
)
def test_a_bad_reply_is_one_line_with_a_remedy(server: ModelServer, reply: Reply, said: str) -> None:
    server.says(reply)
    with pytest.raises(RerankerFailed, match=said) as failed:
        reranker(server).scores(QUESTION, TEXTS)
    assert failed.value.remedy
    assert KEY not in str(failed.value)
    assert "\n" not in str(failed.value)
    assert len(server.requests) == 1  # a question waits for no second try


def test_a_dead_server_is_named_soon(server: ModelServer) -> None:
    server.close()
    began = time.monotonic()
    with pytest.raises(RerankerFailed, match=f"{server.url}/rerank cannot be reached .*: start the reranker"):
        reranker(server).scores(QUESTION, TEXTS)
    assert time.monotonic() - began < 5


def slowly(*parts: bytes) -> Reply:
    """These bytes from the first on, half a second apart, for ten seconds."""

    def reply(to: BaseHTTPRequestHandler) -> None:
        for part in parts:
            to.wfile.write(part)
            to.wfile.flush()
            time.sleep(0.05)

    return reply


@pytest.mark.parametrize(
    "parts",
    [
        [b""] * 200,
        [b"HTTP/1.1 200 OK\r\n", *[b"X-A: b\r\n"] * 200],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", *[b" "] * 200],
    ],
    ids=["silence", "a header a time", "one byte a time"],
)
def test_a_reply_that_never_comes_is_left_at_the_total_limit(server: ModelServer, parts: Sequence[bytes]) -> None:
    server.says(slowly(*parts))
    began = time.monotonic()
    with pytest.raises(RerankerFailed, match=r"did not finish within 0\.4 seconds: .*_SECONDS.*_HITS"):
        reranker(server, seconds=0.4).scores(QUESTION, TEXTS)
    assert 0.3 < time.monotonic() - began < 3


def test_after_a_fault_the_same_reranker_goes_on(server: ModelServer) -> None:
    server.says(cut, body(500, b""), body(200, COHERE))
    made = reranker(server)
    for _ in range(2):
        with pytest.raises(RerankerFailed):
            made.scores(QUESTION, TEXTS)
    assert made.scores(QUESTION, TEXTS) == [-1, 0.5, 0.99]


@pytest.mark.parametrize("engine", ["cohere", "tei"])
def test_what_is_secret_is_in_no_word(server: ModelServer, engine: str) -> None:
    secret = server.url.replace("http://", "http://anna:p%40ss@") + "/rerank?code=hidden"
    made = reranker(server, engine, url=secret, model="")
    server.says(body(400, {"message": f"{KEY} p%40ss p@ss code=hidden"}))
    with pytest.raises(RerankerFailed) as failed:
        made.scores(QUESTION, TEXTS)
    for told in (str(failed.value), made.name, repr(made), repr(RerankerSpec(engine=engine, key=KEY))):
        assert not any(word in told for word in (KEY, "p%40ss", "p@ss", "hidden")), told


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": ""}, "no address: set SOURCELINE_RERANKER_URL"),
        ({"url": "localhost:1"}, "begin it with http"),
        ({"url": "http://[::1"}, "cannot be used"),
        ({"key": "ключ"}, "copy it again"),
        ({"engine": "voyage"}, 'use "cohere", "tei"'),
    ],
)
def test_settings_that_cannot_be_used(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsWrong, match=said):
        make_reranker(RerankerSpec(**{"engine": "cohere", "url": "http://127.0.0.1:1", **wrong}))


def test_a_reply_is_read_in_the_other_form_too(server: ModelServer) -> None:
    server.says(body(200, json.loads(json.dumps(TEI))))
    assert reranker(server).scores(QUESTION, TEXTS) == [-1, 0.5, 0.99]
