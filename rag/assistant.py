"""The assistant: a question in, an answer out, every sentence of it cited."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder
from index.errors import ModelFailed, SettingsWrong
from rag import refuse
from rag.cite import make_citation, stale
from rag.differ.differ import differing, disagreements
from rag.finder import MOST_RERANKED, Finder
from rag.found import Found, timed, warnings_of
from rag.llm import Usage
from rag.question.remarks import remarks
from rag.question.types import Query, Question
from rag.quotes import extract
from rag.rerankers import Reranker
from rag.retrieval.cover import answering, unanswered
from rag.types import Answer, Candidate, Citation, Claim, Closest, Hit, Mode, Refusal
from rag.verify import Verifier
from rag.written.claims import Draft, quoted
from rag.written.judge import Judge
from rag.written.write import Asked, Writer


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
        answer_above: float | None = None,
        writer: Writer | None = None,
        reranker: Reranker | None = None,
        reranked: int = MOST_RERANKED,
    ) -> None:
        """`hits` passages are found, up to `sentences` quoted, questions below `answer_above` answerability refused
        (None: as training chose it).

        With a `writer`, answers are written unless quotes are asked for. A `reranker` says the order of the first `reranked`.
        """
        self.catalog, self.writer = catalog, writer
        self.finder = Finder(catalog, embedder, dense, hits=hits, reranker=reranker, reranked=reranked)
        self.verifier = Verifier(catalog, embedder)
        self._dense, self._sentences = dense, sentences
        self._answer_above = refuse.answer_above() if answer_above is None else answer_above

    def ask(self, question: Question | str, mode: Mode | None = None, *, or_quotes: bool = True) -> Answer:
        """The answer, in the articles' own words or written by the language model, or a refusal. See `stream`."""
        *_, answer = self.stream(question, mode, or_quotes=or_quotes)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self, question: Question | str, mode: Mode | None = None, *, or_quotes: bool = True
    ) -> Iterator[Query | Citation | Claim | Answer]:
        """What is searched; each claim as soon as it is known, after the citations that it is the first to have; then the whole answer.

        `mode` is written where there is a language model, unless it is given. When that fails, the articles' own words
        answer, with a warning, and when the reranker fails our own order holds, with a warning too; without `or_quotes`
        ModelFailed and RerankerFailed are raised.
        Raises SettingsWrong for what cannot be asked.
        """
        if mode == "written" and not self.writer:
            raise SettingsWrong("no language model is configured", "see the settings, or ask for quotes")
        written = self.writer if mode != "quotes" else None
        spent: list[Usage] = []
        found = self.finder.found(Question.of(question), partial(written.rewritten, spent) if written else None)
        if found.fault and not or_quotes:
            raise found.fault
        found = replace(found, best=answering(found.best, found.parts, self._answer_above), spent=spent)
        yield found.query
        if found.sure < self._answer_above or not found.best:
            yield self._refused(found, "written" if written else "quotes")
        elif written:
            yield from self._written(written, found, or_quotes=or_quotes)
        else:
            yield from self._quoted(found)

    def _quoted(self, found: Found, warnings: Sequence[str] = ()) -> Iterator[Citation | Claim | Answer]:
        chosen = self._chosen(found)
        if not chosen:
            yield self._refused(found, "quotes")
            return
        citations = [make_citation(n, c.article, c.span, c.also_in) for n, c in enumerate(chosen, start=1)]
        claims = [quoted(c) for c in citations]
        for citation, claim in zip(citations, claims, strict=True):
            yield citation
            yield claim
        yield self._answer(found, "quotes", claims, citations, warnings=warnings)

    def _chosen(self, found: Found) -> list[Candidate]:
        """What quotes mode says: for each of several questions a sentence at least."""
        return extract.chosen(found.best, max(self._sentences, len(found.parts)))

    def _written(self, writer: Writer, found: Found, *, or_quotes: bool) -> Iterator[Citation | Claim | Answer]:
        claims: list[Claim] = []
        draft = Draft(
            policy=writer.policy,
            quotes=self._chosen(found),
            verifier=self.verifier,
            judge=Judge(model=writer.judge) if writer.judge else None,
            retrieved=found.best,
            language=found.query.language,
        )
        asked = Asked(
            query=found.query,
            best=found.best,
            differing=differing(found.query, found.best),
            unanswered=unanswered(found.parts, self._answer_above),
        )
        warnings, told = list[str](), 0  # citations that were told
        try:
            with timed(found.timings, "write"):
                for claim in writer.claims(asked, draft):
                    found.timings.setdefault("first_claim", time.perf_counter() - found.start)
                    yield from draft.citations[told:]
                    told = len(draft.citations)
                    claims.append(claim)
                    yield claim
        except ModelFailed as error:
            if not or_quotes:
                raise
            if not claims:
                yield from self._quoted(found, [f"the language model did not answer, so this is quoted: {error}"])
                return
            warnings.append(f"the answer is incomplete: {error}")
        found.timings["verify"] = draft.seconds
        found.spent.extend(draft.spent())
        warnings += draft.warnings(claims, found.query.language)
        if not claims and draft.left_out and or_quotes:
            yield from self._quoted(found, warnings)
        elif not claims:
            yield self._refused(found, "written", warnings)
        else:
            yield self._answer(found, "written", claims, draft.citations, warnings=warnings)

    def _refused(self, found: Found, mode: Mode, warnings: Sequence[str] = ()) -> Answer:
        refusal = refuse.refusal(found.query, found.hits, self._closest(found.hits))
        return self._answer(found, mode, refusal=refusal, warnings=warnings)

    def _answer(
        self,
        found: Found,
        mode: Mode,
        claims: Sequence[Claim] = (),
        citations: Sequence[Citation] = (),
        *,
        refusal: Refusal | None = None,
        warnings: Sequence[str] = (),
    ) -> Answer:
        """An answer, with what the articles differ in, however it came about; a refusal tells nothing of that."""
        taken = [n for claim in claims for n in claim.citations]
        told, cited = disagreements(found.query, found.best if claims else (), citations, taken)
        missing = () if refusal else unanswered(found.parts, self._answer_above)
        return Answer(
            question=found.question,
            rewritten=found.query.text,
            mode=mode,
            claims=tuple(claims),
            citations=tuple(cited),
            refusal=refusal,
            hits=tuple(found.hits),
            answerability=found.sure,
            warnings=(
                *refuse.missing(found.query, missing),
                *warnings,
                *warnings_of(found.fault),
                *remarks(self.catalog, found.query),
                *self._dense.warnings,
                *stale(self.catalog, cited),
            ),
            timings=found.timings | {"total": time.perf_counter() - found.start},
            usage=self.writer.counted(found.spent) if self.writer else {},
            filters=found.query.filters,
            periods=found.query.periods,
            disagreements=told,
            outlets=found.query.outlets,
            dated=found.query.dated,
            unanswered=missing,
        )

    def _closest(self, hits: Sequence[Hit]) -> dict[str, Closest]:
        articles = (self.catalog.article(i) for i in dict.fromkeys(h.passage.article_id for h in hits))
        return {a.id: Closest(file=a.id, title=a.title, date=a.date, outlet=a.outlet) for a in articles if a}

    def close(self) -> None:
        """Let another process own Chroma."""
        self._dense.close()
        self.catalog.close()
