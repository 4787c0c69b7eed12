"""Written mode: a language model writes from numbered sentences; `claims.py` makes claims of what it writes."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import prompts
from index.errors import ContextTooLong, ModelFailed
from rag.claims import NO_ANSWER, Draft
from rag.llm import LanguageModel, Message, Piece, Usage
from rag.sources import Sources, harmless, numbered
from rag.types import Candidate, Claim, Policy, Query

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


class Writer:
    """A language model that answers from sources of at most `budget` tokens, in at most `tokens` of its own.

    `policy` is what becomes of a sentence that no article supports.
    """

    def __init__(
        self,
        model: LanguageModel,
        *,
        budget: int,
        tokens: int = 500,
        prices: Prices | None = None,
        policy: Policy = "mark",
    ) -> None:
        self.model, self.budget, self._tokens, self.policy = model, budget, tokens, policy
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
        if not (wrote or draft.refused or draft.left_out):
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
