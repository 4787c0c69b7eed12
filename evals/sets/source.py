"""Reads the files of a set, and names the line and the key of what is not as it should be."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from evals.sets.types import SetWrong

_Record = TypeVar("_Record")
_OPENING = 65_536
"""Bytes of a file from which its format can be told."""


def read_text(path: Path) -> str:
    """The UTF-8 text of the file, line ends as they are, without a byte-order mark. Raises SetWrong."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SetWrong(f"{path} is not UTF-8 (byte {error.start})", "save it in UTF-8") from error
    except OSError as error:
        raise SetWrong(f"{path} cannot be read ({error.strerror})") from error


def read_json(path: Path, record: type[_Record]) -> _Record:
    """The JSON file as a `record`; keys that it does not name are passed over. Raises SetWrong."""
    return _checked(TypeAdapter(record), read_text(path), str(path))


def read_json_lines(path: Path, record: type[_Record]) -> Iterator[_Record]:
    """A `record` for every line that is not empty. Raises SetWrong with the number of the line."""
    adapter = TypeAdapter(record)
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            yield _checked(adapter, line, f"{path}:{number}")


def files_of(source: Path, pattern: str) -> list[Path]:
    """`source` itself, or, where that is a folder, its files that match `pattern`; there is at least one."""
    if not source.exists():
        raise SetWrong(f"there is no {source}", "check the path")
    found = sorted(source.glob(pattern)) if source.is_dir() else [source]
    if not found:
        raise SetWrong(f"{source} holds no file {pattern}")
    return found


def mentions(pattern: str, *words: str) -> Callable[[Path], bool]:
    """Whether the beginning of the source, or of one of its files that match `pattern`, holds all `words`."""

    def fits(source: Path) -> bool:
        paths = source.glob(pattern) if source.is_dir() else [source]
        return any(all(word in opening for word in words) for opening in map(opening_of, paths))

    return fits


def opening_of(path: Path) -> str:
    """The beginning of a file; nothing where there is no file."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return file.read(_OPENING).decode("utf-8-sig", errors="replace")


def checked(record: type[_Record], found: object, at: str) -> _Record:
    """`found` as a `record`. Raises SetWrong with `at` and the key that is not as it should be."""
    return _validated(TypeAdapter(record), found, at)


def _checked(adapter: TypeAdapter[_Record], text: str, at: str) -> _Record:
    try:
        return _validated(adapter, json.loads(text), at)
    except json.JSONDecodeError as error:
        raise SetWrong(f"{at}: not JSON ({error.msg} at character {error.pos})") from error


def _validated(adapter: TypeAdapter[_Record], found: object, at: str) -> _Record:
    try:
        return adapter.validate_python(found)
    except ValidationError as error:
        raise SetWrong(f"{at}: {_fault(error.errors()[0])}") from error


def _fault(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == "missing":
        return f"{where} is missing"
    found = json.dumps(error["input"], ensure_ascii=False, default=str)[:80]
    return f"{where or 'the record'}: {error['msg']}, found {found}"
