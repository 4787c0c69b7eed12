"""From what a browser sends to what it shows: questions are checked here, whoever sent them, and answers kept."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from index.errors import ModelFailed, SettingsWrong, SourcelineError
from index.types import Filters
from rag.assistant import Assistant
from rag.contract import answer_object, claim_object
from rag.types import Answer, Claim, Mode, Question, Turn
from ui.web.answer_html import turn_html
from ui.web.claims_html import claims_html
from ui.web.conversations import Conversations
from ui.web.words import Words

_FILTERS = TypeAdapter(Filters)
_REMEMBERED = 10  # turns that a follow-up may speak of
_WAIT = 0.2  # seconds between looks at whether a reader has stopped an answer


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question as a browser sends it; `number` is the turn that it is, and all from there on are replaced."""

    question: str
    conversation: str = ""
    number: Annotated[int, Field(ge=0)] = 0
    filters: Filters = field(default_factory=Filters)
    dates: bool = True
    outlets: bool = True
    alone: bool = False
    mode: Mode | None = None

    @classmethod
    def of(cls, sent: Mapping[str, Any]) -> Asked:
        """What was sent, if it can be asked. Raises SettingsWrong."""
        try:
            return TypeAdapter(cls).validate_json(json.dumps(sent), strict=True)
        except (ValidationError, ValueError, TypeError) as error:
            raise SettingsWrong("this cannot be asked", "reload the page and ask again") from error

    def kept(self) -> dict[str, Any]:
        """What is kept of it beside the answer."""
        filters = json.loads(_FILTERS.dump_json(self.filters, exclude_defaults=True))
        return {
            "filters": filters,
            "dates": self.dates,
            "outlets": self.outlets,
            "alone": self.alone,
            "mode": self.mode,
        }


def told(
    assistant: Assistant,
    conversations: Conversations,
    visitor: str,
    asked: Asked,
    words: Words,
    stop: threading.Event,
) -> Iterator[dict[str, Any]]:
    """The claims so far as HTML, as soon as each is known, then the whole turn; an error in words. What is said is kept."""
    try:
        history = conversations.turns(visitor, asked.conversation, before=asked.number, most=_REMEMBERED)
        turns = tuple(Turn(question=k.answer["question"], answer=k.answer["answer"]) for k in history)
        question = Question(
            text=asked.question,
            filters=asked.filters,
            history=() if asked.alone else turns,
            dates=asked.dates,
            outlets=asked.outlets,
        )
        said: list[dict[str, Any]] = []
        for piece in stoppable(assistant, question, asked.mode, stop):
            if isinstance(piece, Answer):
                yield _kept(conversations, visitor, asked, answer_object(piece), words)
                return
            said.append(claim_object(piece))
            yield {"claims": claims_html(said, {}, asked.number, words, quoted=not assistant.writer)}
        yield _kept(conversations, visitor, asked, _stopped(asked.question, said, words), words)
    except SourcelineError as error:
        yield {"error": error.what, "remedy": error.remedy, "model": isinstance(error, ModelFailed)}


def _kept(
    conversations: Conversations, visitor: str, asked: Asked, answer: dict[str, Any], words: Words
) -> dict[str, Any]:
    """The whole turn, kept where the home can be written."""
    conversation, number = asked.conversation, asked.number
    try:
        conversation, number = conversations.add(visitor, conversation, number, asked.kept(), answer)
    except SourcelineError as error:
        answer["warnings"] = [*answer["warnings"], words("not_kept", why=error)]
    html = turn_html(number, asked.kept(), answer, words)
    return {"turn": html, "conversation": conversation, "number": number, "title": answer["question"], "answer": answer}


def _stopped(question: str, claims: list[dict[str, Any]], words: Words) -> dict[str, Any]:
    """What was said before a reader stopped it: without citations, because those come with the whole answer."""
    answer = answer_object(Answer(question=question, rewritten=question, mode="written"))
    bare = [claim | {"citations": [], "support": "unchecked"} for claim in claims]
    return answer | {"claims": bare, "answer": " ".join(c["text"] for c in bare), "warnings": [words("stopped")]}


def stoppable(
    assistant: Assistant, question: Question, mode: Mode | None, stop: threading.Event
) -> Iterator[Claim | Answer]:
    """What the assistant says, in one thread of its own, until `stop` is set; a model that hangs does not keep the reader."""
    pieces: queue.Queue[Claim | Answer | BaseException | None] = queue.Queue()

    def say() -> None:
        try:
            for piece in assistant.stream(question, mode):
                pieces.put(piece)
                if stop.is_set():
                    break
            pieces.put(None)
        except BaseException as error:  # noqa: BLE001 - it is raised in the thread that waits for it
            pieces.put(error)

    threading.Thread(target=say, name="answer", daemon=True).start()
    while True:
        try:
            piece = pieces.get(timeout=_WAIT)
        except queue.Empty:
            if stop.is_set():
                return
            continue
        if piece is None:
            return
        if isinstance(piece, BaseException):
            raise piece
        yield piece
