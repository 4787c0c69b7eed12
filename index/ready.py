"""An article on its way into the catalog: read, split, its terms and the texts to embed at hand; only the vectors are missing."""

from __future__ import annotations

from dataclasses import dataclass

from index.days.mentioned import named_days
from index.exact import text_hash
from index.readers import Found
from index.split import embedding_text, split_article
from index.stored import Entry, FileState, Root
from index.terms import terms
from index.types import Article, Passage

READING = "3"
"""Raised whenever a file would be read or split otherwise, or other days found in it: all is then read again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """An article that only waits for its vectors."""

    article: Article
    state: FileState
    entries: tuple[Entry, ...]
    texts: tuple[str, ...]


def state_of(root: Root, found: Found, digest: str) -> FileState:
    """A file as it is now, with the SHA-256 of its bytes. Raises OSError."""
    now = found.path.stat()
    below = found.path.relative_to(root.path).as_posix()
    return FileState(
        root=root.number, path=below, size=now.st_size, mtime_ns=now.st_mtime_ns, reading=READING, sha256=digest
    )


def prepared(article: Article, state: FileState) -> Ready:
    """An article with its passages, their terms and the texts of them that are embedded."""
    passages = split_article(article)
    texts = tuple(embedding_text(article, p) for p in passages)
    entries = tuple(_entry(article, p, t) for p, t in zip(passages, texts, strict=True))
    return Ready(article=article, state=state, entries=entries, texts=texts)


def _entry(article: Article, passage: Passage, embedded: str) -> Entry:
    about = " ".join(filter(None, (article.title, article.outlet)))
    return Entry(
        passage=passage,
        text_hash=text_hash(embedded),
        title_terms=" ".join(terms(about, article.language)),
        body_terms=" ".join(terms(passage.text, passage.language)),
        days=named_days(passage.text, passage.language, article.date),
    )
