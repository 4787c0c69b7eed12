"""The assistant: a question in, an answer out, every sentence of it cited."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder
from index.errors import NothingIndexed, SettingsWrong
from index.language import detect_language
from index.types import Filters
from index.vectors import Vectors
from rag.cite import make_citation
from rag.extract import Weights, candidates, chosen, ranked, sentence_vectors
from rag.refuse import answerability, features, refusal
from rag.retrieve import Retriever
from rag.types import Answer, Candidate, Citation, Claim, Closest, Hit, Query

MOST_CHARACTERS = 2_000  # of a question


class Assistant:
    """Answers over one catalog. Thread-safe; close it when done, so that others can own Chroma."""

    def __init__(
        self,
        catalog: Catalog,
        embedder: Embedder,
        dense: DenseSearch,
        *,
        hits: int = 10,
        sentences: int = 3,
        answer_above: float = 0.5,
        weights: Weights | None = None,
    ) -> None:
        """`hits` passages are found, up to `sentences` quoted, questions below `answer_above` answerability refused."""
        self.catalog = catalog
        self._embedder, self._dense = embedder, dense
        self._retriever = Retriever(catalog, dense)
        self._hits, self._sentences, self._answer_above = hits, sentences, answer_above
        self._weights = weights or Weights()

    def query(self, question: str, filters: Filters | None = None) -> Query:
        """What is searched for a question. Raises SettingsWrong for an empty or endless one, NothingIndexed."""
        text = " ".join(question.split())
        if not text:
            raise SettingsWrong("the question is empty", "ask something, in quotation marks")
        if len(text) > MOST_CHARACTERS:
            raise SettingsWrong(f"the question has {len(text)} characters", f"ask in at most {MOST_CHARACTERS}")
        if not self.catalog.rows("SELECT 1 FROM passage LIMIT 1"):
            raise NothingIndexed(f"nothing is indexed in {self.catalog.home}", "run `sourceline index PATH` first")
        return Query(text=text, language=detect_language(text), filters=filters or Filters())

    def search(self, query: Query, k: int | None = None) -> list[Hit]:
        """Retrieval only: the best hits."""
        return self._retriever.retrieve(query, self._vector(query), k or self._hits)

    def _vector(self, query: Query) -> Vectors:
        vector: Vectors = self._embedder.embed_queries([query.text])[0]
        return vector

    def ask(self, question: str, filters: Filters | None = None) -> Answer:
        """Answer in the articles' own words, or say that they have no answer."""
        timings: dict[str, float] = {}
        with _timed(timings, "total"):
            query = self.query(question, filters)
            with _timed(timings, "embed"):
                vector = self._vector(query)
            with _timed(timings, "retrieve"):
                hits = self._retriever.retrieve(query, vector, self._hits)
            with _timed(timings, "extract"):
                best, sure = self._best(query, vector, hits)
            answered = chosen(best, self._sentences, self._weights) if sure >= self._answer_above else []
        citations = tuple(make_citation(n, c.article, c.span, c.also_in) for n, c in enumerate(answered, start=1))
        return Answer(
            question=question,
            rewritten=query.text,
            mode="quotes",
            claims=tuple(_claim(c) for c in citations),
            citations=citations,
            refusal=None if answered else refusal(query, hits, self._closest(hits)),
            hits=tuple(hits),
            answerability=sure,
            warnings=self._dense.warnings,
            timings=timings,
        )

    def _best(self, query: Query, vector: Vectors, hits: Sequence[Hit]) -> tuple[list[Candidate], float]:
        """The sentences, best first, and the probability that they hold the answer."""
        wanted = self._retriever.wanted(query)
        found = candidates(hits, self.catalog)
        matrix = sentence_vectors(self.catalog, self._embedder, [c.text for c in found])
        centred = self._retriever.centred(query, vector)
        cosines = centred.similarity(matrix, [c.hit.passage.language for c in found])
        best = ranked(query, found, cosines, wanted, self._weights)
        return best, answerability(features(query, hits, best[0] if best else None, wanted))

    def _closest(self, hits: Sequence[Hit]) -> dict[str, Closest]:
        articles = (self.catalog.article(i) for i in dict.fromkeys(h.passage.article_id for h in hits))
        return {a.id: Closest(file=a.id, title=a.title, date=a.date, outlet=a.outlet) for a in articles if a}

    def close(self) -> None:
        """Let another process own Chroma."""
        self._dense.close()
        self.catalog.close()


def _claim(citation: Citation) -> Claim:
    """A quoted sentence is its own support."""
    text = " ".join(citation.quote.split())
    return Claim(text=text, citations=(citation.number,), support="supported", reasons=("quoted word for word",))


@contextmanager
def _timed(timings: dict[str, float], name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    timings[name] = time.perf_counter() - start
