"""Sentences with exact offsets."""

from __future__ import annotations

import re

from index.types import Span


def sentence_spans(text: str, language: str) -> list[Span]:
    """The sentences of `text`, in order, as code-point spans without surrounding white space."""
    import sentencex

    spans: list[Span] = []
    for line in re.finditer(r"[^\r\n]+", text):
        for at in range(line.start(), line.end(), 2000):
            window = text[at : min(at + 2000, line.end())]
            plain = re.sub(r"[\ud800-\udfff]", "x", window)
            for found in sentencex.get_sentence_boundaries(language, plain):
                piece = window[found["start_index"] : found["end_index"]]
                start = at + found["start_index"] + len(piece) - len(piece.lstrip())
                end = start + len(piece.strip())
                if end > start:
                    spans.append(Span(start=start, end=end))
    return spans
