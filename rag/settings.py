"""Settings: from the command line, then the environment (SOURCELINE_…), then the defaults here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.errors import SettingsWrong


class Settings(BaseSettings):
    """What a person may choose. Unknown names are refused, so that a spelling mistake is not silently ignored."""

    model_config = SettingsConfigDict(env_prefix="SOURCELINE_", extra="forbid", frozen=True)

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
    try:
        return Settings(**{k: v for k, v in given.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        remedy = f"set SOURCELINE_{name.upper()} or the flag of that name to something else"
        raise SettingsWrong(f"the setting {name!r} cannot be used: {first['msg']}", remedy) from error
