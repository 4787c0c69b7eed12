"""Settings: from the command line, then the environment (SOURCELINE_…), then the defaults here."""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Any

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
    chroma_url: str = Field("", description="a Chroma server to use in place of the home's own folder")
    hits: int = Field(10, ge=1, le=100, description="how many passages a search finds")
    sentences: int = Field(3, ge=1, le=10, description="how many sentences an answer quotes at most")
    answer_above: float = Field(0.4, ge=0, le=1, description="the answerability from which on a question is answered")


def load_settings(**given: object) -> Settings:
    """The settings, with what was given on the command line (None: not given). Raises SettingsWrong."""
    _refuse_unknown_names()
    try:
        return Settings(**{k: v for k, v in given.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = _PREFIX + ".".join(str(part) for part in first["loc"]).upper()
        raise SettingsWrong(f"{name} cannot be used: {first['msg']}", "set it to something else") from error
    except SettingsError as error:
        raise SettingsWrong(str(error), "write it as JSON") from error


def _refuse_unknown_names() -> None:
    """A misspelt variable is named, and the nearest one that there is."""
    known = [_PREFIX + name.upper() for name in Settings.model_fields]
    for name in os.environ:
        if name.startswith(_PREFIX) and name not in known:
            nearest = get_close_matches(name, known, n=1, cutoff=0)
            raise SettingsWrong(f"there is no setting {name}", f"did you mean {nearest[0]}?")
