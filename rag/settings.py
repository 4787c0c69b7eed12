"""Settings: from the command line, then the environment (SOURCELINE_…), then the defaults here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from index.errors import SettingsWrong

_PREFIX = "SOURCELINE_"


class Settings(BaseSettings):
    """What a person may choose."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="forbid", frozen=True)

    home: Path = Field(Path("var"), description="the folder that holds everything a run creates")
    embedder: str = Field("local", description='"local", "openai", or the dotted path of a llama-index embedding class')
    embedder_model: str = Field("", description="the model's name at the endpoint")
    embedder_url: str = Field("", description="the base URL of an OpenAI-compatible endpoint")
    embedder_key: str = Field("", description="the key of that endpoint", repr=False)
    embedder_arguments: dict[str, Any] = Field(
        default_factory=dict, description="keyword arguments of a dotted path, as JSON"
    )
    mode: Literal["auto", "quotes", "written"] = Field(
        "auto", description="the articles' own words, or written by a language model; auto: written where one is set"
    )
    or_quotes: bool = Field(
        True,
        description="when the language model fails, answer in the articles' own words and say so; false: end with the failure",
    )
    llm: str = Field(
        "",
        description='"openai" (any compatible endpoint), the dotted path of a llama-index LLM class, or a .gguf file',
    )
    llm_model: str = Field("", description="the model's name at the endpoint; may be left out where it serves only one")
    llm_url: str = Field("", description="the base URL of an OpenAI-compatible endpoint")
    llm_key: str = Field("", description="the key of that endpoint", repr=False)
    llm_arguments: dict[str, Any] = Field(
        default_factory=dict,
        description="keyword arguments of a dotted path, or fields of every request, as JSON",
        repr=False,
    )
    llm_context: int = Field(
        0,
        ge=0,
        description="tokens of articles that the model is given; 0: 450 for one on this machine, 4000 for others",
    )
    llm_tokens: int = Field(500, ge=16, description="tokens that a written answer has at most")
    llm_seconds: float = Field(60.0, gt=0, description="seconds that a written answer may take in all")
    support_policy: Literal["mark", "drop", "quote"] = Field(
        "mark",
        description="what becomes of a written sentence that no article supports: it is marked, dropped, or replaced by a quote",
    )
    judge: str = Field(
        "",
        description='a model that is asked where it is not sure whether a written sentence is supported: "same" (the one that writes),'
        " or the name of another one at its endpoint",
    )
    llm_price_prompt: float | None = Field(None, ge=0, description="the price of a million tokens of prompt")
    llm_price_completion: float | None = Field(None, ge=0, description="the price of a million tokens of answer")
    reranker: str = Field(
        "",
        description='"cohere" (also Jina, llama.cpp, vLLM), "tei", or the dotted path of a llama-index postprocessor class',
    )
    reranker_url: str = Field("", description="the address of a reranking endpoint")
    reranker_model: str = Field("", description="the model's name at that endpoint")
    reranker_key: str = Field("", description="the key of that endpoint", repr=False)
    reranker_arguments: dict[str, Any] = Field(
        default_factory=dict, description="keyword arguments of a dotted path, as JSON", repr=False
    )
    reranker_hits: int = Field(25, ge=2, le=25, description="how many of the first passages it puts in order")
    reranker_seconds: float = Field(10.0, gt=0, description="seconds that it may take in all")
    chroma_url: str = Field("", description="a Chroma server to use in place of the home's own folder")
    password: str = Field("", description="asked for by the chat page where others can reach it", repr=False)
    hits: int = Field(10, ge=1, le=100, description="how many passages a search finds")
    sentences: int = Field(3, ge=1, le=10, description="how many sentences an answer quotes at most")
    wrongly_refused: float = Field(
        0.1,
        ge=0,
        le=0.5,
        description="the share of answerable questions that may be refused wrongly; less answers more",
    )
    answer_above: float | None = Field(
        None, ge=0, le=1, description="the answerability from which on a question is answered, in place of that share"
    )


def load_settings(**given: object) -> Settings:
    """The settings, with what was given on the command line (None: not given). Raises SettingsWrong."""
    _refuse_unknown_names()
    chosen = {k: v for k, v in given.items() if v is not None}
    try:
        return Settings(**{**_openai(os.environ, chosen), **chosen})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = _PREFIX + ".".join(str(part) for part in first["loc"]).upper()
        raise SettingsWrong(f"{name} cannot be used: {first['msg']}", "set it to something else") from error
    except SettingsError as error:
        raise SettingsWrong(str(error), "write it as JSON") from error


def _openai(environ: Mapping[str, str], chosen: Mapping[str, object]) -> dict[str, str]:
    """The endpoint of OPENAI_BASE_URL, OPENAI_API_KEY and OPENAI_MODEL, where Sourceline has none of its own.

    The three go together: a key is never sent to an address that it was not set for.
    """

    def own(name: str) -> str:
        return str(chosen.get(name) or environ.get(_PREFIX + name.upper(), ""))

    if own("llm_url") or own("llm_key") or own("llm") not in ("", "openai"):
        return {}
    found = {
        "llm_url": environ.get("OPENAI_BASE_URL", ""),
        "llm_key": environ.get("OPENAI_API_KEY", "").strip(),
        "llm_model": own("llm_model") or environ.get("OPENAI_MODEL", ""),
    }
    return {name: value for name, value in found.items() if value}


def _refuse_unknown_names() -> None:
    """A misspelt variable is named, and the nearest one that there is."""
    known = [_PREFIX + name.upper() for name in Settings.model_fields]
    for name in os.environ:
        if name.startswith(_PREFIX) and name not in known:
            nearest = get_close_matches(name, known, n=1, cutoff=0)
            raise SettingsWrong(f"there is no setting {name}", f"did you mean {nearest[0]}?")
