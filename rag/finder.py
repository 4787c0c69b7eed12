"""From a question to what may answer it: hits, read sentence by sentence, and how sure it is that they hold the answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder
from index.errors import RerankerFailed
from index.remembered import Remembered
from index.split import embedding_text
from index.vectors import Vectors
from rag import refuse
from rag.found import Found, Judged, timed
from rag.model import learned
from rag.question.parts import parts, questions, standing
from rag.question.query import Queries, Rewrite
from rag.question.types import Query, Question
from rag.quotes import extract
from rag.quotes.extract import candidates
from rag.quotes.leads import leading, leads, with_lead
from rag.rerankers import Reranker
from rag.retrieval.cover import FIRST, covering, told_apart
from rag.retrieval.interaction import Interaction, interaction, question_tokens, sentence_tokens
from rag.retrieval.rerank import DEPTH, reordered, rerank
from rag.retrieval.retrieve import Retriever, Search
from rag.types import Candidate, Hit, Part, Reading

MOST_RERANKED = 25  # hits: more of them would have more passages compared, which moves what our own scores are made of
_KEPT = 256  # questions, and parts of questions, whose vectors are remembered


class Finder:
    """Searches and reads one catalog. Thread-safe."""

    def __init__(
        self,
        catalog: Catalog,
        embedder: Embedder,
        dense: DenseSearch,
        *,
        hits: int = 10,
        reranker: Reranker | None = None,
        reranked: int = MOST_RERANKED,
    ) -> None:
        """`hits` passages are found for a question; a `reranker` says the order of the first `reranked`."""
        self._catalog, self._embedder, self._hits = catalog, embedder, hits
        self.reranker, self._reranked = reranker, reranked
        self._retriever, self._queries = Retriever(catalog, dense), Queries(catalog)
        self._vectors = Remembered(self._embedded, _KEPT)

    def query(self, question: Question | str, rewrite: Rewrite | None = None) -> Query:
        """What is searched for a question; `rewrite` makes follow-ups stand alone, where it can.

        Raises SettingsWrong for an empty or endless one, NothingIndexed.
        """
        return self._queries.query(question, rewrite)

    def search(self, query: Query, k: int | None = None) -> list[Hit]:
        """Retrieval only: the best hits."""
        return list(self.ranked(query, k).hits)

    def ranked(self, query: Query, k: int | None = None) -> Reading:
        """The `k` best hits, and why they are not in the reranker's order, should it have failed."""
        k, query = k or self._hits, query.searched
        if query.topic == "":
            return Reading(query=query, hits=tuple(self._leading(query, k)), sentences=(), wanted=())
        found = self._ranked(query, self.vector(query), k, {})
        hits = covering(found.hits, [part.hits for part in self._parts(query)])
        return replace(found, hits=tuple(hits[:k]))

    def _leading(self, query: Query, k: int) -> list[Hit]:
        """What tells of the days and outlets that the query names, whatever it is about."""
        found = self._retriever.retrieve(query, self.vector(query), DEPTH) if query.periods else []
        return leading(self._catalog, query, {hit.passage.id: hit.passage for hit in found}, k)

    def _ranked(self, query: Query, vector: Vectors, k: int, timings: dict[str, float]) -> Reading:
        """At least the `k` best hits in their last order, the first of them read."""
        fault = None
        with timed(timings, "retrieve"):
            hits = self._retriever.retrieve(query, vector, max(k, DEPTH, self._reranked if self.reranker else 0))
        if self.reranker and len(hits) > 1:
            with timed(timings, "rerank"):
                hits, fault = self._by_reranker(self.reranker, query, hits)
        with timed(timings, "read"):
            return replace(rerank(self.read(query, hits), learned("passage")), fault=fault)

    def _by_reranker(
        self, reranker: Reranker, query: Query, hits: list[Hit]
    ) -> tuple[list[Hit], RerankerFailed | None]:
        """The hits in the reranker's order, which reads what was embedded; as they were, and why, when it fails."""
        asked = [(h.passage, self._catalog.article(h.passage.article_id)) for h in hits[: self._reranked]]
        try:
            texts = [embedding_text(article, passage) if article else passage.text for passage, article in asked]
            return reordered(hits, reranker.scores(query.text, texts)), None
        except RerankerFailed as error:
            return hits, error

    def reading(self, query: Query, k: int) -> Reading:
        """The first `k` hits in the order of their fused scores, read sentence by sentence."""
        query = query.searched
        vector = self.vector(query)
        return self.read(query, self._retriever.retrieve(query, vector, k))

    def legs(self, query: Query) -> Search:
        """A search and how it came about, for those who ask why something was not found."""
        query = query.searched
        return self._retriever.search(query, self.vector(query), self._hits)

    def vector(self, query: Query) -> Vectors:
        """The query's vector, float32 [dimension]."""
        return self._vectors.of([query.text])[0]

    def _embedded(self, texts: Sequence[str]) -> list[Vectors]:
        return list(self._embedder.embed_queries(texts))

    def found(self, question: Question, rewrite: Rewrite | None = None) -> Found:
        """Everything that answers are made from. Raises what `query` raises."""
        start, timings = time.perf_counter(), dict[str, float]()
        with timed(timings, "prepare"):
            query = self.query(question, rewrite)
        judged = self._led(query, timings) if query.topic == "" else self._asked(query.searched, timings)
        return Found(
            question=question.text,
            query=query,
            hits=list(judged.reading.hits[: self._hits]),
            best=judged.best,
            sure=judged.sure,
            start=start,
            timings=timings,
            fault=judged.reading.fault,
            parts=judged.parts,
        )

    def _asked(self, query: Query, timings: dict[str, float]) -> Judged:
        """The hits, read, with the sentences that answer, best first, and how sure it is that they do."""
        with timed(timings, "embed"):
            vector = self.vector(query)
        reading = self._ranked(query, vector, self._hits, timings)
        with timed(timings, "extract"):
            best, sure = _judged(reading, reading)
        with timed(timings, "parts"):
            judged = self._covered(Judged(reading=reading, best=best, sure=sure))
            best = with_lead(self._catalog, query, judged.best) if query.topic else judged.best
        return replace(judged, best=best)

    def _led(self, query: Query, timings: dict[str, float]) -> Judged:
        """The same of a question for anything that was reported; where nothing was, the nearest hits and no sentence."""
        with timed(timings, "retrieve"):
            hits = self._leading(query, self._hits)
            nearest = hits or self._retriever.retrieve(query, self.vector(query), self._hits)
        with timed(timings, "extract"):
            best = leads(self._catalog, query, hits)
        reading = Reading(query=query, hits=tuple(nearest), sentences=(), wanted=())
        return Judged(reading=reading, best=best, sure=float(bool(best)))

    def _covered(self, whole: Judged) -> Judged:
        """Hits, sentences and probability where each part of the question has its own; the same of one without parts.

        The probability is the whole's or, where that is more, that of the surest of several questions, or the mean of the clauses of
        one: for two matters at once no passage stands out.
        """
        query = whole.reading.query
        several = self._parts(query)
        if not several:
            return whole
        covered = covering(whole.reading.hits, [part.hits for part in several])
        best = extract.ranked(self.read(query, covered), learned("sentence"))
        first = {hit.passage.id for hit in covered[:FIRST]}
        judged = [_judged(part, _within(part, first)) for part in several]
        joined = questions(query.text, query.language)
        return Judged(
            reading=replace(whole.reading, hits=tuple(covered)),
            best=told_apart(best, [sentences for sentences, _ in judged]),
            sure=max(whole.sure, (max if joined else fmean)(sure for _, sure in judged)),
            parts=tuple(Part(text=text, best=b, sure=s) for text, (b, s) in zip(joined, judged, strict=bool(joined))),
        )

    def _parts(self, query: Query) -> list[Reading]:
        """The parts of a question that asks for several things, each searched and read by itself as the whole is."""
        texts = parts(query.text, query.language)
        alone = standing(texts, query.language) if texts == questions(query.text, query.language) else texts
        asked = [query.part(text) for text in alone]
        vectors = self._vectors.of(alone)
        return [
            rerank(self.read(part, self._retriever.retrieve(part, vector, DEPTH)), learned("passage"))
            for part, vector in zip(asked, vectors, strict=True)
        ]

    def _interaction(self, query: Query, found: Sequence[Candidate]) -> Interaction:
        languages = [c.hit.passage.language for c in found]
        shared = self._retriever.directions({query.language, *languages}, self._embedder.dimension)
        asked = question_tokens(self._embedder, query.text, self.vector(query))
        told = sentence_tokens(self._catalog, self._embedder, found)
        return interaction(asked, told, shared, query.language, languages)

    def read(self, query: Query, hits: Sequence[Hit]) -> Reading:
        """The hits with the sentences of the first of them, each compared with the question."""
        found = candidates(hits[:DEPTH], self._catalog)
        wanted = self._retriever.wanted(query)
        sentences = extract.compared(query, found, self._interaction(query, found), wanted)
        return Reading(query=query, hits=tuple(hits), sentences=tuple(sentences), wanted=tuple(wanted))


def _within(part: Reading, among: set[str]) -> Reading:
    """A part with the sentences of the passages that are `among` the first hits of the question; these are its first hits."""
    place = {hit.passage.id: rank for rank, hit in enumerate((h for h in part.hits if h.passage.id in among), start=1)}
    sentences = (c for c in part.sentences if c.hit.passage.id in place)
    moved = (replace(c, hit=replace(c.hit, rank=place[c.hit.passage.id])) for c in sentences)
    return replace(part, sentences=tuple(moved))


def _judged(reading: Reading, quoted: Reading) -> tuple[list[Candidate], float]:
    """The sentences of `quoted`, best first, and the probability that the articles hold the answer."""
    best = extract.ranked(quoted, learned("sentence"))
    return best, refuse.sure(reading, best, learned("answerability"))
