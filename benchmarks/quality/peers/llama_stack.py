"""A plain llama-index stack: SentenceSplitter, VectorStoreIndex on Chroma, its retriever.

What it reads are our articles' texts, because its own reader loses the lines of a PDF and UTF-16. The embedder is ours. Everything
else is as llama-index has it by default, unless a function here says otherwise.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import chromadb
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import BaseNode, NodeWithScore
from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters
from llama_index.vector_stores.chroma import ChromaVectorStore
from pydantic import PrivateAttr

from benchmarks.quality.peers.corpus import Corpus, Place, searched
from benchmarks.quality.peers.given import Given
from benchmarks.quality.peers.place import place, span_of
from evals.cases import Case
from evals.runs import Outcome, System
from index.embed import Embedder
from index.split import DEFAULT_BUDGET
from index.types import Article

OURS_ALONE = ["file", "start", "end"]
"""Metadata that neither the embedder nor a language model gets to see."""
MATCHED_OVERLAP = 20  # tokens, as in llama-index's own examples with small sizes


class OurEmbedding(BaseEmbedding):
    """Our embedder, as llama-index wants it: queries as queries, passages as passages."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(model_name=embedder.model)
        self._embedder = embedder

    def _get_query_embedding(self, query: str) -> list[float]:
        return [float(x) for x in self._embedder.embed_queries([query])[0]]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [[float(x) for x in row] for row in self._embedder.embed_passages(texts)]


@contextmanager
def opened(given: Given, splitter: SentenceSplitter | None = None, *, titled: bool = False) -> Iterator[System]:
    """A system that searches, split by llama-index's defaults (1024 tokens) or by `splitter`."""
    yield partial(_search, given, built(given, splitter or SentenceSplitter(), titled=titled))


def matched(given: Given) -> AbstractContextManager[System]:
    """The same with passages as long as ours at most."""
    return opened(given, _short())


def titled(given: Given) -> AbstractContextManager[System]:
    """With passages as long as ours, and the title as metadata, which llama-index puts before each text that it embeds."""
    return opened(given, _short(), titled=True)


def _short() -> SentenceSplitter:
    return SentenceSplitter(chunk_size=DEFAULT_BUDGET, chunk_overlap=MATCHED_OVERLAP)


def built(given: Given, splitter: SentenceSplitter, *, titled: bool = False) -> VectorStoreIndex:
    """The index of all articles; what could not be placed is noted, and is not in it."""
    documents = [_document(article, titled=titled) for article in given.corpus.articles.values()]
    nodes = [node for document in documents for node in _nodes(document, splitter, given.notes)]
    return VectorStoreIndex(
        nodes,
        storage_context=StorageContext.from_defaults(vector_store=ChromaVectorStore(_collection(given.folder))),
        embed_model=OurEmbedding(given.embedder),
    )


def retriever(given: Given, index: VectorStoreIndex, case: Case) -> BaseRetriever:
    """The retriever for a case: its filters are the case's."""
    return index.as_retriever(similarity_top_k=given.hits, filters=_filters(given.corpus, case))


def places(found: Sequence[NodeWithScore]) -> list[Place]:
    """Where the nodes are that a retriever found."""
    return [Place(file=n.metadata["file"], span=span_of(n.metadata), score=n.score or 0.0) for n in found]


def _search(given: Given, index: VectorStoreIndex, case: Case) -> Outcome:
    start = time.perf_counter()
    found = places(retriever(given, index, case).retrieve(case.question))
    return Outcome(answer=searched(case.question, found, time.perf_counter() - start))


def _document(article: Article, *, titled: bool) -> Document:
    title = {"title": article.title} if titled and article.title else {}
    return Document(
        text=article.text,
        metadata={"file": article.id, **title},
        excluded_embed_metadata_keys=OURS_ALONE,
        excluded_llm_metadata_keys=OURS_ALONE,
    )


def _nodes(document: Document, splitter: SentenceSplitter, notes: dict[str, Any]) -> list[BaseNode]:
    nodes = splitter.get_nodes_from_documents([document])
    found = place(document.text, [node.get_content() for node in nodes])
    for node, span in zip(nodes, found.spans, strict=True):
        if span:
            node.metadata |= {"start": span.start, "end": span.end}
    counts = {"passages": len(nodes), "passages without a place": found.lost, "with several": found.ambiguous}
    notes |= {name: notes.get(name, 0) + count for name, count in counts.items()}
    return [node for node, span in zip(nodes, found.spans, strict=True) if span]


def _collection(folder: Path) -> Any:
    client = chromadb.PersistentClient(str(folder))
    return client.create_collection("articles", metadata={"hnsw:space": "cosine"}, embedding_function=None)


def _filters(corpus: Corpus, case: Case) -> MetadataFilters | None:
    allowed = corpus.allowed(case.filters)
    if allowed is None:
        return None
    wanted: Any = allowed or [""]  # Chroma refuses an empty list; no article has an empty id
    return MetadataFilters(filters=[MetadataFilter(key="file", value=wanted, operator=FilterOperator.IN)])
