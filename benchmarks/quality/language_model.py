"""The language model that a benchmark is given: an endpoint, or a file that is served for as long as it is needed."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.quality.peers.given import LanguageModel
from index.errors import SettingsWrong

CONTEXT = 8192  # tokens: what llama-index gives a model are about 3,000
SECONDS = 600.0  # for one answer: two cores may be shared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What names the model on a command line."""
    parser.add_argument("--gguf", type=Path, help="a language model in a file")
    parser.add_argument("--llm-url", help="or an OpenAI-compatible endpoint; its key is OPENAI_API_KEY")
    parser.add_argument("--llm-model", default="", help="the name of its model")


@contextmanager
def language_model(given: argparse.Namespace) -> Iterator[LanguageModel]:
    """The model of the arguments. Raises SettingsWrong where they name none."""
    if given.llm_url and given.llm_model:
        key = os.environ.get("OPENAI_API_KEY", "none")
        yield LanguageModel(url=given.llm_url, name=given.llm_model, key=key, context=CONTEXT, seconds=SECONDS)
    elif given.gguf:
        yield from _served(given.gguf)
    else:
        raise SettingsWrong("no language model is given", "give --gguf, or --llm-url with --llm-model")


def _served(gguf: Path) -> Iterator[LanguageModel]:
    from xllamacpp import CommonParams, Server

    params = CommonParams()
    params.model.path, params.model_alias = str(gguf), {gguf.stem}
    params.n_ctx, params.n_parallel, params.verbosity = CONTEXT, 1, False
    server = Server(params)  # it runs as long as it is held
    yield LanguageModel(url=f"{server.listening_address}/v1", name=gguf.stem, context=CONTEXT, seconds=SECONDS)
