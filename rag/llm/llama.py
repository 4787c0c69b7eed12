"""Any language-model class of llama-index, named by its dotted path, as a `LanguageModel`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from index.imported import made
from rag.llm.faults import translated
from rag.llm.guard import guarded
from rag.llm.seam import Message, ModelSpec, Piece, Usage

if TYPE_CHECKING:
    from llama_index.core.llms import LLM, ChatMessage

_COUNTS = (("prompt_tokens", "completion_tokens"), ("input_tokens", "output_tokens"))


class LlamaIndexModel:
    """A `LanguageModel` whose length and temperature are those that the class was made with.

    llama-index has no common word for how a reply ended, so one that ends is whole.
    """

    def __init__(self, llm: LLM, seconds: float, secrets: Sequence[str] = ()) -> None:
        self._llm, self._seconds, self._secrets = llm, seconds, tuple(secrets)
        self.name = llm.metadata.model_name or type(llm).__name__

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, temperature: float = 0.0, stop: Sequence[str] = ()
    ) -> Iterator[Piece]:
        """See LanguageModel."""
        from llama_index.core.llms import ChatMessage

        turns = [ChatMessage(role=m.role, content=m.content) for m in messages]
        return guarded(self.name, self._seconds, lambda _: self._reply(turns, _))

    def _reply(self, turns: list[ChatMessage], _: ExitStack) -> Iterator[Piece]:
        try:
            raw: Any = None
            for part in self._llm.stream_chat(turns):
                raw = part.raw if part.raw is not None else raw
                if part.delta:
                    yield Piece(text=part.delta)
            yield Piece(ended="whole", usage=_usage(raw))
        except Exception as error:  # noqa: BLE001 - every vendor's class raises its own
            raise translated(error, self.name, self._secrets) from None


def _usage(raw: Any) -> Usage | None:
    """The tokens, where the vendor's reply has them in one of the two usual forms."""
    counted = raw.get("usage") if isinstance(raw, Mapping) else getattr(raw, "usage", None)
    for names in _COUNTS:
        found = [counted.get(n) if isinstance(counted, Mapping) else getattr(counted, n, None) for n in names]
        if all(isinstance(n, int) for n in found):
            return Usage(prompt=found[0], completion=found[1])  # type: ignore[arg-type]
    return None


def llama_index_model(spec: ModelSpec) -> LlamaIndexModel:
    """The class at the dotted path `spec.engine`, made with `spec.arguments`. Raises SettingsWrong."""
    from llama_index.core.llms import LLM

    instance, secrets = made(spec.engine, LLM, "language-model class", spec.arguments)
    return LlamaIndexModel(instance, spec.seconds, secrets)
