"""Any node postprocessor of llama-index, named by its dotted path, as a `Reranker`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Lock
from typing import TYPE_CHECKING

from index.embed.checks import one_line
from index.errors import RerankerFailed
from index.imported import made
from rag.llm.guard import within
from rag.rerankers.seam import RerankerSpec

if TYPE_CHECKING:
    from llama_index.core.postprocessor.types import BaseNodePostprocessor


class LlamaIndexReranker:
    """A `Reranker` that scores by place.

    A postprocessor may put passages in order without scoring them, or leave some out, so its order is what is taken: from 1
    for the first down to 0 for those that it leaves out. None is made for threads, so questions wait for one another.
    """

    def __init__(self, postprocessor: BaseNodePostprocessor, seconds: float, secrets: Sequence[str] = ()) -> None:
        self._postprocessor, self._seconds, self._secrets = postprocessor, seconds, tuple(secrets)
        self._lock = Lock()
        kind, model = type(postprocessor), getattr(postprocessor, "model", None)
        self.name = f"{kind.__module__}.{kind.__qualname__}" + (f":{model}" if isinstance(model, str) else "")

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """See Reranker."""
        remedy = "give it more time with SOURCELINE_RERANKER_SECONDS, or fewer passages with SOURCELINE_RERANKER_HITS"
        late = RerankerFailed(f"{self.name} did not finish within {self._seconds:g} seconds", remedy)
        [order] = within(self._seconds, lambda _: self._alone(question, texts, late), late)
        if not order or len(set(order)) < len(order) or not set(order) <= {str(i) for i in range(len(texts))}:
            told = "each passage once" if order else "any passage"
            raise RerankerFailed(f"{self.name} did not give back {told}", "set another reranker, or other arguments")
        places = {name: 1 - place / len(texts) for place, name in enumerate(order)}
        return [places.get(str(i), 0.0) for i in range(len(texts))]

    def _alone(self, question: str, texts: Sequence[str], late: RerankerFailed) -> Iterator[list[str]]:
        """The order, when no other question is being put in order; as late as the rest where one never ends."""
        if not self._lock.acquire(timeout=self._seconds):
            raise late
        try:
            order = self._ordered(question, texts)
        finally:
            self._lock.release()
        yield order

    def _ordered(self, question: str, texts: Sequence[str]) -> list[str]:
        """The numbers of the texts in the order of the postprocessor."""
        from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

        given = [NodeWithScore(node=TextNode(id_=str(i), text=text)) for i, text in enumerate(texts)]
        try:
            found = self._postprocessor.postprocess_nodes(given, query_bundle=QueryBundle(question))
            return [one.node.node_id for one in found]
        except Exception as error:  # noqa: BLE001 - every vendor's class raises its own
            said = one_line(error, self._secrets)
            raise RerankerFailed(f"{self.name} failed ({type(error).__name__}: {said})", "see its settings") from None


def llama_index_reranker(spec: RerankerSpec) -> LlamaIndexReranker:
    """The class at the dotted path `spec.engine`, made with `spec.arguments`. Raises SettingsWrong."""
    from llama_index.core.postprocessor.types import BaseNodePostprocessor

    instance, secrets = made(spec.engine, BaseNodePostprocessor, "postprocessor class", spec.arguments)
    return LlamaIndexReranker(instance, spec.seconds, secrets)
