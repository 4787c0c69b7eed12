"""Files read in a thread of their own, some ahead of those that are embedded and stored."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from index.errors import UnfinishedArticle, UnreadableArticle
from index.readers import Found, read_article
from index.ready import Ready, prepared, state_of
from index.stored import FileState, Root

_MOST_FILES, _MOST_BYTES = 256, 1_000_000  # read ahead; a file that is larger is read when its turn comes


@dataclass(frozen=True, kw_only=True, slots=True)
class Touched:
    """A file whose bytes are those of the article that is stored; only its size or time is new."""

    article_id: str
    state: FileState


@dataclass(frozen=True, kw_only=True, slots=True)
class Unread:
    """A file without an article, and why."""

    article_id: str
    path: Path
    error: UnreadableArticle | OSError

    @property
    def is_final(self) -> bool:
        """Whether the file was read and has no article in it, rather than could not be read now."""
        found_nothing = not isinstance(self.error.__cause__ or self.error, OSError)
        return found_nothing and not isinstance(self.error, UnfinishedArticle)


Reading: TypeAlias = Ready | Touched | Unread


def read_ahead(root: Root, wanted: Mapping[str, Found], known: Mapping[str, FileState]) -> Generator[Reading]:
    """What is in each file, by its article id, in their order: the next ones are read while the caller works with one."""
    pool, ahead = ThreadPoolExecutor(1, "read"), deque[tuple[int, Future[Reading]]]()
    try:
        for article_id, found in wanted.items():
            one = pool.submit(read, root, article_id, found, known.get(article_id))
            ahead.append((found.size, one))
            while len(ahead) > _MOST_FILES or sum(size for size, _ in ahead) > _MOST_BYTES:
                yield ahead.popleft()[1].result()
        while ahead:
            yield ahead.popleft()[1].result()
    finally:
        pool.shutdown(cancel_futures=True)


def read(root: Root, article_id: str, found: Found, before: FileState | None) -> Reading:
    """One file, split; `before` is what is known of it."""
    try:
        state = state_of(root, found, "")  # before reading: a file written meanwhile is read again next time
        article = read_article(found.path, article_id)
    except (UnreadableArticle, OSError) as error:
        return Unread(article_id=article_id, path=found.path, error=error)
    state = replace(state, sha256=article.sha256)
    if before and (before.sha256, before.reading) == (state.sha256, state.reading):
        return Touched(article_id=article_id, state=state)
    return prepared(article, state)
