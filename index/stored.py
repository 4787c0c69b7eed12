"""The nouns of the catalog: what it keeps of a file, a folder, a passage and the embedding model beside what they say."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from index.days.calendar import Days
from index.types import Passage


@dataclass(frozen=True, kw_only=True, slots=True)
class FileState:
    """What the catalog knows of a file: enough to see that it has not changed without reading it."""

    root: int
    path: str
    size: int
    mtime_ns: int
    reading: str = ""
    sha256: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Root:
    """An indexed folder; ids of its articles begin with `prefix`."""

    number: int
    path: Path
    prefix: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A passage as it is stored: with the hash of the text that is embedded, the terms that lexical search sees, the days it names.

    `days` None: they are read from its text when they are asked for.
    """

    passage: Passage
    text_hash: bytes
    title_terms: str
    body_terms: str
    days: tuple[Days, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """The outlet and the day of the article that a passage is of, and the days that it names itself; None: not known."""

    outlet: str | None
    date: datetime.date | None
    days: tuple[Days, ...] | None


class Model(NamedTuple):
    """An embedding model: its name and the length of its vectors."""

    name: str
    dimension: int
