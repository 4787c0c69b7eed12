"""What a run is: when, in which mode, over what, with which model; from a header that other systems may write too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from evals.runs import Run

_NAMED = ("name", "path", "file", "folder")  # what stands for an object on one line, if it has it
_HASH = 64


def facts(run: Run) -> dict[str, str]:
    """Name and value of what identifies a run, as far as its header says it."""
    header = run.header
    found = {
        "date": _day(_first(header, "started", "date")),
        "mode": _mode(_brief(_first(header, "mode", "system"))),
        "cases": _cases(len(run.rows), header.get("cases_in_file")),
        "corpus": _brief(_first(header, "corpus_folder", "corpus")),
        "model": ", ".join(
            filter(None, (_brief(_first(header, key)) for key in ("model", "embedder", "language_model")))
        ),
    }
    return {name: value for name, value in found.items() if value}


def _cases(n: int, of: Any) -> str:
    """ "40 of 300 cases" where not all of a file were asked."""
    return f"{n:,} of {of:,} cases" if isinstance(of, int) and of > n else f"{n:,} cases"


def heading(run: Run) -> str:
    """The facts on one line."""
    return " · ".join(facts(run).values())


def settings(run: Run) -> list[tuple[str, str]]:
    """Everything that the header holds, flat: ("made_with.versions.numpy", "2.4.1")."""
    return list(_flat("", run.header))


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}" if name else str(key), inner)
    elif value is not None and value != "" and value != []:
        yield name, str(value)


def _first(header: Mapping[str, Any], *keys: str) -> Any:
    """The first of `keys` that the header has, itself or in what it was made with."""
    places = [place for place in (header, *(header.get(k) for k in ("made_with",))) if isinstance(place, Mapping)]
    return next((place[key] for key in keys for place in places if place.get(key)), None)


def _mode(mode: str) -> str:
    """ "Quotes mode" of one of ours; the name of another system as it is."""
    return f"{mode.capitalize()} mode" if mode in ("search", "quotes", "written") else mode


def _brief(value: Any) -> str:
    if isinstance(value, Mapping):
        return _brief(next((value[key] for key in _NAMED if value.get(key)), ""))
    text = "" if value is None else str(value)
    return text[:12] if len(text) == _HASH else text


def _day(value: Any) -> str:
    """ "2026-11-22 02:45" of a time in ISO 8601."""
    try:
        return datetime.fromisoformat(str(value)).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return _brief(value)
