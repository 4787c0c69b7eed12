"""haiku.rag in its own process and its own Python: reads lines of JSON, answers each with one.

    python haiku_worker.py FOLDER MODEL DIMENSION ENDPOINT [--vector-index]

Articles come first, {"file", "title", "passages": [TEXT]}, then a line that is `null`; the answer to that is {"ready": VERSION}.
Then questions come, {"question", "files": [FILE] or null, "hits": NUMBER, "search": TYPE}; the answers are {"hits": [{"file", "number",
"score"}], "seconds", "worked"}, where `number` is that of the passage in its article, and what it worked are seconds of the processor,
or {"error"}. An article may have "vectors", in base64, and a question its "vector": then nothing is embedded.
Nothing of the project is imported.
"""

import asyncio
import base64
import json
import os
import sys
import time
from array import array
from importlib.metadata import version
from pathlib import Path
from typing import Any

BATCH = 64  # articles that are imported at once


def configuration(endpoint: str, model: str, dimension: int) -> Any:
    """Only the embedder is set; the marks are those that the card of multilingual-e5 asks for."""
    from haiku.rag.config.models import AppConfig

    embedder = {
        "provider": "openai",
        "name": model,
        "vector_dim": dimension,
        "base_url": endpoint,
        "api_key": "none",
        "query_prefix": "query: ",
        "document_prefix": "passage: ",
    }
    return AppConfig.model_validate({"embeddings": {"model": embedder}})


def imported(article: dict[str, Any]) -> Any:
    """An article whose passages are chunks; its title is their heading, which haiku.rag embeds and searches with them."""
    from docling_core.types.doc.document import DoclingDocument
    from haiku.rag.client.documents import DocumentImport
    from haiku.rag.store.models.chunk import Chunk

    about = {"labels": ["text"]} | ({"headings": [article["title"]]} if article["title"] else {})
    vectors = [array("f", base64.b64decode(one)).tolist() for one in article.get("vectors", ())]
    chunks = [
        Chunk(content=text, order=n, metadata=about, embedding=vectors[n] if vectors else None)
        for n, text in enumerate(article["passages"])
    ]
    return DocumentImport(DoclingDocument(name=article["file"]), chunks, uri=article["file"], title=article["title"])


def where(files: list[str] | None) -> str | None:
    """The filter on articles, as SQL."""
    if files is None:
        return None
    return "uri IN ({})".format(", ".join("'" + file.replace("'", "''") + "'" for file in files)) if files else "1 = 0"


class Embedded:
    """An embedder for one question, whose vector is known."""

    def __init__(self, vector: list[float]) -> None:
        self.vector = vector

    async def embed_query(self, _: str) -> list[float]:
        """The vector."""
        return self.vector


async def answer(client: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """One search; `search` is "hybrid", which is haiku.rag's default, "vector" or "fts"."""
    if "vector" in asked:
        client.chunk_repository.embedder = Embedded(asked["vector"])
    options = {"limit": asked["hits"], "search_type": asked["search"], "filter": where(asked["files"])}
    start, worked = time.perf_counter(), time.process_time()
    found = await client.search(asked["question"], include_images=False, **options)
    took = {"seconds": time.perf_counter() - start, "worked": time.process_time() - worked}
    return {"hits": [{"file": r.document_uri, "number": r.order, "score": float(r.score)} for r in found]} | took


async def main(out: Any) -> None:
    """Import, then answer until there is nothing more to read."""
    from haiku.rag.client import HaikuRAG

    folder, model, dimension, endpoint, *options = sys.argv[1:]
    config = configuration(endpoint, model, int(dimension))
    articles = []
    while article := json.loads(sys.stdin.readline()):
        articles.append(article)
    async with HaikuRAG(Path(folder) / "haiku.lancedb", config=config, create=True) as client:
        for start in range(0, len(articles), BATCH):
            await client.import_documents([imported(article) for article in articles[start : start + BATCH]])
        if articles:
            await client.vacuum()  # so that the full-text index covers every passage
        if articles and "--vector-index" in options:
            await client.store._ensure_vector_index()  # what the command create-index calls
        print(json.dumps({"ready": version("haiku-rag-slim")}), file=out, flush=True)
        for line in iter(sys.stdin.readline, ""):
            try:
                said = await answer(client, json.loads(line))
            except Exception as error:  # noqa: BLE001 - whatever it is, the one who asked is told
                said = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(said), file=out, flush=True)


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever the libraries print is no answer
    asyncio.run(main(answers))
