"""The nouns of the index: what a file becomes on its way to a vector.

    file -> Article -> Sentence -> Passage

Offsets are always code points of `Article.text`, half-open, so `article.text[span.start:span.end]` is the quoted text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import ClassVar, Literal

Format = Literal["txt", "md", "html", "pdf", "docx", "epub"]
MarkKind = Literal["title", "header", "boilerplate"]
PlaceKind = Literal["page", "paragraph", "chapter"]


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Span:
    """A half-open range of code points."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span runs forward from 0, not {self.start}:{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The characters of `text` that this span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A stretch of an article that belongs to no passage: its title, its header lines, or boilerplate.

    Marked text stays in `Article.text`, so the offsets of everything else stay true.
    """

    span: Span
    kind: MarkKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a stretch of extracted text stands in its file: page 3 of a PDF, paragraph 12 of a web page."""

    span: Span
    kind: PlaceKind
    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """One file, read.

    For txt and md, `text` is the decoded file with nothing removed (a byte-order mark excepted), so offsets and lines are
    the file's own. For the other formats it is the extracted text, and `places` says which part of the file it came from.
    """

    id: str
    text: str
    sha256: str
    format: Format
    title: str | None = None
    date: date | None = None
    outlet: str | None = None
    author: str | None = None
    language: str = "und"
    marks: tuple[Mark, ...] = ()
    places: tuple[Place, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """One sentence of an article, with its number in reading order from 0."""

    number: int
    span: Span


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A run of whole sentences: the unit that is embedded and found.

    `text` is exactly `article.text[span.start:span.end]`.
    """

    article_id: str
    span: Span
    text: str
    language: str
    sentences: tuple[Sentence, ...]
    id: str = field(init=False)

    def __post_init__(self) -> None:
        key = f"{self.article_id}\0{self.span.start}\0{self.span.end}\0{self.text}"
        object.__setattr__(self, "id", sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32])


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """Which articles may answer. An empty field allows all; dates are inclusive, and an undated article passes neither.

    An outlet is meant by any whole part of its name (see `index/outlets.py`), a file by its id or by a folder that it is in.

    `as_of` is the day on which a question is asked: what was published later is not known yet; undated articles are.
    """

    __pydantic_config__: ClassVar = {
        "extra": "forbid",
        "strict": True,
    }  # where they are read from a file, a misspelt key is told

    outlets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    files: tuple[str, ...] = ()
    as_of: date | None = None

    def __bool__(self) -> bool:
        return any((self.outlets, self.languages, self.since, self.until, self.files, self.as_of))
