"""One search, ours, plain llama-index's on Chroma and haiku.rag's, over the same passages and vectors, in turns.

    python -m benchmarks.speed.peers ../shared/data [--size 100000] [--questions 60] [--haiku-python .venv/haiku/bin/python]

The catalog is `grown.py`'s, as in `search.py`. The peers get its texts with their vectors, and each question with its vector, so nobody
embeds anything. llama-index looks up neighbours in Chroma, and that is all that it does; haiku.rag searches by words too and fuses
by rank, with the index of vectors that its `doctor` asks for from 100,000 on; ours fuses, takes the bias of languages out and
keeps copies apart. haiku.rag runs in a Python of its own (see ../quality/peers), and what it takes is measured there, without
the way to it. What is built is kept in var/ for the next run.
"""

from __future__ import annotations

import argparse
import base64
import os
import platform
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path

import chromadb
from llama_index.core import VectorStoreIndex
from llama_index.core.schema import QueryBundle, TextNode
from llama_index.vector_stores.chroma import ChromaVectorStore

from benchmarks.quality.peers.haiku import Process, started
from benchmarks.quality.peers.llama_stack import OurEmbedding
from benchmarks.speed.grown import grown
from benchmarks.speed.question import WORK, indexed
from benchmarks.speed.ratio import ratio
from benchmarks.speed.search import HITS, Asked, Took, queries, shown, took
from evals.evaluate import drawn
from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder, make_embedder
from index.exact import stored_vectors
from index.types import Passage
from index.vectors import Vectors
from rag.question.types import Query
from rag.retrieval.retrieve import Retriever

Search = Callable[[Query, Vectors], Took]
"""One search, and what it took."""
_MOST_ROWS = 5_000  # Chroma refuses more than 5,461 a call, and llama-index asks it for more
_INDEXED = 100_000  # passages from which on haiku.rag's `doctor` misses an index of vectors
_NOWHERE = "http://127.0.0.1:9/v1"  # of an endpoint for embeddings, which nobody asks


def stored(catalog: Catalog) -> Iterator[tuple[Passage, Vectors]]:
    """Every passage with its vector, as they stand in the catalog."""
    for ids, matrix in stored_vectors(catalog):
        passages = catalog.passages(ids)
        yield from ((passages[i], vector) for i, vector in zip(ids, matrix, strict=True))


@contextmanager
def ours(catalog: Catalog) -> Iterator[Search]:
    """Our search, which owns Chroma."""
    dense = DenseSearch(catalog)
    retriever = Retriever(catalog, dense)
    yield lambda query, vector: took(partial(retriever.retrieve, query, vector, HITS))
    dense.close()


def llama_index(catalog: Catalog, folder: Path, embedder: Embedder) -> Search:
    """llama-index's retriever; a folder that has all passages is taken."""
    client = chromadb.PersistentClient(str(folder))
    collection = client.get_or_create_collection("peer", metadata={"hnsw:space": "cosine"}, embedding_function=None)
    store = ChromaVectorStore(chroma_collection=collection)
    if collection.count() < catalog.counts()["passage"]:
        nodes = [_node(passage, vector) for passage, vector in stored(catalog)]
        for start in range(0, len(nodes), _MOST_ROWS):
            store.add([*nodes[start : start + _MOST_ROWS]])
    index = VectorStoreIndex.from_vector_store(store, embed_model=OurEmbedding(embedder))
    retriever = index.as_retriever(similarity_top_k=HITS)
    return lambda query, vector: took(
        partial(retriever.retrieve, QueryBundle(query_str=query.text, embedding=vector.tolist()))
    )


def _node(passage: Passage, vector: Vectors) -> TextNode:
    about = {"file": passage.article_id}
    return TextNode(id_=passage.id, text=passage.text, metadata=about, embedding=vector.tolist())


@contextmanager
def haiku_rag(catalog: Catalog, folder: Path, embedder: Embedder, python: Path) -> Iterator[Search]:
    """haiku.rag's hybrid search, its default; a folder that has all passages is taken."""
    made, options = folder / "made", ["--vector-index"] * (catalog.counts()["passage"] >= _INDEXED)
    folder.mkdir(exist_ok=True)
    with started(python, folder, embedder, _NOWHERE, *options) as process:
        if not made.exists():
            _import(catalog, process)
        process.tell(None)
        made.write_text(process.hear()["ready"], encoding="utf-8")
        yield partial(_asked, process)


def _import(catalog: Catalog, process: Process) -> None:
    by_article: dict[str, list[tuple[str, str]]] = {}
    for passage, vector in stored(catalog):
        coded = base64.b64encode(vector.astype("<f4").tobytes()).decode()
        by_article.setdefault(passage.article_id, []).append((passage.text, coded))
    for file, some in by_article.items():
        texts, vectors = zip(*some, strict=True)
        process.tell({"file": file, "title": None, "passages": texts, "vectors": vectors})


def _asked(process: Process, query: Query, vector: Vectors) -> Took:
    about = {"question": query.text, "vector": vector.tolist(), "files": None, "hits": HITS, "search": "hybrid"}
    process.tell(about)
    said = process.hear()
    return said["seconds"], said["worked"]


def alternated(ways: dict[str, Search], asked: list[Asked]) -> dict[str, list[Took]]:
    """What each question took in every way, the first of them left out: it is for warmth."""
    rows = [{name: search(query, vector) for name, search in ways.items()} for query, vector in asked]
    return {name: [row[name] for row in rows[1:]] for name in ways}


def main() -> None:
    """Build what is not there, search in turns, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument(
        "--haiku-python", type=Path, help="the Python of haiku.rag's environment; without it, not measured"
    )
    given = parser.parse_args()
    embedder, source = make_embedder("local", WORK), Catalog(WORK / "home")
    cases = dict(enumerate(indexed(given.data, source, embedder, given.size)))
    asked = queries(list(drawn(cases, given.questions + 1).values()), source, embedder)
    catalog = grown(source, WORK / f"grown-{given.size}", given.size)
    llama, haiku = (
        f"llama-index {version('llama-index-core')}, Chroma {version('chromadb')}",
        WORK / f"haiku-{given.size}",
    )
    with ExitStack() as opened:
        ways = {llama: llama_index(catalog, WORK / f"peer-{given.size}", embedder)}
        if given.haiku_python:
            search = opened.enter_context(haiku_rag(catalog, haiku, embedder, given.haiku_python))
            ways[f"haiku.rag {(haiku / 'made').read_text(encoding='utf-8')}"] = search
        found = alternated({"sourceline": opened.enter_context(ours(catalog)), **ways}, asked)
    print(
        f"{date.today()}  Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; ",
        end="",
    )
    print(f"{catalog.counts()['passage']:,} passages, {given.questions} questions\n")
    shown(found)
    clock, worked = ({name: [one[i] for one in some] for name, some in found.items()} for i in range(2))
    for name in ways:
        long, much = (ratio(some[name], some["sourceline"]) for some in (clock, worked))
        print(
            f"{name} takes {long} times as long as ours, {much} of the processor: median of the questions, 95 % interval"
        )


if __name__ == "__main__":
    main()
