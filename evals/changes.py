"""What differs between what two runs were made with: "answer_above 0.4 → 0.8", in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_HASH, _SHORT = 64, 12
_NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One setting, version, prompt or hash, as a header has it: `baseline` and `other` are its values in words."""

    name: str
    baseline: str
    other: str

    def __str__(self) -> str:
        return f"{self.name} {self.baseline} → {self.other}"


def changes(baseline: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[Change, ...]:
    """Everything that differs between the "made_with" of two headers, by its name; settings without "settings."."""
    one, two = dict(_flat("", baseline)), dict(_flat("", other))
    names = [name for name in {**one, **two} if one.get(name, _NONE) != two.get(name, _NONE)]
    return tuple(_change(name, one.get(name, _NONE), two.get(name, _NONE)) for name in names)


def shared(baseline: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[Change, ...]:
    """The same of the parts that both headers have: another system has no settings of ours. Of articles and cases, see warnings."""
    names = (baseline.keys() & other.keys()) - {"corpus", "cases"}
    one, two = ({name: value for name, value in made.items() if name in names} for made in (baseline, other))
    return changes(one, two)


def _change(name: str, one: str, two: str) -> Change:
    if one[:_SHORT] == two[:_SHORT]:
        return Change(name=name.removeprefix("settings."), baseline=one, other=two)
    return Change(name=name.removeprefix("settings."), baseline=_brief(one), other=_brief(two))


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}" if name else str(key), inner)
    elif value is not None and value != "":
        yield name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _brief(value: str) -> str:
    """A hash by its beginning."""
    return value[:_SHORT] if len(value) == _HASH else value
