"""Written mode: a language model writes from numbered sentences; `claims.py` makes claims of what it writes."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import prompts
from index.errors import ContextTooLong, ModelFailed
from index.tokens import count_tokens
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

        Raises ModelFailed. A model that takes less than it is given is asked again, once, with as many sources as it takes.
        """
        pieces = self._begun(query, best_first, draft)
        wrote = False
        for claim in draft.read(pieces, query.language):
            wrote = True
            yield claim
        if not (wrote or draft.refused or draft.left_out):
            raise ModelFailed(f"{self.model.name} wrote no sentence", "ask again, or set another model")

    def _begun(self, query: Query, best_first: Sequence[Candidate], draft: Draft) -> Iterator[Piece]:
        draft.sources = given = numbered(best_first, self.budget)
        asked = messages(query, given)
        try:
            return self._sent(asked)
        except ContextTooLong as error:
            draft.sources = numbered(best_first, _fitting(asked, given, error.takes))
            draft.unread = len(given.sentences) - len(draft.sources.sentences)
        return self._sent(messages(query, draft.sources))

    def _sent(self, asked: Sequence[Message]) -> Iterator[Piece]:
        pieces = self.model.stream(asked, max_tokens=self._tokens)
        return chain([next(pieces)], pieces)

    def counted(self, usage: Usage | None) -> dict[str, float]:
        """The use of a reply as an answer keeps it: tokens, and the cost where the prices are known."""
        if usage is None:
            return {}
        cost = self.prices.of(usage)
        tokens: dict[str, float] = {"prompt": usage.prompt, "completion": usage.completion}
        return tokens if cost is None else tokens | {"cost": cost}


def _fitting(asked: Sequence[Message], given: Sources, takes: float | None) -> int:
    """The tokens of sources in a prompt of which the model takes that share, with some to spare; half where it is not known."""
    tokens = count_tokens(given.text)
    if takes is None:
        return tokens // 2
    return max(0, tokens - round(1.1 * (1 - takes) * sum(count_tokens(m.content) for m in asked)))


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
