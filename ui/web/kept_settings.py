"""The settings that a reader chose on the page, and wants at the next start, too: a file in the home that only its owner reads."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from index.address import shown_url
from index.database import translated
from index.errors import SettingsWrong
from index.home import SETTINGS
from rag.settings import Settings

CHOSEN = ("mode", "llm", "llm_model", "llm_url", "llm_key", "support_policy", "hits", "sentences", "wrongly_refused")
_MODEL, _KEY = CHOSEN[:5], CHOSEN[4]


def changed(settings: Settings, wanted: Mapping[str, Any]) -> Settings:
    """The settings with what was chosen on the page. Raises SettingsWrong for what there is not or what cannot be."""
    if unknown := set(wanted) - set(CHOSEN):
        raise SettingsWrong(f"{', '.join(sorted(unknown))} cannot be chosen here", "set it in the environment")
    if wanted.get("llm", settings.llm) not in ("", "openai", settings.llm) and not str(wanted["llm"]).endswith(".gguf"):
        raise SettingsWrong(
            "only a .gguf file can be named here", "a class is set as SOURCELINE_LLM in the environment"
        )
    key = wanted.get(_KEY) or (
        "" if "llm_url" in wanted and wanted["llm_url"] != settings.llm_url else settings.llm_key
    )
    try:
        return Settings(**{**settings.model_dump(), **wanted, _KEY: str(key).strip()})
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsWrong(f"{first['loc'][0]} cannot be used: {first['msg']}", "choose something else") from error


def keep(home: Path, settings: Settings, *, key: bool) -> None:
    """Write what was chosen; the key only if asked for. Raises HomeReadOnly, DiskFull."""
    _write(home, {name: getattr(settings, name) for name in CHOSEN if key or name != _KEY})


def _write(home: Path, values: Mapping[str, Any]) -> None:
    part = home / f".{SETTINGS}.part"
    with translated(home):
        part.unlink(missing_ok=True)
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as written:
            json.dump(values, written)
        part.replace(home / SETTINGS)


def without_secrets(home: Path) -> dict[str, Any]:
    """What was kept, without the key and without what is secret in an address."""
    kept = _kept(home)
    url = str(kept.get("llm_url", ""))
    with suppress(ValueError):  # half an address
        return {name: value for name, value in kept.items() if name != _KEY} | (
            {"llm_url": shown_url(url)} if url else {}
        )
    return {name: value for name, value in kept.items() if name not in (_KEY, "llm_url")}


def forget_model(home: Path) -> list[str]:
    """Forget which language model was chosen: in a home of somebody else's it says where questions and articles would be sent.

    Returns the names of the settings that had been chosen. Raises HomeReadOnly, DiskFull.
    """
    kept = _kept(home)
    _write(home, {name: value for name, value in kept.items() if name not in _MODEL})
    return [name for name in _MODEL if kept.get(name) not in (None, "", Settings.model_fields[name].default)]


def _kept(home: Path) -> dict[str, Any]:
    """What was kept; nothing where that cannot be read."""
    try:
        kept = json.loads((home / SETTINGS).read_text(encoding="utf-8"))
        return {name: value for name, value in kept.items() if name in CHOSEN}
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}


def restored(settings: Settings) -> Settings:
    """The settings with what was kept; as they are where nothing was, or nothing that can be read.

    A model whose file is not here any more, or not on this machine, would keep the page from answering: it is left out.
    """
    kept = _kept(settings.home)
    if str(kept.get("llm", "")).endswith(".gguf") and not Path(kept["llm"]).is_file():
        kept = {name: value for name, value in kept.items() if name not in ("llm", "mode")}  # removed, or left behind
    try:
        return changed(settings, kept)
    except SettingsWrong:
        return settings
