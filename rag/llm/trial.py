"""One call to a language model, to tell whether it answers."""

from __future__ import annotations

import time
from dataclasses import dataclass

from index.errors import SourcelineError
from rag.llm.seam import LanguageModel, Message

_ASKED = (Message(role="user", content="Say yes."),)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """The model that answered and the seconds until its first words, or in one line why there were none."""

    name: str = ""
    seconds: float = 0.0
    error: str = ""


def try_out(model: LanguageModel, tokens: int) -> Trial:
    """Ask for a word and leave when it comes. `tokens` are those of an answer: some models think before they say yes."""
    start = time.perf_counter()
    try:
        next(iter(model.stream(_ASKED, max_tokens=tokens)))
        return Trial(name=model.name, seconds=time.perf_counter() - start)
    except SourcelineError as error:
        return Trial(error=str(error))
