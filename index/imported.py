"""Classes of llama-index that the settings name by their dotted path."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from index.embed.checks import one_line
from index.errors import SettingsWrong

_SECRET = ("key", "token", "secret", "password")


def made(path: str, base: type[Any], called: str, arguments: Mapping[str, Any]) -> tuple[Any, list[str]]:
    """An instance of the class at `path`, and what of its arguments must never be shown. Raises SettingsWrong; see `imported`."""
    kind = imported(path, base, called)
    secrets = [str(value) for name, value in arguments.items() if any(word in name.lower() for word in _SECRET)]
    try:
        return kind(**arguments), secrets
    except Exception as error:  # noqa: BLE001 - every vendor's class raises its own
        said = one_line(error, secrets)
        raise SettingsWrong(f"{path} does not take these arguments ({said})", "see its documentation") from None


def imported(path: str, base: type[Any], called: str) -> type[Any]:
    """The class at `path`, a subclass of `base`; `called` is what a person calls one: "embedding class". Raises SettingsWrong."""
    module, _, name = path.rpartition(".")
    try:
        kind = getattr(import_module(module), name, None)
    except ImportError as error:
        remedy = f"install the package it is in ({module.split('.')[0]}…)"
        raise SettingsWrong(f"the {called} {path} cannot be imported ({error})", remedy) from error
    if not (isinstance(kind, type) and issubclass(kind, base)):
        raise SettingsWrong(f"{path} is no {called} of llama-index")
    return kind
