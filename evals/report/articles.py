"""The articles that a report shows stretches of, read from the folder that the run was over."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from evals.report.excerpts import ArticleText
from evals.runs import Run
from index.errors import SourcelineError
from index.readers import read_article


def articles_of(run: Run) -> ArticleText | None:
    """The articles that `run` was over, if its header names a folder that is still there."""
    folder = run.header.get("corpus_folder")
    return articles_in(Path(folder)) if isinstance(folder, str) and Path(folder).is_dir() else None


def articles_in(corpus: Path) -> ArticleText:
    """The text of an article by its id, as the index reads it; None where the folder has no such file, or it cannot be read."""

    @cache
    def text(file: str) -> str | None:
        try:
            path = (corpus / file).resolve()
            inside = path.is_relative_to(corpus.resolve()) and path.is_file()
            return read_article(path, file).text if inside else None
        except (SourcelineError, OSError, ValueError):  # ValueError: a name that no file can have
            return None

    return text
