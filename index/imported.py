"""Classes of llama-index that the settings name by their dotted path."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from index.errors import SettingsWrong


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
