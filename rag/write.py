"""Written mode: a language model writes from numbered sentences, and every number it cites is resolved here.

The model never names a file or a place. A number that it was not given stays in the answer as a citation without a source,
and the sentence that cites it is unsupported: it is neither dropped nor attached to something similar.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

import prompts
from index.errors import ContextTooLong, ModelFailed
from rag.cite import make_citation
from rag.drafts import Drafted, drafted
from rag.llm import Ending, LanguageModel, Message, Piece, Usage
from rag.sources import Sources, harmless, numbered
from rag.types import Candidate, Citation, Claim, Query

NO_ANSWER = "NO ANSWER"
_NO_ANSWER = re.compile(r"\W*no[ _]answer\b\W*", re.IGNORECASE)
_UNFINISHED: dict[Ending | None, str] = {
    "cut": "the connection to the language model was cut",
    "too long": "it has more tokens than SOURCELINE_LLM_TOKENS allows",
    "filtered": "the provider withheld the rest",
}
_LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian",
    "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "no": "Norwegian", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sv": "Swedish", "th": "Thai", "tr": "Turkish",
    "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Prices:
    """What a million tokens cost, in whatever currency; None: not known."""

    prompt: float | None = None
    completion: float | None = None

    def of(self, usage: Usage) -> float | None:
        """The price of a reply, if both prices are known."""
        if self.prompt is None or self.completion is None:
            return None
        return (usage.prompt * self.prompt + usage.completion * self.completion) / 1_000_000


@dataclass(kw_only=True)
class Draft:
    """An answer while it is written: when its claims are read to the end, all the rest holds."""

    sources: Sources = field(default_factory=lambda: Sources(text="", sentences=()))
    citations: list[Citation] = field(default_factory=list)
    ended: Ending | None = None
    usage: Usage | None = None
    refused: bool = False  # the model says that the sources do not answer
    _numbers: dict[int, int] = field(default_factory=dict)

    def read(self, pieces: Iterator[Piece], language: str) -> Iterator[Claim]:
        """Each sentence of the answer as it is complete, its citations numbered by first use."""
        for draft in drafted(self._texts(pieces), language):
            if _NO_ANSWER.fullmatch(draft.text):
                self.refused = True
            else:
                yield self._claim(draft)

    def warnings(self, claims: Sequence[Claim]) -> list[str]:
        """What a reader of these claims should know about how they ended."""
        unfinished = [f"the answer is incomplete: {_UNFINISHED[self.ended]}"] if self.ended in _UNFINISHED else []
        partial = ["the model says that the articles do not answer all of the question"]
        return unfinished + (partial if self.refused and claims else [])

    def _texts(self, pieces: Iterator[Piece]) -> Iterator[str]:
        for piece in pieces:
            self.ended, self.usage = piece.ended or self.ended, piece.usage or self.usage
            yield piece.text

    def _claim(self, draft: Drafted) -> Claim:
        shown = tuple(dict.fromkeys(self._cited(number) for number in draft.numbers))
        unknown = [number for number in draft.numbers if not self.sources.get(number)]
        reasons = [f"the model cites a source {number} that it was not given" for number in unknown]
        if not draft.numbers:
            reasons.append("no source is cited")
        return Claim(
            text=draft.text,
            citations=shown,
            support="unsupported" if reasons else "unchecked",
            reasons=tuple(reasons) or ("not checked against what is cited",),
        )

    def _cited(self, number: int) -> int:
        """The reader's number for a number of the model's; its citation is made on first use."""
        if number not in self._numbers:
            shown = self._numbers[number] = len(self._numbers) + 1
            if source := self.sources.get(number):
                self.citations.append(make_citation(shown, source.article, source.span, source.also_in))
        return self._numbers[number]


class Writer:
    """A language model that answers from sources of at most `budget` tokens, in at most `tokens` of its own."""

    def __init__(self, model: LanguageModel, *, budget: int, tokens: int = 500, prices: Prices | None = None) -> None:
        self.model, self.budget, self._tokens = model, budget, tokens
        self.prices = prices or Prices()

    def claims(self, query: Query, best_first: Sequence[Candidate], draft: Draft) -> Iterator[Claim]:
        """The claims of an answer from the best sentences, as they are written; `draft` is filled meanwhile.

        Raises ModelFailed. A model that takes less than it is given gets half of the sources, once.
        """
        pieces = self._begun(query, best_first, draft)
        wrote = False
        for claim in draft.read(pieces, query.language):
            wrote = True
            yield claim
        if not wrote and not draft.refused:
            raise ModelFailed(f"{self.model.name} wrote no sentence", "ask again, or set another model")

    def _begun(self, query: Query, best_first: Sequence[Candidate], draft: Draft) -> Iterator[Piece]:
        for budget in (self.budget, self.budget // 2):
            draft.sources = numbered(best_first, budget)
            pieces = self.model.stream(messages(query, draft.sources), max_tokens=self._tokens)
            try:
                return chain([next(pieces)], pieces)
            except ContextTooLong:
                if budget != self.budget:
                    raise
        raise AssertionError

    def counted(self, usage: Usage | None) -> dict[str, float]:
        """The use of a reply as an answer keeps it: tokens, and the cost where the prices are known."""
        if usage is None:
            return {}
        cost = self.prices.of(usage)
        tokens: dict[str, float] = {"prompt": usage.prompt, "completion": usage.completion}
        return tokens if cost is None else tokens | {"cost": cost}


def messages(query: Query, sources: Sources) -> list[Message]:
    """The prompt: the rules, the same for every question, then the articles behind a boundary that they cannot know."""
    asked = prompts.load("answer_sources").render(
        boundary=f"=== {secrets.token_hex(6)} ===",
        sources=sources.text,
        question=harmless(query.text),
        language=_LANGUAGES.get(query.language, "the language of the question"),
    )
    rules = prompts.load("answer").render(no_answer=NO_ANSWER)
    return [Message(role="system", content=rules), Message(role="user", content=asked)]
