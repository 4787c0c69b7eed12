"""What a reranker does to an answer over the sample corpus, and what its failure does not."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from index.dense import DenseSearch
from index.embed import Embedder
from index.errors import RerankerFailed
from rag.assistant import Assistant
from rag.contract import answer_object, hit_object
from rag.quotes.extract import features, quotable
from rag.rerankers import Reranker, RerankerSpec, make_reranker
from rag.retrieval.rerank import reordered
from rag.types import Hit
from tests.rag.llm.server import ModelServer, body, fault

QUESTION = "How many articles does the treaty between Russia and Iran have?"
LATEST = "What is the latest on the treaty between Russia and Iran?"


@dataclass
class Says:
    """A reranker that scores as it is told, and keeps what it was asked."""

    scored: Callable[[Sequence[str]], list[float]]
    name: str = "says"
    asked: list[tuple[str, list[str]]] = field(default_factory=list)

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        self.asked.append((question, list(texts)))
        return self.scored(texts)


Reranked = Callable[..., Assistant]


@pytest.fixture
def reranked(sample: Assistant, embedder: Embedder) -> Iterator[Reranked]:
    """The sample assistant with a reranker."""
    with_it: list[DenseSearch] = []

    def made(reranker: Reranker, first: int = 25) -> Assistant:
        with_it.append(DenseSearch(sample.catalog))
        return Assistant(sample.catalog, embedder, with_it[-1], reranker=reranker, reranked=first)

    yield made
    for dense in with_it:
        dense.close()


def backwards(texts: Sequence[str]) -> list[float]:
    return [float(i) for i in range(len(texts))]


def ids(hits: Sequence[Hit]) -> list[str]:
    return [hit.passage.id for hit in hits]


def test_the_first_hits_come_in_its_order_and_the_scale_stays_ours(sample: Assistant, reranked: Reranked) -> None:
    own = sample.finder.reading(sample.finder.query(QUESTION), 40).hits
    judge = Says(backwards)
    finder = reranked(judge).finder
    hits = finder.search(finder.query(QUESTION), 40)
    assert ids(hits) == ids([*own[24::-1], *own[25:]])
    assert [hit.rank for hit in hits] == list(range(1, 41))
    assert [hit.parts.get("reranker") for hit in hits] == [float(i) for i in range(24, -1, -1)] + [None] * 15
    for part in (hits[:12], hits[12:]):  # the first are judged by their sentences, on a scale of their own
        assert [hit.score for hit in part] == sorted((hit.score for hit in part), reverse=True)
    assert max(abs(hit.score) for hit in hits) < 15
    assert len({hit.score for hit in hits}) > 30
    assert hit_object(hits[0])["parts"]["reranker"] == 24


def test_it_reads_what_was_embedded(sample: Assistant, reranked: Reranked) -> None:
    judge = Says(backwards)
    finder = reranked(judge).finder
    hits = finder.search(finder.query(QUESTION))
    [(asked, texts)] = judge.asked
    assert asked == QUESTION
    article = sample.catalog.article(hits[0].passage.article_id)
    assert article
    assert texts[-1] == f"{article.title}\n{hits[0].passage.text}"


@pytest.mark.parametrize("question", [QUESTION, "Wer gewann die Tour de France 1987?"])
def test_one_that_agrees_with_us_changes_no_answer(sample: Assistant, reranked: Reranked, question: str) -> None:
    places = {h.passage.text: -h.rank for h in sample.finder.search(sample.finder.query(question), 25)}
    agreeing = reranked(Says(lambda texts: [float(places[text.partition("\n")[2]]) for text in texts])).ask(question)
    ours = sample.ask(question)
    assert [(h.passage, h.score) for h in agreeing.hits] == [(h.passage, h.score) for h in ours.hits]
    assert agreeing.claims == ours.claims
    assert agreeing.answerability == pytest.approx(ours.answerability, abs=1e-5)


def test_what_the_question_says_of_time_still_counts(reranked: Reranked) -> None:
    finder = reranked(Says(lambda texts: [0.5] * len(texts))).finder
    hits = finder.search(finder.query(LATEST), 25)
    times = [hit.parts["time"] for hit in hits]
    assert times == sorted(times, reverse=True)
    assert times[0] > times[-1]


def test_those_behind_a_few_reranked_ones_keep_our_order(sample: Assistant, reranked: Reranked) -> None:
    own = sample.finder.search(sample.finder.query(QUESTION), 12)
    fused = sample.finder.reading(sample.finder.query(QUESTION), 12).hits
    finder = reranked(Says(backwards), 3).finder
    hits = finder.search(finder.query(QUESTION), 12)
    assert ids(hits[:3]) == ids(fused[2::-1])
    assert ids(hits[3:]) == [i for i in ids(own) if i not in ids(hits[:3])]


def test_the_sentence_model_sees_no_other_scale(reranked: Reranked) -> None:
    finder = reranked(Says(lambda texts: [1e6 * i for i in range(len(texts))])).finder
    reading = finder.ranked(finder.query(QUESTION))
    seen = [values["passage"] for values in features(reading.query, quotable(reading))]
    assert max(seen) == 0
    assert min(seen) > -15


def test_equal_scores_keep_our_order(sample: Assistant) -> None:
    hits = sample.finder.search(sample.finder.query(QUESTION))
    assert ids(reordered(hits, [0.0] * 10)) == ids(hits)


def test_one_that_fails_leaves_our_order_and_one_warning(
    sample: Assistant, reranked: Reranked, server: ModelServer
) -> None:
    server.says(fault(429, "trial key"))
    answer = reranked(make_reranker(RerankerSpec(engine="cohere", url=server.url))).ask(QUESTION)
    ours = sample.ask(QUESTION)
    assert (answer.claims, answer.citations, answer.answerability) == (ours.claims, ours.citations, ours.answerability)
    assert answer.hits == ours.hits
    assert answer.warnings == (
        f"{server.url}/rerank answered 429 (trial key): ask again in a while, or raise the quota at the provider; "
        "the passages are in Sourceline's own order",
    )


def test_one_that_hangs_costs_no_more_than_its_time(reranked: Reranked, server: ModelServer) -> None:
    server.says(lambda _: time.sleep(5))
    assistant = reranked(make_reranker(RerankerSpec(engine="cohere", url=server.url, seconds=0.3)))
    answer = assistant.ask(QUESTION)
    assert answer.claims
    assert "did not finish within 0.3 seconds" in answer.warnings[0]
    assert 0.2 < answer.timings["rerank"] < 2


def test_what_is_measured_has_one_order(reranked: Reranked, server: ModelServer) -> None:
    server.says(body(200, []))
    with pytest.raises(RerankerFailed, match="0 scores for 25 passages"):
        reranked(make_reranker(RerankerSpec(engine="tei", url=server.url))).ask(QUESTION, or_quotes=False)


def test_an_answer_says_what_the_reranker_did(reranked: Reranked) -> None:
    told = answer_object(reranked(Says(backwards)).ask(QUESTION))
    assert all("reranker" in hit["parts"] for hit in told["hits"])
    assert told["timings"]["rerank"] >= 0


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["cohere", "tei"])
def test_the_server_of_llama_cpp(sample: Assistant, reranked: Reranked, engine: str) -> None:
    """Any GGUF file speaks the protocol; only a reranking model's scores mean something."""
    file = os.environ.get("TEST_GGUF")
    if not file:
        pytest.skip("TEST_GGUF does not name a .gguf file (SmolLM2-135M will do)")
    llama = pytest.importorskip("xllamacpp")
    params = llama.CommonParams()
    params.model.path, params.n_ctx, params.n_parallel = str(Path(file)), 2048, 1
    params.embedding, params.pooling_type = True, llama.llama_pooling_type.LLAMA_POOLING_TYPE_RANK
    params.warmup, params.verbosity, params.api_keys = False, 0, ["k"]
    running = llama.Server(params)
    spec = RerankerSpec(engine=engine, url=running.listening_address, key="k", seconds=120)
    answer = reranked(make_reranker(spec), 2).ask(QUESTION)
    assert not answer.warnings
    assert len({hit.parts["reranker"] for hit in answer.hits if "reranker" in hit.parts}) > 1
