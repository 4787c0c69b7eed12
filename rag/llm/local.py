"""A GGUF file run in this process by llama.cpp (the extra `local`).

llama.cpp's server speaks the protocol of every other endpoint, on a free port of this machine and behind a key of our own.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from index.errors import ModelFailed, SettingsWrong
from rag.llm.remote import EndpointModel
from rag.llm.seam import Message, ModelSpec, Piece

CONTEXT = 4096  # tokens of prompt and reply
_ARGUMENTS = {"context", "threads"}


@dataclass(kw_only=True)
class FileModel:
    """A `LanguageModel` in a file; it is loaded when it is first asked. With 0 `threads` llama.cpp takes one a core."""

    path: Path
    seconds: float
    context: int = CONTEXT
    threads: int = 0
    _loading: Any = field(default_factory=Lock, repr=False)

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.stem

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, temperature: float = 0.0, stop: Sequence[str] = ()
    ) -> Iterator[Piece]:
        """See LanguageModel. Raises ModelFailed when the file is no model that llama.cpp can run."""
        with self._loading:
            endpoint = self._endpoint
        return endpoint.stream(messages, max_tokens=max_tokens, temperature=temperature, stop=stop)

    @cached_property
    def _endpoint(self) -> EndpointModel:
        key = secrets.token_urlsafe()
        self._server = self._started(key)  # it runs as long as it is held
        url = f"{self._server.listening_address}/v1"
        return EndpointModel(model=self.name, base_url=url, key=key, seconds=self.seconds)

    def _started(self, key: str) -> Any:
        from xllamacpp import CommonParams, Server

        params = CommonParams()
        params.model.path, params.model_alias = str(self.path), {self.name}
        params.n_ctx, params.n_parallel, params.warmup, params.verbosity = self.context, 1, False, 0
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = self.threads or -1
        params.api_keys = [key]
        try:
            return Server(params)
        except RuntimeError as error:
            raise ModelFailed(f"{self.path} cannot be run ({error})", "set another .gguf file") from None


def file_model(spec: ModelSpec) -> FileModel:
    """The model in the file `spec.engine`; it is not loaded yet. Raises SettingsWrong."""
    if any(name not in _ARGUMENTS or not isinstance(value, int) for name, value in spec.arguments.items()):
        remedy = 'set SOURCELINE_LLM_ARGUMENTS to something like {"context": 4096, "threads": 2}'
        raise SettingsWrong("a model in a file takes a number for context and for threads, nothing else", remedy)
    path = Path(spec.engine).expanduser()
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise SettingsWrong(f"the language model {path} cannot be read ({error.strerror})", "check its path") from error
    if magic != b"GGUF":
        raise SettingsWrong(f"{path} is not a GGUF file", "set the path of one")
    try:
        import xllamacpp  # noqa: F401
    except ImportError as error:
        raise SettingsWrong("a GGUF file needs llama.cpp", "pip install 'sourceline[local]'") from error
    return FileModel(path=path, seconds=spec.seconds, **spec.arguments)
