"""Texts that are sent to a model or said to a reader: one file each, with front matter that names its variables.

---
variables: closest
---
The articles do not answer this. ${closest}
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template


class MissingVariables(KeyError):
    """A prompt was rendered without everything that its text names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompt:
    """A text with `${variables}`."""

    name: str
    variables: frozenset[str]
    text: str

    def render(self, **values: str) -> str:
        """The text with its variables filled in. Raises MissingVariables, which names them."""
        missing = self.variables - values.keys()
        if missing:
            raise MissingVariables(f"{self.name} needs {', '.join(sorted(missing))}")
        return Template(self.text).substitute(values)


@cache
def load(name: str) -> Prompt:
    """The prompt in `prompts/<name>.txt`. Raises FileNotFoundError."""
    raw = (files("prompts") / f"{name}.txt").read_text(encoding="utf-8")
    _, front, text = raw.split("---\n", 2)
    names = front.partition("variables:")[2].replace(",", " ").split()
    return Prompt(name=name, variables=frozenset(names), text=text.strip())


def names() -> list[str]:
    """Every prompt there is."""
    return sorted(f.name.removesuffix(".txt") for f in files("prompts").iterdir() if f.name.endswith(".txt"))


def in_language(name: str, language: str) -> Prompt:
    """The prompt in that language, in English where there is none."""
    return load(f"{name}.{language}" if f"{name}.{language}" in names() else f"{name}.en")
