"""Any language-model class of llama-index, named by its dotted path, as a `LanguageModel`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from index.imported import imported, made
from rag.llm.faults import translated
from rag.llm.guard import guarded
from rag.llm.limits import until, up_to
from rag.llm.seam import Ending, Message, ModelSpec, Piece, Usage

if TYPE_CHECKING:
    from llama_index.core.llms import LLM, ChatMessage

_LENGTHS = ("max_tokens", "max_new_tokens")  # what the classes call how long a reply may be
_PATIENCE = ("timeout", "request_timeout")
_COUNTS = (("prompt_tokens", "completion_tokens"), ("input_tokens", "output_tokens"))
_FINISHES = ("finish_reason", "stop_reason", "done_reason")
_ENDINGS: dict[str, Ending] = {"length": "too long", "max_tokens": "too long", "content_filter": "filtered"}


class LlamaIndexModel:
    """A `LanguageModel` in a class of llama-index, which has no common word for length, stop words or how a reply ended.

    Length and temperature are set where the class has a field for them, and every reply is cut here besides. `arguments`
    that it was made with hold in their place. A reply that ends is whole, unless the vendor's own reply says otherwise.
    """

    def __init__(self, llm: LLM, seconds: float, secrets: Sequence[str] = (), arguments: Sequence[str] = ()) -> None:
        self._llm, self._seconds, self._secrets, self._given = llm, seconds, tuple(secrets), frozenset(arguments)
        self.name = llm.metadata.model_name or type(llm).__name__

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, temperature: float = 0.0, stop: Sequence[str] = ()
    ) -> Iterator[Piece]:
        """See LanguageModel."""
        from llama_index.core.llms import ChatMessage

        turns = [ChatMessage(role=m.role, content=m.content) for m in messages]
        llm = self._told(dict.fromkeys(_LENGTHS, max_tokens) | {"temperature": temperature})

        def source(_: ExitStack) -> Iterator[Piece]:
            pieces = until(self._reply(llm, turns), stop)
            return pieces if self._given.intersection(_LENGTHS) else up_to(pieces, max_tokens)

        return guarded(self.name, self._seconds, source)

    def _told(self, wanted: Mapping[str, Any]) -> LLM:
        """The class's instance with what it has a field for, and was not made with."""
        fields = type(self._llm).model_fields.keys() - self._given
        return self._llm.model_copy(update={name: value for name, value in wanted.items() if name in fields})

    def _reply(self, llm: LLM, turns: list[ChatMessage]) -> Iterator[Piece]:
        finish, usage = None, None
        try:
            for part in llm.stream_chat(turns):
                finish, usage = _finish(part.raw) or finish, _usage(part.raw) or usage
                if part.delta:
                    yield Piece(text=part.delta)
            yield Piece(ended=_ENDINGS.get((finish or "").lower(), "whole"), usage=usage)
        except Exception as error:  # noqa: BLE001 - every vendor's class raises its own
            raise translated(error, self.name, self._secrets) from None


def _finish(raw: Any) -> str | None:
    """How a vendor's reply says that it ended, where it does in one of the usual forms."""
    choice = next(iter(_of(raw, "choices") or ()), None)
    said = (_of(level, name) for level in (choice, raw) for name in _FINISHES)
    return next((word for word in said if isinstance(word, str)), None)


def _usage(raw: Any) -> Usage | None:
    """The tokens, where the vendor's reply has them in one of the two usual forms."""
    counted = _of(raw, "usage")
    for names in _COUNTS:
        prompt, completion = (_of(counted, name) for name in names)
        if isinstance(prompt, int) and isinstance(completion, int):
            return Usage(prompt=prompt, completion=completion)
    return None


def _of(raw: Any, name: str) -> Any:
    return raw.get(name) if isinstance(raw, Mapping) else getattr(raw, name, None)


def llama_index_model(spec: ModelSpec) -> LlamaIndexModel:
    """The class at the dotted path `spec.engine`, made with `spec.arguments`. Raises SettingsWrong."""
    from llama_index.core.llms import LLM

    called = "language-model class"
    fields = imported(spec.engine, LLM, called).model_fields
    patience = {name: spec.seconds for name in _PATIENCE if name in fields}
    instance, secrets = made(spec.engine, LLM, called, {**patience, **spec.arguments})
    return LlamaIndexModel(instance, spec.seconds, secrets, tuple(spec.arguments))
