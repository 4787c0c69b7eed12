"""Counting tokens without a network.

The unit of every budget here is a token of `o200k_base`. It was chosen over `cl100k_base` because it counts other scripts
nearly as the embedder does: one news sentence in en/de/ru/ar/zh/hi has 27/23/24/25/20/23 tokens for
multilingual-e5-small, 22/20/22/22/19/21 in o200k_base and 22/25/40/52/36/68 in cl100k_base. So one budget means about the
same length in every language.

llama-index-core ships the vocabulary that tiktoken would otherwise download.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from index.errors import SettingsWrong

if TYPE_CHECKING:
    from tiktoken import Encoding

ENCODING = "o200k_base"
_FILE = "fb374d419588a4632f3f557e76b4b70aebbca790"  # tiktoken's name for it: the SHA-1 of the address it comes from
_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
_CACHE = "TIKTOKEN_CACHE_DIR"
_WINDOW = 8192  # characters encoded at once: bounds what one endless "word" can cost
_loading = Lock()


def count_tokens(text: str) -> int:
    """How many tokens `text` has. Special tokens such as <|endoftext|> are ordinary text; lone surrogates count too.

    Raises SettingsWrong when the vocabulary is not installed. Never opens a connection.
    """
    encode = encoding().encode_ordinary
    if len(text) <= _WINDOW:
        return len(encode(text))
    return sum(len(encode(text[at : at + _WINDOW])) for at in range(0, len(text), _WINDOW))


def tokens_to_characters(text: str, budget: int) -> int:
    """The length, in code points, of a prefix of `text` that has at most `budget` tokens, and hardly fewer.

    At least 1, whatever the budget, so that cutting a text piece by piece comes to an end.
    """
    length = _first_guess(text, budget)
    while length > 1 and (tokens := count_tokens(text[:length])) > budget:  # a word cut in two may have more tokens
        length = max(1, length * budget // tokens)
    return max(1, length)


def _first_guess(text: str, budget: int) -> int:
    """How far the first `budget` tokens of `text` reach."""
    length, left = 0, budget
    for at in range(0, len(text), _WINDOW):
        window = text[at : at + _WINDOW]
        tokens = encoding().encode_ordinary(window)
        if len(tokens) > left:
            return length + len(encoding().decode_bytes(tokens[:left]).decode("utf-8", "ignore"))
        length, left = length + len(window), left - len(tokens)
    return length


def truncate_tokens(text: str, budget: int) -> str:
    """`text`, or as much of its beginning as has at most `budget` tokens."""
    return text[: tokens_to_characters(text, budget)]


@lru_cache(maxsize=1)
def encoding() -> Encoding:
    """The one encoding that everything is counted in. Takes 0.5 s once a process."""
    with _loading, _cache_folder(_vocabulary_folder()):
        import tiktoken

        return tiktoken.get_encoding(ENCODING)


@contextmanager
def _cache_folder(folder: Path) -> Iterator[None]:
    """Let tiktoken find its files in `folder`, and leave the environment as it was."""
    before = os.environ.get(_CACHE)
    os.environ[_CACHE] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ[_CACHE]
        else:
            os.environ[_CACHE] = before


def _vocabulary_folder() -> Path:
    """The first folder with an intact vocabulary: a damaged one would make tiktoken delete it and download."""
    for folder in _candidate_folders():
        file = folder / _FILE
        if file.is_file() and sha256(file.read_bytes()).hexdigest() == _SHA256:
            return folder
    raise SettingsWrong(
        f"the tokenizer's vocabulary ({ENCODING}) is not installed",
        f"reinstall llama-index-core, which ships it, or set {_CACHE} to a folder that holds {_FILE}",
    )


def _candidate_folders() -> Iterator[Path]:
    """What the environment names, then what llama-index ships, found without importing it (which takes a second)."""
    if os.environ.get(_CACHE):
        yield Path(os.environ[_CACHE])
    try:
        spec = find_spec("llama_index.core")
    except ModuleNotFoundError:
        return
    for place in (spec.submodule_search_locations or ()) if spec else ():
        yield Path(place) / "_static" / "tiktoken_cache"
