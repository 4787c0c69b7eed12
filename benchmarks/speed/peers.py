"""One search, ours and plain llama-index's on Chroma, over the same passages and vectors, in turns.

    python -m benchmarks.speed.peers ../shared/data [--size 100000] [--questions 60]

The catalog is `grown.py`'s, as in `search.py`. llama-index gets its texts as nodes that have their vectors already, and each question
with its vector, so neither embeds anything: the peer looks up neighbours in Chroma, and that is all that it does; ours searches by
words too, fuses, and keeps copies apart. What is built is kept in var/ for the next run.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path

import chromadb
import numpy as np
from llama_index.core import VectorStoreIndex
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import QueryBundle, TextNode
from llama_index.vector_stores.chroma import ChromaVectorStore

from benchmarks.quality.peers.llama_stack import OurEmbedding
from benchmarks.speed.grown import grown
from benchmarks.speed.question import WORK, indexed
from benchmarks.speed.search import HITS, Asked, Took, queries, shown, took
from evals.evaluate import drawn
from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder, make_embedder
from index.exact import stored_vectors
from rag.retrieval.retrieve import Retriever


def nodes(catalog: Catalog) -> Iterator[list[TextNode]]:
    """Every passage with its vector, some at a time, as fewer than Chroma refuses."""
    for ids, matrix in stored_vectors(catalog):
        passages = catalog.passages(ids)
        yield [
            TextNode(id_=i, text=passages[i].text, metadata={"file": passages[i].article_id}, embedding=vector.tolist())
            for i, vector in zip(ids, matrix, strict=True)
        ]


def llama_index(catalog: Catalog, folder: Path, embedder: Embedder) -> BaseRetriever:
    """llama-index's retriever over the passages of a catalog; a folder that has them all is taken."""
    client = chromadb.PersistentClient(str(folder))
    collection = client.get_or_create_collection("peer", metadata={"hnsw:space": "cosine"}, embedding_function=None)
    store = ChromaVectorStore(chroma_collection=collection)
    if collection.count() < catalog.counts()["passage"]:
        for some in nodes(catalog):
            store.add([*some])
    index = VectorStoreIndex.from_vector_store(store, embed_model=OurEmbedding(embedder))
    return index.as_retriever(similarity_top_k=HITS)


def alternated(catalog: Catalog, peer: BaseRetriever, asked: list[Asked]) -> dict[str, list[Took]]:
    """Each question in both ways, the first of them for warmth."""
    dense = DenseSearch(catalog)
    ours, found = Retriever(catalog, dense), dict[str, list[Took]]()
    for number, (query, vector) in enumerate(asked):
        bundle = QueryBundle(query_str=query.text, embedding=vector.tolist())
        ways: dict[str, Callable[[], object]] = {
            "sourceline": partial(ours.retrieve, query, vector, HITS),
            "llama-index on Chroma": partial(peer.retrieve, bundle),
        }
        for name, way in ways.items():
            took_now = took(way)
            if number:
                found.setdefault(name, []).append(took_now)
    dense.close()
    return found


def main() -> None:
    """Build what is not there, search in turns, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=60)
    given = parser.parse_args()
    embedder, source = make_embedder("local", WORK), Catalog(WORK / "home")
    cases = dict(enumerate(indexed(given.data, source, embedder, given.size)))
    asked = queries(list(drawn(cases, given.questions + 1).values()), source, embedder)
    catalog = grown(source, WORK / f"grown-{given.size}", given.size)
    found = alternated(catalog, llama_index(catalog, WORK / f"peer-{given.size}", embedder), asked)
    print(
        f"{date.today()}  Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        end="",
    )
    print(f"; llama-index {version('llama-index-core')}, chromadb {version('chromadb')}")
    print(f"{catalog.counts()['passage']:,} passages, {given.questions} questions\n")
    shown(found)
    seconds = {name: np.array(some) for name, some in found.items()}
    faster = np.median(seconds["llama-index on Chroma"] / seconds["sourceline"], axis=0)
    print(
        f"\nllama-index takes {faster[0]:.2f} times as long as ours, {faster[1]:.2f} of the processor: median of the questions"
    )


if __name__ == "__main__":
    main()
