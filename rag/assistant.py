"""The assistant: a question in, an answer out, every sentence of it cited."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder
from index.errors import NothingIndexed, SettingsWrong
from index.language import UNKNOWN, detect_language
from index.lexical import Wanted
from index.types import Filters
from index.vectors import Vectors
from rag import extract, refuse
from rag.cite import make_citation
from rag.extract import candidates, sentence_vectors
from rag.model import learned
from rag.retrieve import Retriever, Search
from rag.types import Answer, Candidate, Citation, Claim, Closest, Hit, Query

MOST_CHARACTERS = 2_000  # of a question
_SHORT = 3  # words


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """The sentences that may answer a question, what the models know of each, and the words of the question."""

    candidates: list[Candidate]
    features: list[dict[str, float]]
    wanted: list[Wanted]


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
    ) -> None:
        """`hits` passages are found, up to `sentences` quoted, questions below `answer_above` answerability refused."""
        self.catalog = catalog
        self._embedder, self._dense = embedder, dense
        self._retriever = Retriever(catalog, dense)
        self._hits, self._sentences, self._answer_above = hits, sentences, answer_above

    def query(self, question: str, filters: Filters | None = None) -> Query:
        """What is searched for a question. Raises SettingsWrong for an empty or endless one, NothingIndexed."""
        text = " ".join(question.split())
        if not text:
            raise SettingsWrong("the question is empty", "ask something, in quotation marks")
        if len(text) > MOST_CHARACTERS:
            raise SettingsWrong(f"the question has {len(text)} characters", f"ask in at most {MOST_CHARACTERS}")
        if not self.catalog.rows("SELECT 1 FROM passage LIMIT 1"):
            raise NothingIndexed(f"nothing is indexed in {self.catalog.home}", "run `sourceline index PATH` first")
        return Query(text=text, language=self._language(text), filters=filters or Filters())

    def _language(self, text: str) -> str:
        """The question's language; a short question is in one of the articles' languages, and in doubt in the commonest."""
        count = "SELECT language FROM passage GROUP BY language ORDER BY count(*) DESC, language"
        among = [r["language"] for r in self.catalog.rows(count)]
        found = detect_language(text) if len(text.split()) > _SHORT else detect_language(text, among)
        return among[0] if found == UNKNOWN else found

    def search(self, query: Query, k: int | None = None) -> list[Hit]:
        """Retrieval only: the best hits."""
        return self._retriever.retrieve(query, self.vector(query), k or self._hits)

    def legs(self, query: Query) -> Search:
        """A search and how it came about, for those who ask why something was not found."""
        return self._retriever.search(query, self.vector(query), self._hits)

    def vector(self, query: Query) -> Vectors:
        """The query's vector, float32 [dimension]."""
        vector: Vectors = self._embedder.embed_queries([query.text])[0]
        return vector

    def ask(self, question: str, filters: Filters | None = None) -> Answer:
        """Answer in the articles' own words, or say that they have no answer."""
        timings: dict[str, float] = {}
        with _timed(timings, "total"):
            with _timed(timings, "prepare"):
                query = self.query(question, filters)
            with _timed(timings, "embed"):
                vector = self.vector(query)
            with _timed(timings, "retrieve"):
                hits = self._retriever.retrieve(query, vector, self._hits)
            with _timed(timings, "extract"):
                best, sure = self._best(query, vector, hits)
            answered = extract.chosen(best, self._sentences) if sure >= self._answer_above else []
        citations = tuple(make_citation(n, c.article, c.span, c.also_in) for n, c in enumerate(answered, start=1))
        return Answer(
            question=question,
            rewritten=query.text,
            mode="quotes",
            claims=tuple(_claim(c) for c in citations),
            citations=citations,
            refusal=None if answered else refuse.refusal(query, hits, self._closest(hits)),
            hits=tuple(hits),
            answerability=sure,
            warnings=(*self._dense.warnings, *self._stale(citations)),
            timings=timings,
        )

    def look(self, query: Query, vector: Vectors, hits: Sequence[Hit]) -> Look:
        """What the models judge: every sentence of the best hits, with its features."""
        found = candidates(hits, self.catalog)
        matrix = sentence_vectors(self.catalog, self._embedder, [c.text for c in found])
        centred = self._retriever.centred(query, vector)
        similarity = centred.similarity(matrix, [c.hit.passage.language for c in found])
        wanted = self._retriever.wanted(query)
        return Look(candidates=found, features=extract.features(query, found, similarity, wanted), wanted=wanted)

    def _best(self, query: Query, vector: Vectors, hits: Sequence[Hit]) -> tuple[list[Candidate], float]:
        """The sentences, best first, and the probability that the articles hold the answer."""
        look = self.look(query, vector, hits)
        best = extract.ranked(look.candidates, look.features, learned("sentence"))
        values = refuse.features(query, hits, best, look.wanted)
        return best, learned("answerability").probability(values) if values else 0.0

    def _stale(self, citations: Sequence[Citation]) -> list[str]:
        """A word about each cited file that is no longer what was indexed, by its size and time."""
        found = {c.file: self._change(c.file) for c in citations}
        remedy = "run `sourceline index` on its folder again"
        return [f"{file} {change} since it was indexed: {remedy}" for file, change in found.items() if change]

    def _change(self, article_id: str) -> str:
        known = self.catalog.rows("SELECT size, mtime_ns FROM article WHERE id = ?", (article_id,))
        path = self.catalog.file_of(article_id)
        try:
            now = path.stat() if path else None
        except OSError:
            return "is gone"
        return "" if now and known and tuple(known[0]) == (now.st_size, now.st_mtime_ns) else "has changed"

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
