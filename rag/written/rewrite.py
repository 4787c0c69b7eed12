"""Follow-ups made to stand alone by a language model, in written mode. What it writes is taken only where it can be trusted.

It must be one question in the language of the question, keep its names and numbers and at least half of its other words, say
something of what was said before, bring in no name that nobody has said, and not be a question that was asked before, which small
models like to repeat. Otherwise, and when the model is slow, the rules of `followup.py` hold.
"""

from __future__ import annotations

from collections.abc import Sequence

import prompts
from index.errors import ModelFailed, ModelUnavailable
from index.language import UNKNOWN, detect_language, name_of
from index.terms import stem, words
from index.tokens import truncate_tokens
from rag.llm import LanguageModel, Message, Usage
from rag.llm.guard import within
from rag.question.references import named, telling
from rag.question.types import Turn
from rag.written.sources import harmless

SECONDS = 12.0  # as long as a small model on two cores reads 500 tokens and writes 30
_TOKENS = 80  # of a question
_MOST_TURNS = 3  # back
_ANSWER = 60  # tokens of an answer
_LONGER = 200  # characters that may be added
_ENOUGH = 3  # words whose language can be told
_ASKS = "?？؟"


def rewritten(
    model: LanguageModel,
    question: str,
    history: Sequence[Turn],
    language: str,
    seconds: float = SECONDS,
    spent: list[Usage] | None = None,
) -> str | None:
    """The question as it stands alone, in its language; None where the model's cannot be used. `spent` gets what the model took."""
    turns = history[-_MOST_TURNS:]
    asked = prompts.load("follow_up").render(
        turns="\n".join(line for turn in turns for line in _lines(turn)),
        question=harmless(question),
        language=name_of(language) or "its language",
    )
    late = ModelUnavailable(f"{model.name} did not rewrite a question within {seconds:g} seconds")
    message = [Message(role="user", content=asked)]
    try:
        reply = model.stream(message, max_tokens=_TOKENS)  # made here: what it loads first is not the model's time
        pieces = list(within(seconds, lambda _: reply, late))
    except ModelFailed:  # the rules have an answer
        return None
    if spent is not None:
        spent.extend(piece.usage for piece in pieces if piece.usage)
    written = _question_in("".join(piece.text for piece in pieces))
    return written if _is_usable(written, question, turns, language) else None


def _lines(turn: Turn) -> list[str]:
    answer = harmless(truncate_tokens(turn.answer, _ANSWER))
    return [f"- {harmless(turn.question)}", *([f"  {answer}"] if answer else [])]


def _question_in(reply: str) -> str:
    """The first line of a reply, without what stands around a question."""
    line = next((line for line in reply.splitlines() if line.strip()), "")
    return harmless(line).strip(" -*\"'“”„»«`")


def _is_usable(written: str, question: str, turns: Sequence[Turn], language: str) -> bool:
    if not written or len(written) > len(question) + _LONGER:
        return False
    if question.rstrip()[-1:] in _ASKS and written[-1:] not in _ASKS:
        return False
    if len(written.split()) > _ENOUGH and detect_language(written) not in (language, UNKNOWN):
        return False
    if any(words(written) == words(asked) for asked in (question, *(turn.question for turn in turns))):
        return False
    before = " ".join(f"{turn.question} {turn.answer}" for turn in turns)
    told, kept = _stems(telling(question, language), language), _stems(words(written), language)
    known = _stems(words(f"{question} {before}"), language)
    return (
        2 * len(told & kept) >= len(told)
        and bool(kept & _stems(telling(before, language), language) - told)  # it says what the question left unsaid
        and _names(question, language) <= kept
        and _names(written, language) <= known
    )


def _names(text: str, language: str) -> set[str]:
    return _stems(named(text, language), language)


def _stems(some: Sequence[str] | set[str], language: str) -> set[str]:
    return {stem(word, language) for word in some}
