"""Written mode: a language model writes from numbered sentences; `claims.py` makes claims of what it writes."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

import prompts
from index.errors import ContextTooLong, ModelFailed
from index.language import name_of
from index.tokens import count_tokens
from rag.differ.given import Given
from rag.llm import LanguageModel, Message, Piece, Usage
from rag.question.types import Query, Turn
from rag.types import Candidate, Claim, Policy
from rag.written.claims import NO_ANSWER, Draft
from rag.written.leaks import LINE, Prompted
from rag.written.rewrite import rewritten
from rag.written.sources import Sources, harmless, numbered

_LARGE = 1000  # tokens of sources: who is given less cannot rewrite either (a model of 1.5 billion: 4 of 16 follow-ups, in 5 to 20 s each)


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What is to be written: the sentences that may answer a query, best first, what articles differ in, and what none of them says."""

    query: Query
    best: Sequence[Candidate]
    differing: Sequence[Given] = ()
    unanswered: Sequence[str] = ()

    def in_order(self) -> list[Candidate]:
        """The best sentence, then those that differ, so that they are among the sources, then the others."""
        return [*self.best[:1], *(given.candidate for given in self.differing), *self.best[1:]]


class Writer:
    """A language model that answers from sources of at most `budget` tokens, in at most `tokens` of its own.

    `policy` is what becomes of a sentence that no article supports, `judge` the model that is asked where verification is not sure.
    """

    def __init__(
        self,
        model: LanguageModel,
        *,
        budget: int,
        tokens: int = 500,
        prices: Prices | None = None,
        policy: Policy = "mark",
        judge: LanguageModel | None = None,
    ) -> None:
        self.model, self.budget, self._tokens, self.policy, self.judge = model, budget, tokens, policy, judge
        self.prices = prices or Prices()

    def claims(self, asked: Asked, draft: Draft) -> Iterator[Claim]:
        """The claims of an answer, as they are written; `draft` is filled meanwhile.

        Raises ModelFailed. A model that takes less than it is given is asked again, once, with as many sources as it takes.
        """
        pieces = self._begun(asked, draft)
        wrote = False
        for claim in draft.read(pieces, asked.query.language):
            wrote = True
            yield claim
        if not (wrote or draft.refused or draft.left_out):
            raise ModelFailed(f"{self.model.name} wrote no sentence", "ask again, or set another model")

    def _begun(self, asked: Asked, draft: Draft) -> Iterator[Piece]:
        best_first = asked.in_order()
        draft.sources = given = numbered(best_first, self.budget)
        prompt = _prompt(asked, draft)
        try:
            return self._sent(prompt)
        except ContextTooLong as error:
            draft.sources = numbered(best_first, _fitting(prompt, given, error.takes))
            draft.unread = len(given.sentences) - len(draft.sources.sentences)
        return self._sent(_prompt(asked, draft))

    def _sent(self, prompt: Sequence[Message]) -> Iterator[Piece]:
        pieces = self.model.stream(prompt, max_tokens=self._tokens)
        return chain([next(pieces)], pieces)

    def rewritten(self, spent: list[Usage], question: str, history: Sequence[Turn], language: str) -> str | None:
        """A follow-up as it stands alone; None where the model has nothing that can be used, or is not asked because it is small.

        `spent` gets what the model took.
        """
        if self.budget < _LARGE:
            return None
        return rewritten(self.model, question, history, language, spent=spent)

    def counted(self, spent: Sequence[Usage]) -> dict[str, float]:
        """The use of several replies as an answer keeps it: tokens, and the cost where the prices are known."""
        if not spent:
            return {}
        usage = Usage(prompt=sum(u.prompt for u in spent), completion=sum(u.completion for u in spent))
        cost = self.prices.of(usage)
        tokens: dict[str, float] = {"prompt": usage.prompt, "completion": usage.completion}
        return tokens if cost is None else tokens | {"cost": cost}


def _fitting(asked: Sequence[Message], given: Sources, takes: float | None) -> int:
    """The tokens of sources in a prompt of which the model takes that share, with some to spare; half where it is not known."""
    tokens = count_tokens(given.text)
    if takes is None:
        return tokens // 2
    return max(0, tokens - round(1.1 * (1 - takes) * sum(count_tokens(m.content) for m in asked)))


def _prompt(asked: Asked, draft: Draft) -> list[Message]:
    """The prompt with a draft's sources; the draft knows it, so that nothing of it is shown."""
    boundary = _drawn()
    draft.prompted = Prompted(boundary=boundary, sources=draft.sources.text, question=harmless(asked.query.text))
    return messages(asked, draft.sources, boundary)


def _drawn() -> str:
    """A boundary that nobody knows before."""
    return f"{LINE} {secrets.token_hex(6)} {LINE}"


def messages(asked: Asked, sources: Sources, boundary: str = "") -> list[Message]:
    """The prompt: the rules, the same for every question, then the articles behind a boundary that they cannot know."""
    query = asked.query
    told = prompts.load("answer_sources").render(
        boundary=boundary or _drawn(),
        sources=sources.text,
        notes="".join(f"\n{note}" for note in _notes(asked, sources)),
        question=harmless(query.text),
        language=name_of(query.language) or "the language of the question",
    )
    rules = prompts.load("answer").render(no_answer=NO_ANSWER)
    return [Message(role="system", content=rules), Message(role="user", content=told)]


def _notes(asked: Asked, sources: Sources) -> Iterator[str]:
    """What the model cannot read in the articles, each only where the question needs it."""
    query, values = asked.query, [_value(given, sources) for given in asked.differing]
    if query.periods or query.order or query.filters.as_of:
        yield prompts.load("answer_today").render(today=(query.filters.as_of or date.today()).isoformat())
    if all(values) and len(values) > 1:
        yield prompts.load("answer_differing").render(values="; ".join(values))
    if asked.unanswered:
        yield prompts.load("answer_without").render(questions="; ".join(map(harmless, asked.unanswered)))


def _value(given: Given, sources: Sources) -> str:
    """ "47 articles (Northline Post, 2025-01-17) [3]"; nothing of a sentence that has no number."""
    number, article = sources.number(given.candidate), given.candidate.article
    where = ", ".join(harmless(str(part)) for part in (article.outlet, article.date) if part)
    return f"{harmless(given.text)}{f' ({where})' if where else ''} [{number}]" if number else ""
