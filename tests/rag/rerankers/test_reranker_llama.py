"""llama-index postprocessors by dotted path: their order, their failures by name."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import pytest
from llama_index.core.llms import MockLLM
from llama_index.core.postprocessor import LLMRerank
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle

from index.errors import RerankerFailed, SettingsWrong
from rag.rerankers import Reranker, RerankerSpec, make_reranker
from rag.rerankers.llama import LlamaIndexReranker

TEXTS = ["the tide turns", "a bridge is closed", "the tide"]


class Longest(BaseNodePostprocessor):
    """The longest first, up to `most`; or one of the faults a class can have."""

    most: int = 9
    fault: str = ""
    api_key: str = ""

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        if self.fault == "raises":
            raise ConnectionError(f"no route\n{self.api_key}")
        if self.fault == "sleeps":
            time.sleep(3)
        assert query_bundle
        assert query_bundle.query_str == "Tide?"
        best = sorted(nodes, key=lambda n: -len(n.text))[: self.most]
        if self.fault == "repeats":
            return [*best, best[0]]
        if self.fault == "renames":
            best[0].node.id_ = "other"
        return best


def reranker(engine: str = f"{__name__}.Longest", *, seconds: float = 30, **arguments: Any) -> Reranker:
    return make_reranker(RerankerSpec(engine=engine, arguments=arguments, seconds=seconds))


def test_the_order_of_a_class_is_scored_by_place() -> None:
    assert reranker().scores("Tide?", TEXTS) == pytest.approx([2 / 3, 1, 1 / 3])
    assert reranker().name == f"{__name__}.Longest"


def test_what_a_class_leaves_out_comes_last() -> None:
    assert reranker(most=1).scores("Tide?", TEXTS) == [0, 1, 0]


def test_a_class_of_llama_index_by_its_path() -> None:
    moved = reranker("llama_index.core.postprocessor.LongContextReorder").scores("Tide?", TEXTS)
    assert sorted(moved) == pytest.approx([1 / 3, 2 / 3, 1])


def test_the_reranker_of_llama_index_that_asks_a_language_model() -> None:
    class Judge(MockLLM):
        def complete(self, *args: Any, **kwargs: Any) -> Any:
            said = super().complete(*args, **kwargs)
            said.text = "Doc: 3, Relevance: 9\nDoc: 1, Relevance: 4"
            return said

    made = LlamaIndexReranker(LLMRerank(llm=Judge(), top_n=3), seconds=30)
    assert made.scores("Tide?", TEXTS) == pytest.approx([2 / 3, 0, 1])


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("raises", r"Longest failed \(ConnectionError: no route …\): see its settings"),
        ("repeats", "did not give back each passage once: set another reranker"),
        ("renames", "did not give back each passage once: set another reranker"),
    ],
)
def test_a_failure_of_the_class_is_ours_in_one_line_without_the_key(fault: str, said: str) -> None:
    with pytest.raises(RerankerFailed, match=said) as failed:
        reranker(fault=fault, api_key="sk-4711").scores("Tide?", TEXTS)
    assert "4711" not in str(failed.value)


def test_a_class_that_keeps_nothing_has_no_order() -> None:
    with pytest.raises(RerankerFailed, match="did not give back any passage"):
        reranker(most=0).scores("Tide?", TEXTS)
    similar = reranker("llama_index.core.postprocessor.SimilarityPostprocessor", similarity_cutoff=0.5)
    with pytest.raises(RerankerFailed, match="SimilarityPostprocessor did not give back any passage"):
        similar.scores("Tide?", TEXTS)


def test_a_slow_class_is_left_at_the_limit() -> None:
    began = time.monotonic()
    with pytest.raises(RerankerFailed, match=r"did not finish within 0\.3 seconds"):
        reranker(fault="sleeps", seconds=0.3).scores("Tide?", TEXTS)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("engine", ["no.such.Class", "llama_index.core.schema.TextNode", f"{__name__}.Nothing"])
def test_what_is_no_class_is_named(engine: str) -> None:
    with pytest.raises(SettingsWrong, match=engine.rpartition(".")[0]):
        reranker(engine)


def test_arguments_that_the_class_does_not_take() -> None:
    with pytest.raises(SettingsWrong, match="does not take these arguments") as failed:
        reranker(most="many", api_key="sk-4711")
    assert "4711" not in str(failed.value)


class Alone(Longest):
    """One that breaks when two questions are inside at once."""

    inside: ClassVar[list[int]] = []

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        self.inside.append(1)
        time.sleep(0.05)
        together = len(self.inside)
        self.inside.pop()
        if together > 1:
            raise RuntimeError("not made for threads")
        return super()._postprocess_nodes(nodes, query_bundle)


def test_questions_wait_for_one_another() -> None:
    made = reranker(f"{__name__}.Alone")
    with ThreadPoolExecutor(4) as threads:
        assert len({tuple(s) for s in threads.map(lambda _: made.scores("Tide?", TEXTS), range(8))}) == 1


def test_one_that_never_ends_makes_the_others_late_and_no_more() -> None:
    made = reranker(fault="sleeps", seconds=0.2)
    for _ in range(2):
        with pytest.raises(RerankerFailed, match=r"did not finish within 0\.2 seconds"):
            made.scores("Tide?", TEXTS)
