"""From what a browser sends to what it shows: questions are checked here, whoever sent them, and answers kept."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from index.errors import SettingsWrong, SourcelineError
from index.types import Filters
from rag.assistant import Assistant
from rag.contract import answer_object
from rag.question.types import Query, Question, Turn
from rag.types import Answer, Citation, Claim, Mode
from ui.web.answer_html import answered_html, searched_html, turn_html
from ui.web.conversations import Conversations
from ui.web.messages import error_said
from ui.web.words import Words

_Piece = Query | Citation | Claim | Answer
_FILTERS = TypeAdapter(Filters)
_FILTERED, _LONGEST = 100, 1_000  # values of each filter, characters of each
_REMEMBERED = 10  # turns that a follow-up may speak of
_WAIT = 0.2  # seconds between looks at whether a reader has stopped an answer


def _bounded(filters: Filters) -> Filters:
    """Filters as somebody may choose them. Raises ValueError."""
    for values in (filters.outlets, filters.languages, filters.files):
        if len(values) > _FILTERED or any(len(value) > _LONGEST for value in values):
            raise ValueError("too many filters, or too long")
    return filters


class Stop(threading.Event):
    """Set when an answer shall end. What works for it ends later: then `over` is done. Where nothing does, `over` can be cancelled."""

    def __init__(self) -> None:
        super().__init__()
        self.over = Future[None]()


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question as a browser sends it; `number` is the turn that it is, and all from there on are replaced.

    The answer can be stopped under the name `stop`.
    """

    question: str
    conversation: str = ""
    number: Annotated[int, Field(ge=0)] = 0
    filters: Annotated[Filters, AfterValidator(_bounded)] = field(default_factory=Filters)
    dates: bool = True
    outlets: bool = True
    alone: bool = False
    mode: Mode | None = None
    stop: Annotated[str, Field(max_length=64)] = ""

    @classmethod
    def of(cls, sent: object) -> Asked:
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
    stop: Stop,
) -> Iterator[dict[str, Any]]:
    """What is searched, and what is said so far with every claim that comes, as HTML; then the whole turn; an error in words.

    What is said is kept.
    """
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
        written = assistant.writer and asked.mode != "quotes"
        answer = Answer(question=asked.question, rewritten=asked.question, mode="written" if written else "quotes")
        for piece in stoppable(assistant, question, asked.mode, stop):
            if isinstance(piece, Answer):
                yield _kept(conversations, visitor, asked, answer_object(piece), words)
                return
            answer = _with(answer, piece)
            if isinstance(piece, Query):
                searched = {"searched": searched_html(asked.kept(), answer_object(answer), words)}
                yield searched | ({"status": words("model_writes")} if written else {})
            elif isinstance(piece, Claim):
                yield {"said": answered_html(asked.number, answer_object(answer), words)}
        stopped = replace(answer, warnings=("stopped before the answer was complete",))
        yield _kept(conversations, visitor, asked, answer_object(stopped), words)
    except SourcelineError as error:
        yield dict(error_said(error, words))


def _kept(
    conversations: Conversations, visitor: str, asked: Asked, answer: dict[str, Any], words: Words
) -> dict[str, Any]:
    """The whole turn, kept where the home can be written."""
    conversation, number = asked.conversation, asked.number
    try:
        conversation, number = conversations.add(visitor, conversation, number, asked.kept(), answer)
    except SourcelineError as error:
        answer["warnings"] = [*answer["warnings"], f"this conversation is not kept: {error}"]
    html = turn_html(number, asked.kept(), answer, words)
    return {"turn": html, "conversation": conversation, "number": number, "title": answer["question"], "answer": answer}


def _with(answer: Answer, piece: Query | Citation | Claim) -> Answer:
    """The answer so far, and one piece more."""
    if isinstance(piece, Query):
        return replace(
            answer, rewritten=piece.text, filters=piece.filters, periods=piece.periods, outlets=piece.outlets
        )
    if isinstance(piece, Citation):
        return replace(answer, citations=(*answer.citations, piece))
    return replace(answer, claims=(*answer.claims, piece))


def stoppable(assistant: Assistant, question: Question, mode: Mode | None, stop: Stop) -> Iterator[_Piece]:
    """What the assistant says, in one thread of its own, until `stop` is set; a model that hangs does not keep the reader."""
    pieces: queue.Queue[_Piece | BaseException | None] = queue.Queue()

    def say() -> None:
        try:
            for piece in assistant.stream(question, mode):
                pieces.put(piece)
                if stop.is_set():
                    break
            pieces.put(None)
        except BaseException as error:  # noqa: BLE001 - it is raised in the thread that waits for it
            pieces.put(error)
        finally:
            stop.over.set_result(None)

    if stop.is_set() or not stop.over.set_running_or_notify_cancel():
        return
    threading.Thread(target=say, name="answer", daemon=True).start()
    while piece := _next(pieces, stop):
        yield piece


def _next(pieces: queue.Queue[_Piece | BaseException | None], stop: Stop) -> _Piece | None:
    """The next piece; None after the last, or when the reader has stopped. Raises what kept it from being said."""
    while True:
        try:
            piece = pieces.get(timeout=_WAIT)
        except queue.Empty:
            if stop.is_set():
                return None
            continue
        if isinstance(piece, BaseException):
            raise piece
        return piece
