"""The lines of a text, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.types import Span

_LINE = re.compile(r"\S[^\r\n]*")


def line_spans(text: str, start: int = 0) -> Iterator[Span]:
    """The lines of `text` that hold more than white space, in order, without their line ends or surrounding blanks.

    A line ends at CR, LF or CRLF, as RFC 5147 counts them; other separators, such as U+2028, are part of a line.
    """
    for match in _LINE.finditer(text, start):
        end = match.end()
        while text[end - 1].isspace():
            end -= 1
        yield Span(start=match.start(), end=end)
