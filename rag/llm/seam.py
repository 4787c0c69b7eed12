"""What every language model is to the rest of Sourceline: messages in, pieces of a reply out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from index.errors import ModelFailed

Role = Literal["system", "user", "assistant"]
Ending = Literal["whole", "too long", "filtered", "cut"]
"""How a reply ended: by itself, at `max_tokens`, by the provider's content filter, or the connection just closed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One turn of what a model is given."""

    role: Role
    content: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """Tokens as the model itself counts them."""

    prompt: int
    completion: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Some characters of a reply. The last piece of every reply has no text and says how it ended, and what it took."""

    text: str = ""
    ended: Ending | None = None
    usage: Usage | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """A whole reply."""

    text: str
    ended: Ending
    usage: Usage | None


class LanguageModel(Protocol):
    """Anything that answers messages. Thread-safe."""

    @property
    def name(self) -> str:
        """The model's name, as status, reports and runs show it."""

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, temperature: float = 0.0, stop: Sequence[str] = ()
    ) -> Iterator[Piece]:
        """The reply as it is written. Nothing is sent before the first piece is asked for; closing the iterator ends it.

        Raises ModelFailed, or one of its kinds, at any point, and in any case when the model's total time is up.
        """


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelSpec:
    """Which language model to use, as the settings say it.

    `engine` is "openai" (an OpenAI-compatible endpoint: `model`, `base_url`, `key`), the dotted path of a llama-index LLM
    class, which is given `arguments` as keywords, or the path of a .gguf file. `seconds` is the longest that a reply may
    take from the question to its end.
    """

    engine: str
    model: str = ""
    base_url: str = ""
    key: str = field(default="", repr=False)
    arguments: Mapping[str, Any] = field(default_factory=dict, repr=False)
    seconds: float = 60.0


def complete(model: LanguageModel, messages: Sequence[Message], *, max_tokens: int, temperature: float = 0.0) -> Reply:
    """The whole reply at once. Raises ModelFailed when it was cut off by the connection."""
    pieces = list(model.stream(messages, max_tokens=max_tokens, temperature=temperature))
    last = pieces[-1] if pieces else Piece(ended="cut")
    if last.ended in (None, "cut"):
        raise ModelFailed(f"the reply of {model.name} was cut off", "ask again")
    return Reply(text="".join(p.text for p in pieces), ended=last.ended or "cut", usage=last.usage)
