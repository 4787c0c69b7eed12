"""Names the articles of a set, keeps their texts as our reader will give them back, and finds evidence in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from hashlib import sha256

from evals.cases import Evidence
from evals.quotes import locate
from evals.sets.types import SetWrong
from index.language import detect_language

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_LONGEST_SLUG = 60
_SURROGATE = re.compile("[\ud800-\udfff]")
_ENOUGH_TO_TELL = 600


class Articles:
    """The articles gathered so far: `texts` holds the text of every file."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self._file_of: dict[str, str] = {}
        self._names: set[str] = set()

    def add(self, title: str, text: str) -> str:
        """The file for a text that may come several times: the same text is one article, with the first title."""
        text = storable(text)
        if text not in self._file_of:
            self._file_of[text] = self.put(f"{slug(title)}-{_digest(text)}.txt", text)
        return self._file_of[text]

    def put(self, file: str, text: str) -> str:
        """`file`, which now holds `text`; two names that some file systems take for one are told apart."""
        text = storable(text)
        if not text.strip():
            raise SetWrong(f"the article {file} has no text")
        if file.casefold() in self._names:
            stem, dot, ending = file.rpartition(".")
            file = f"{stem}-{_digest(file + text)}{dot}{ending}"
        self._names.add(file.casefold())
        self.texts[file] = text
        return file

    def evidence(self, file: str, quote: str, near: int = 0) -> Evidence | None:
        """The place of `quote` that starts closest to `near`, as it stands in the article; None where it does not."""
        return evidence_in(self.texts[file], file, storable(quote), near)


def evidence_in(text: str, file: str, quote: str, near: int = 0) -> Evidence | None:
    """The place of `quote` in the article that starts closest to `near`, as it stands there; None where it does not."""
    place = locate(text, quote, near)
    if place is None:
        return None
    return Evidence(file=file, quote=place.of(text), start=place.start, end=place.end)


def titled(title: str, text: str) -> str:
    """The text below its title, unless it begins with it."""
    title = " ".join(title.split())
    return text if not title or text.lstrip().startswith(title) else f"{title}\n\n{text}"


def slug(title: str) -> str:
    """The title as the name of a file on any system: lower case letters and digits of ASCII, and hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain)[:_LONGEST_SLUG].strip("-") or "article"


def file_of_id(name: str) -> str:
    """The file for an article that has an id of its own: the id itself, where it can be the name of a file."""
    return f"{name}.txt" if _SAFE.fullmatch(name) else f"{slug(name)}-{_digest(name)}.txt"


def storable(text: str) -> str:
    """The text without a byte-order mark, which no reader keeps, and lone surrogates, which UTF-8 cannot hold."""
    return _SURROGATE.sub("\ufffd", text).removeprefix("\ufeff")


def language_of(texts: Iterable[str]) -> str:
    """The language of several short texts, told from all of them together."""
    sample = ""
    for text in texts:
        sample += text + "\n"
        if len(sample) > _ENOUGH_TO_TELL:
            break
    return detect_language(sample)


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:6]
