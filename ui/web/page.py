"""What the running page holds, and its HTML."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files
from typing import Any

from anyio import to_thread
from starlette.requests import HTTPConnection

from index.errors import SettingsWrong, SourcelineError
from ui.web.asking import Asked, Stop, told
from ui.web.conversations import Conversations
from ui.web.guard import Door
from ui.web.html_text import text
from ui.web.library import Library
from ui.web.line import Line
from ui.web.messages import error_said, said
from ui.web.suggest import Suggestions
from ui.web.words import Words, preferred

_PLACE = re.compile(r"\{\{(\w+)\}\}")
_LOOK = 0.5  # seconds
VISITOR = re.compile(r"[\w-]{20,64}")


@dataclass(kw_only=True)
class Page:
    """The page while it runs. `shared`: people on other machines can reach it, so each has conversations of their own."""

    library: Library
    conversations: Conversations
    door: Door
    shared: bool = False
    line: Line = field(default_factory=Line)
    suggestions: Suggestions = field(default_factory=Suggestions)
    _stops: dict[tuple[str, str], Stop] = field(default_factory=dict)

    def visitor(self, asking: HTTPConnection) -> str:
        """Whose conversations these are. Raises SourcelineError for somebody who never opened the page."""
        if not self.shared:
            return "local"
        if VISITOR.fullmatch(asking.cookies.get("visitor", "")):
            return asking.cookies["visitor"]
        raise SourcelineError("it is not known who asks", "open the page again, with cookies allowed")

    def only_here(self) -> None:
        """Raises SettingsWrong where others can reach the page."""
        if self.shared:
            raise SettingsWrong("this is changed only on the machine that runs the page", "ask whoever runs it")

    async def ask(self, sent: object, asking: HTTPConnection) -> AsyncIterator[dict[str, Any]]:
        """What is told for a question: its place in the line, then as `tell` does. Whoever leaves, leaves the line."""
        words = words_for(asking)
        try:
            visitor, asked = self.visitor(asking), Asked.of(sent)
            with self._stoppable(visitor, asked.stop) as stop, self.line.joined(stop.over) as place:
                async for before in place:
                    if stop.is_set():
                        break
                    yield {"status": words.counted("before_you", before)}
                told = self.tell(visitor, asked, words, stop)
                while piece := await to_thread.run_sync(next, told, None, abandon_on_cancel=True):
                    yield piece
        except SourcelineError as error:
            yield dict(error_said(error, words))

    def tell(self, visitor: str, asked: Asked, words: Words, stop: Stop) -> Iterator[dict[str, Any]]:
        """What is told when it is its turn: what it waits for, claims, then the turn, or an error."""
        try:
            if not self.library.ready:
                yield {"status": words("js_opening")}
            while self.library.assistant and self.library.first and not stop.wait(_LOOK):
                yield {"status": words("first_articles")}
            yield {"status": words("js_searching")}
            yield from told(self.library.assistant, self.conversations, visitor, asked, words, stop)
        except SourcelineError as error:
            yield dict(error_said(error, words))

    @contextmanager
    def _stoppable(self, visitor: str, name: str) -> Iterator[Stop]:
        """What is set when the answer shall end: by the reader, if it has a name, or because nobody hears it any more."""
        stop = Stop()
        if name:
            self._stops[visitor, name] = stop
        try:
            yield stop
        finally:
            stop.set()
            if self._stops.get((visitor, name)) is stop:
                del self._stops[visitor, name]

    def stop(self, visitor: str, name: str) -> None:
        """End an answer that this visitor is being given, or waits for."""
        if stop := self._stops.get((visitor, name)):
            stop.set()
            self.line.look()

    def state(self, words: Words) -> dict[str, Any]:
        """What the page shows of the library all the time."""
        library, job = self.library, self.library.job
        return {
            "ready": library.ready,
            "fault": error_said(library.fault, words) if library.fault else None,
            "job": {
                "number": job.number,
                "name": job.name,
                "done": job.done,
                "total": job.total,
                "finished": job.finished,
                "fault": said(job.fault, words),
            }
            if job
            else None,
            "articles": library.catalog.counts()["article"] if library.ready else 0,
            "generation": library.catalog.generation if library.ready else 0,
            "mode": library.mode,
        }


def words_for(asking: HTTPConnection) -> Words:
    """The words that this browser wants."""
    return preferred(asking.cookies.get("language"), asking.headers.get("accept-language", ""))


def html(name: str, words: Words) -> str:
    """A page from `static/`, in the reader's language; the words of its scripts are in it as JSON."""
    source = (files("ui.web") / "static" / name).read_text(encoding="utf-8")
    spoken = {key: value for key, value in words.texts.items() if key.startswith(("js_", "language_"))}
    known = {"language": words.language, "words_json": json.dumps(spoken, ensure_ascii=False)}
    return _PLACE.sub(lambda m: escape(known[m[1]]) if m[1] in known else text(words(m[1])), source)
