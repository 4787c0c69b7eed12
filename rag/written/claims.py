"""Claims out of a draft: every number that the model cites is resolved here, and what becomes of a sentence without support.

The model never names a file or a place. A number that it was not given stays in the answer as a citation without a source,
and the sentence that cites it is unsupported: it is never attached to something similar. By the policy such a sentence is shown
as what it is, left out, or replaced by a sentence that answers, word for word.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from index.language import UNKNOWN, detect_language, name_of
from index.terms import words
from index.types import Span
from rag.cite import make_citation
from rag.llm import Ending, Piece, Usage
from rag.types import Candidate, Citation, Claim, Policy
from rag.verify import LIKELY, SURE, Verdict, Verifier
from rag.written.drafts import Drafted, drafted
from rag.written.judge import Judge
from rag.written.leaks import Prompted
from rag.written.sources import Sources

NO_ANSWER = "NOT IN THE ARTICLES"  # not "no answer", which small models take for an answer to a question for yes or no
QUOTED = ("quoted word for word",)
UNCITED = "the model cites no source; this one was added"
WRONGLY_CITED = "the model cites a sentence that does not say this; this one was put in its place"
_MOST_POINTED = 3  # sentences that are quoted of those that a model points at without a word
_MOST_REPEATED = 3  # sentences of its own, or of the prompt
_MOST_COPIED = 3  # sources one after the other
_WORDS_OF_A_HEADING = 3
_ENOUGH = 6  # words whose language can be told
_SURELY = 0.9
_NO_ANSWER = re.compile(r"\W*(?:not[ _]in[ _]the[ _]articles|no[ _]answer)\b\W*", re.IGNORECASE)
_UNFINISHED: dict[Ending | None, str] = {
    "cut": "the connection to the language model was cut",
    "too long": "it has more tokens than SOURCELINE_LLM_TOKENS allows",
    "filtered": "the provider withheld the rest",
}


@dataclass(kw_only=True)
class Draft:
    """An answer while it is written: when its claims are read to the end, all the rest holds.

    `quotes` are the sentences that answer, best first, which may replace what is unsupported. A `verifier` checks each sentence against
    what it cites, and what cites nothing against all that was `retrieved`; where it is not sure, a `judge` is asked.
    """

    policy: Policy = "mark"
    quotes: Sequence[Candidate] = ()
    verifier: Verifier | None = None
    judge: Judge | None = None
    retrieved: Sequence[Candidate] = ()
    language: str = "und"
    sources: Sources = field(default_factory=lambda: Sources(text="", sentences=()))
    prompted: Prompted | None = None
    citations: list[Citation] = field(default_factory=list)
    ended: Ending | None = None
    usage: Usage | None = None
    refused: bool = False  # the model says that the sources do not answer
    unread: int = 0  # sentences of articles that the model takes no longer a prompt for
    seconds: float = 0.0  # that checking took
    left_out: int = 0  # sentences without support that are not shown
    replaced: int = 0  # of these
    repeated: int = 0  # sentences that were written before, and are not shown again
    leaked: int = 0  # sentences of the prompt
    recited: bool = False  # its sources were copied one after the other
    _numbers: dict[int | tuple[str, Span], int] = field(default_factory=dict)
    _lead: str = ""  # of a sentence that was left out
    _said: set[str] = field(default_factory=set)
    _copied: tuple[int, ...] = ()  # the numbers of the sources that were copied last, one after the other

    def read(self, pieces: Iterator[Piece], language: str) -> Iterator[Claim]:
        """Each sentence of the answer as it is complete, its citations numbered by first use."""
        yield from self.claims(drafted(self._texts(pieces), language))

    def claims(self, drafts: Iterable[Drafted]) -> Iterator[Claim]:
        """What is shown of the sentences of an answer.

        What a model says after it has refused at once is no part of an answer, nor is what it says again or what the prompt says; small
        models repeat themselves, or the sources from the first one on, until their tokens are used up, and are not read so far.
        """
        said = False
        for draft in drafts:
            if _NO_ANSWER.fullmatch(draft.text):
                self.refused = True
                if not said:
                    return
            elif not draft.text:
                yield from self._pointed_at(draft.numbers)
            elif self._is_repeated(draft.text):
                if _MOST_REPEATED in (self.repeated, self.leaked):
                    return
            elif self._is_recited(draft.text):
                yield from self._unquoted()
                return
            elif claim := self._checked(draft):
                said = True
                yield claim

    def warnings(self, claims: Sequence[Claim], language: str) -> list[str]:
        """What a reader of these claims, who asked in `language`, should know about them and how they ended."""
        told = [f"the answer is incomplete: {_UNFINISHED[self.ended]}"] if self.ended in _UNFINISHED else []
        if self.refused and claims:
            told.append("the model says that the articles do not answer all of the question")
        if self.repeated == _MOST_REPEATED:
            told.append("the language model repeated itself, and was not read any further")
        if self.recited:
            told.append("the language model copied its sources one after the other; what answers is quoted instead")
        if self.leaked:
            told.append("the language model repeated what it was told to do; that is left out")
        if self.unread:
            told.append(f"the model takes no longer prompt: {self.unread} sentences that it should read were left out")
        if self.left_out:
            sentences = "1 sentence" if self.left_out == 1 else f"{self.left_out} sentences"
            quoted = f", {self.replaced} replaced by quotes" if self.replaced else ""
            told.append(f"{sentences} that no article supports left out{quoted}")
        told += self.judge.warnings() if self.judge else []
        return told + _foreign(claims, language)

    def spent(self) -> list[Usage]:
        """What the answer took, and its judge."""
        return [*([self.usage] if self.usage else []), *(self.judge.spent if self.judge else [])]

    def _texts(self, pieces: Iterator[Piece]) -> Iterator[str]:
        for piece in pieces:
            self.ended, self.usage = piece.ended or self.ended, piece.usage or self.usage
            yield piece.text

    def _is_repeated(self, text: str) -> bool:
        """Whether a sentence, and no mere "Yes." or heading, was written before, or stands in the prompt."""
        if self.prompted and self.prompted.repeated_in(text):
            self.leaked += 1
            return True
        again = text in self._said and len(text.split()) > _WORDS_OF_A_HEADING
        self._said.add(text)
        self.repeated += again
        return again

    def _is_recited(self, text: str) -> bool:
        """Whether a sentence goes on with the sources, word for word, where several before it did."""
        said = words(text)
        number = next((n for n, source in enumerate(self.sources.sentences, start=1) if words(source.text) == said), 0)
        follows = number and self._copied and number == self._copied[-1] + 1
        self._copied = (*self._copied, number) if follows else (number,) if number else ()
        self.recited = len(self._copied) > _MOST_COPIED
        return self.recited

    def _unquoted(self) -> Iterator[Claim]:
        """The sentences that answer and are not cited yet."""
        for best in self.quotes:
            if (best.article.id, best.span) not in self._numbers:
                self._cited(best)
                yield quoted(self.citations[-1])

    def _checked(self, draft: Drafted) -> Claim | None:
        start = time.perf_counter()
        claim = self._claim(draft)
        self.seconds += time.perf_counter() - start
        return claim

    def _pointed_at(self, numbers: Sequence[int]) -> Iterator[Claim]:
        """A model that only points at sentences has answered with them: they are quoted."""
        for source in [source for number in numbers if (source := self.sources.get(number))][:_MOST_POINTED]:
            self._cited(source)
            yield quoted(self.citations[-1])

    def _claim(self, draft: Drafted) -> Claim | None:
        """The claim of a sentence, or what stands in its place; None where nothing does."""
        verdict, found = self._judged(draft)
        lead = max(draft.lead, self._lead, key=lambda layout: layout.count("\n"))
        if verdict.support == "unsupported" and self.policy != "mark":
            self.left_out, self._lead = self.left_out + 1, lead
            return self._quoted(lead) if self.policy == "quote" else None
        self._lead = ""
        shown = () if found else tuple(dict.fromkeys(self._resolved(number) for number in draft.numbers))
        added = (self._cited(found),) if found else ()
        return Claim(
            text=draft.text,
            citations=shown + added,
            support=verdict.support,
            reasons=verdict.reasons,
            lead=lead,
            added=added,
        )

    def _judged(self, draft: Drafted) -> tuple[Verdict, Candidate | None]:
        """How well a sentence is supported; and by which sentence it is all the same, where it cites nothing or another one."""
        unknown = [number for number in draft.numbers if not self.sources.get(number)]
        if draft.head and not unknown:
            return Verdict(support="unchecked", reasons=("the head of a table",)), None
        if unknown:
            reasons = tuple(f"the model cites a source {n} that it was not given" for n in unknown)
            return Verdict(support="unsupported", reasons=reasons), None
        if not self.verifier:
            return Verdict(support="unchecked", reasons=("not checked against what is cited",)), None
        cited = [source for number in draft.numbers if (source := self.sources.get(number))]
        verdict = self.verifier.verdict(draft.text, self.language, cited)
        verdict = self.judge.verdict(draft.text, cited, verdict) if self.judge else verdict
        if verdict.support != "unsupported":
            return verdict, None
        found = self.verifier.supporting(draft.text, self.language, self.retrieved, SURE if cited else LIKELY)
        if not found:
            return verdict, None
        return Verdict(support="supported", reasons=(WRONGLY_CITED if cited else UNCITED,)), found

    def _quoted(self, lead: str) -> Claim | None:
        """The best sentence that answers and is not cited yet."""
        best = next(self._unquoted(), None)
        if best is None:
            return None
        self.replaced, self._lead = self.replaced + 1, ""
        return replace(best, lead=lead)

    def _resolved(self, number: int) -> int:
        """The reader's number for a number of the model's; its citation is made on first use."""
        source = self.sources.get(number)
        return self._cited(source) if source else self._numbers.setdefault(number, len(self._numbers) + 1)

    def _cited(self, source: Candidate) -> int:
        """The reader's number for a sentence; its citation is made on first use."""
        place = (source.article.id, source.span)
        if place not in self._numbers:
            self._numbers[place] = len(self._numbers) + 1
            self.citations.append(make_citation(self._numbers[place], source.article, source.span, source.also_in))
        return self._numbers[place]


def _foreign(claims: Sequence[Claim], language: str) -> list[str]:
    """A word about an answer that is in another language than its question; of one that is long enough to tell."""
    text = " ".join(claim.text for claim in claims if claim.reasons != QUOTED)
    spoken = detect_language(text, least=_SURELY) if len(text.split()) >= _ENOUGH else UNKNOWN
    asked, answered = name_of(language), name_of(spoken)
    return [f"the model answers in {answered}, not in {asked}"] if asked and answered and asked != answered else []


def quoted(citation: Citation) -> Claim:
    """A quoted sentence is its own support."""
    text = " ".join(citation.quote.split())
    return Claim(text=text, citations=(citation.number,), support="supported", reasons=QUOTED)
