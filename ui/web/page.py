"""What the running page holds, and its HTML."""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files
from typing import Any

from starlette.requests import HTTPConnection

from index.errors import SettingsWrong, SourcelineError
from ui.web.asking import Asked, told
from ui.web.conversations import Conversations
from ui.web.guard import Door
from ui.web.html_text import text
from ui.web.library import Library
from ui.web.words import Words, preferred

_PLACE = re.compile(r"\{\{(\w+)\}\}")
_LOOK = 0.5  # seconds
_STOPPABLE = 1_000  # answers that can be stopped at a time
VISITOR = re.compile(r"[\w-]{20,64}")


@dataclass(kw_only=True)
class Page:
    """The page while it runs. `shared`: people on other machines can reach it, so each has conversations of their own."""

    library: Library
    conversations: Conversations
    door: Door
    shared: bool = False
    _stops: OrderedDict[str, threading.Event] = field(default_factory=OrderedDict)

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

    def tell(self, sent: Mapping[str, Any], asking: HTTPConnection) -> Iterator[dict[str, Any]]:
        """What the browser is told for a question: claims, then the turn, or an error."""
        words, stop = words_for(asking), threading.Event()
        name = str(sent.get("stop", ""))[:64]
        self._stops[name] = stop
        while len(self._stops) > _STOPPABLE:
            self._stops.popitem(last=False)
        try:
            visitor, asked = self.visitor(asking), Asked.of({k: v for k, v in sent.items() if k != "stop"})
            while self.library.assistant and self.library.first and not stop.wait(_LOOK):
                yield {"status": words("first_articles")}
            yield from told(self.library.assistant, self.conversations, visitor, asked, words, stop)
        except SourcelineError as error:
            yield {"error": error.what, "remedy": error.remedy}
        finally:
            stop.set()
            self._stops.pop(name, None)

    def stop(self, name: str) -> None:
        """End an answer that is being given."""
        if stop := self._stops.get(name):
            stop.set()

    def state(self) -> dict[str, Any]:
        """What the page shows of the library all the time."""
        library, job = self.library, self.library.job
        return {
            "ready": library.ready,
            "fault": {"error": library.fault.what, "remedy": library.fault.remedy} if library.fault else None,
            "job": {
                "number": job.number,
                "name": job.name,
                "done": job.done,
                "total": job.total,
                "finished": job.finished,
                "fault": job.fault,
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
    spoken = {key: value for key, value in words.texts.items() if key.startswith("js_")}
    known = {"language": words.language, "words_json": json.dumps(spoken, ensure_ascii=False)}
    return _PLACE.sub(lambda m: escape(known[m[1]]) if m[1] in known else text(words(m[1])), source)
