"""The articles that a report shows stretches of, read from the folder that the run was over."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from index.errors import SourcelineError
from index.readers import read_article


def articles_in(corpus: Path) -> Callable[[str], str | None]:
    """The text of an article by its id, as the index reads it; None where the folder has no such file, or it cannot be read."""

    @cache
    def text(file: str) -> str | None:
        path = corpus / file
        if not path.resolve().is_relative_to(corpus.resolve()) or not path.is_file():
            return None
        try:
            return read_article(path, file).text
        except SourcelineError:
            return None

    return text
