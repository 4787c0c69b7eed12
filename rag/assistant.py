"""The assistant: a question in, an answer out, every sentence of it cited."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder
from index.errors import ModelFailed, NothingIndexed, SettingsWrong
from index.language import UNKNOWN, detect_language
from index.types import Filters
from index.vectors import Vectors
from rag import extract, refuse
from rag.cite import make_citation, stale
from rag.extract import candidates, sentence_vectors
from rag.followup import standing_alone
from rag.model import learned
from rag.rerank import DEPTH, rerank
from rag.retrieve import Retriever, Search
from rag.timely import dated
from rag.types import Answer, Candidate, Citation, Claim, Closest, Hit, Mode, Query, Reading, Refusal, Turn
from rag.write import Draft, Writer

MOST_CHARACTERS = 2_000  # of a question
_SHORT = 3  # words


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A question with its hits, their sentences, best first, and the probability that they hold the answer."""

    question: str
    query: Query
    hits: list[Hit]
    best: list[Candidate]
    sure: float
    start: float
    timings: dict[str, float]


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
        answer_above: float = 0.4,
        writer: Writer | None = None,
    ) -> None:
        """`hits` passages are found, up to `sentences` quoted, questions below `answer_above` answerability refused.

        With a `writer`, answers are written unless quotes are asked for.
        """
        self.catalog, self.writer = catalog, writer
        self._embedder, self._dense = embedder, dense
        self._retriever = Retriever(catalog, dense)
        self._hits, self._sentences, self._answer_above = hits, sentences, answer_above

    def query(
        self, question: str, filters: Filters | None = None, history: Sequence[Turn] = (), *, dates: bool = True
    ) -> Query:
        """What is searched for a question, after the turns of `history`, oldest first.

        Without `dates` what it says of days and of newest or oldest steers nothing. Raises SettingsWrong for an empty or
        endless question, NothingIndexed.
        """
        text = " ".join(question.split())
        if not text:
            raise SettingsWrong("the question is empty", "ask something, in quotation marks")
        if len(text) > MOST_CHARACTERS:
            raise SettingsWrong(f"the question has {len(text)} characters", f"ask in at most {MOST_CHARACTERS}")
        if not self.catalog.rows("SELECT 1 FROM passage LIMIT 1"):
            raise NothingIndexed(f"nothing is indexed in {self.catalog.home}", "run `sourceline index PATH` first")
        language = self._language(text, *(turn.question for turn in history[-1:]))
        whole = standing_alone(text, history, language)
        query = Query(text=whole.text, language=language, filters=filters or Filters())
        return dated(query) if dates else query

    def _language(self, text: str, before: str = "") -> str:
        """The question's language; a short one is in one of the articles' languages, and in doubt in the commonest.

        A short follow-up is in the language of the question before it.
        """
        if before and len(text.split()) <= _SHORT:
            text = f"{before[:MOST_CHARACTERS]} {text}"
        count = "SELECT language FROM passage GROUP BY language ORDER BY count(*) DESC, language"
        among = [r["language"] for r in self.catalog.rows(count)]
        found = detect_language(text) if len(text.split()) > _SHORT else detect_language(text, among)
        return among[0] if found == UNKNOWN else found

    def search(self, query: Query, k: int | None = None) -> list[Hit]:
        """Retrieval only: the best hits."""
        k = k or self._hits
        return list(rerank(self.reading(query, max(k, DEPTH)), learned("passage")).hits[:k])

    def reading(self, query: Query, k: int) -> Reading:
        """The first `k` hits in the order of their fused scores, read sentence by sentence."""
        vector = self.vector(query)
        return self.read(query, vector, self._retriever.retrieve(query, vector, k))

    def legs(self, query: Query) -> Search:
        """A search and how it came about, for those who ask why something was not found."""
        return self._retriever.search(query, self.vector(query), self._hits)

    def vector(self, query: Query) -> Vectors:
        """The query's vector, float32 [dimension]."""
        vector: Vectors = self._embedder.embed_queries([query.text])[0]
        return vector

    def ask(
        self,
        question: str,
        filters: Filters | None = None,
        mode: Mode | None = None,
        *,
        history: Sequence[Turn] = (),
        or_quotes: bool = True,
        dates: bool = True,
    ) -> Answer:
        """The answer, in the articles' own words or written by the language model, or a refusal. See `stream`."""
        *_, answer = self.stream(question, filters, mode, history=history, or_quotes=or_quotes, dates=dates)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self,
        question: str,
        filters: Filters | None = None,
        mode: Mode | None = None,
        *,
        history: Sequence[Turn] = (),
        or_quotes: bool = True,
        dates: bool = True,
    ) -> Iterator[Claim | Answer]:
        """Each claim as soon as it is known, then the whole answer. `history` has the turns before, oldest first.

        `mode` is written where there is a language model, unless it is given. When that fails, the articles' own words
        answer, with a warning; without `or_quotes` ModelFailed is raised. `dates` is that of `query`.
        Raises SettingsWrong for what cannot be asked.
        """
        if mode == "written" and not self.writer:
            raise SettingsWrong("no language model is configured", "see the settings, or ask for quotes")
        written = self.writer if mode != "quotes" else None
        found = self._found(question, filters, history, dates=dates)
        if found.sure < self._answer_above:
            yield self._refused(found, "written" if written else "quotes")
        elif written:
            yield from self._written(written, found, or_quotes=or_quotes)
        else:
            yield from self._quoted(found)

    def _found(self, question: str, filters: Filters | None, history: Sequence[Turn], *, dates: bool) -> Found:
        """Everything that both modes answer from."""
        start, timings = time.perf_counter(), dict[str, float]()
        with _timed(timings, "prepare"):
            query = self.query(question, filters, history, dates=dates)
        with _timed(timings, "embed"):
            vector = self.vector(query)
        with _timed(timings, "retrieve"):
            hits = self._retriever.retrieve(query, vector, max(self._hits, DEPTH))
        with _timed(timings, "read"):
            reading = rerank(self.read(query, vector, hits), learned("passage"))
        with _timed(timings, "extract"):
            best, sure = _judged(reading)
        hits = list(reading.hits[: self._hits])
        return Found(question=question, query=query, hits=hits, best=best, sure=sure, start=start, timings=timings)

    def _quoted(self, found: Found, warnings: Sequence[str] = ()) -> Iterator[Claim | Answer]:
        chosen = extract.chosen(found.best, self._sentences)
        citations = [make_citation(n, c.article, c.span, c.also_in) for n, c in enumerate(chosen, start=1)]
        claims = [_claim(c) for c in citations]
        yield from claims
        yield self._answer(found, "quotes", claims, citations, warnings=warnings)

    def _written(self, writer: Writer, found: Found, *, or_quotes: bool) -> Iterator[Claim | Answer]:
        claims: list[Claim] = []
        draft, warnings = Draft(), list[str]()
        try:
            with _timed(found.timings, "write"):
                for claim in writer.claims(found.query, found.best, draft):
                    found.timings.setdefault("first_claim", time.perf_counter() - found.start)
                    claims.append(claim)
                    yield claim
        except ModelFailed as error:
            if not or_quotes:
                raise
            if not claims:
                yield from self._quoted(found, [f"the language model did not answer, so this is quoted: {error}"])
                return
            warnings.append(f"the answer is incomplete: {error}")
        usage, warnings = writer.counted(draft.usage), [*warnings, *draft.warnings(claims)]
        if not claims:
            yield self._refused(found, "written", usage)
        else:
            yield self._answer(found, "written", claims, draft.citations, warnings=warnings, usage=usage)

    def _refused(self, found: Found, mode: Mode, usage: dict[str, float] | None = None) -> Answer:
        refusal = refuse.refusal(found.query, found.hits, self._closest(found.hits))
        return self._answer(found, mode, refusal=refusal, usage=usage)

    def _answer(
        self,
        found: Found,
        mode: Mode,
        claims: Sequence[Claim] = (),
        citations: Sequence[Citation] = (),
        *,
        refusal: Refusal | None = None,
        warnings: Sequence[str] = (),
        usage: dict[str, float] | None = None,
    ) -> Answer:
        return Answer(
            question=found.question,
            rewritten=found.query.text,
            mode=mode,
            claims=tuple(claims),
            citations=tuple(citations),
            refusal=refusal,
            hits=tuple(found.hits),
            answerability=found.sure,
            warnings=(*warnings, *self._dense.warnings, *stale(self.catalog, citations)),
            timings=found.timings | {"total": time.perf_counter() - found.start},
            usage=usage or {},
            filters=found.query.filters,
            periods=found.query.periods,
        )

    def read(self, query: Query, vector: Vectors, hits: Sequence[Hit]) -> Reading:
        """The hits with the sentences of the first of them, each compared with the question."""
        found = candidates(hits[:DEPTH], self.catalog)
        matrix = sentence_vectors(self.catalog, self._embedder, [c.text for c in found])
        centred, wanted = self._retriever.centred(query, vector), self._retriever.wanted(query)
        similarity = centred.similarity(matrix, [c.hit.passage.language for c in found])
        sentences = extract.compared(query, found, similarity, wanted)
        return Reading(query=query, hits=tuple(hits), sentences=tuple(sentences), wanted=tuple(wanted))

    def _closest(self, hits: Sequence[Hit]) -> dict[str, Closest]:
        articles = (self.catalog.article(i) for i in dict.fromkeys(h.passage.article_id for h in hits))
        return {a.id: Closest(file=a.id, title=a.title, date=a.date, outlet=a.outlet) for a in articles if a}

    def close(self) -> None:
        """Let another process own Chroma."""
        self._dense.close()
        self.catalog.close()


def _judged(reading: Reading) -> tuple[list[Candidate], float]:
    """The sentences, best first, and the probability that the articles hold the answer."""
    best = extract.ranked(reading, learned("sentence"))
    values = refuse.features(reading, best)
    return best, learned("answerability").probability(values) if values else 0.0


def _claim(citation: Citation) -> Claim:
    """A quoted sentence is its own support."""
    text = " ".join(citation.quote.split())
    return Claim(text=text, citations=(citation.number,), support="supported", reasons=("quoted word for word",))


@contextmanager
def _timed(timings: dict[str, float], name: str) -> Iterator[None]:
    start = time.perf_counter()
    try:
        yield
    finally:
        timings[name] = time.perf_counter() - start
