"""What CitationQueryEngine says, as a row of a run says it.

A citation is the whole of its source, which is how llama-index cites: a piece of at most 512 tokens of a retrieved passage.
The engine asks for "[3]"; small models write "[Source 3]" or "Source 3" as often, which is read as the same. A number that no
source has stays in its claim and resolves to nothing. Only an answer that says that its sources do not tell is a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from benchmarks.quality.peers.corpus import Corpus
from benchmarks.quality.peers.place import place, span_of
from evals.runs import Region
from index.sentences import sentences_of
from index.types import Span

_HEADING = re.compile(r"\ASource \d+:\n")
_NAMED = re.compile(r"[\[(]?\bSources? (\d+)\b[\])]?")
_MARKS = re.compile(r"(?:\s*\[\d+(?:\s*,\s*\d+)*\])+")
_NUMBER = re.compile(r"\d+")
_REFUSAL = re.compile(
    r"\A(?:Empty Response|None of the|The (?:given |provided )?(?:sources?|context|information) (?:does|do|is|are|did) not)"
)


def answered(text: str, cited: Sequence[Region | None], corpus: Corpus) -> dict[str, Any]:
    """What a row says of an answer: its claims, and those of the sources that it cites."""
    refused = bool(_REFUSAL.match(text))
    claims = [] if refused else list(claims_of(_NAMED.sub(r"[\1]", text)))
    used = sorted({n for _, numbers in claims for n in numbers})
    known = {n: region for n in used if 1 <= n <= len(cited) and (region := cited[n - 1])}
    return {
        "mode": "written",
        "answer": text,
        "refused": refused,
        "claims": [{"text": c, "support": "unchecked", "reasons": [], "citations": n} for c, n in claims],
        "citations": [_citation(n, region, corpus) for n, region in known.items()],
        "usage": {},
    }


def sources(corpus: Corpus, shown: Sequence[tuple[Mapping[str, Any], str]]) -> list[Region | None]:
    """Where each numbered source is: the pieces of each retrieved passage are placed in that passage.

    `shown` is, for each source, the metadata of the passage and the text that the model read: "Source 3:" and a piece.
    """
    found: list[Region | None] = []
    for (file, span), some in groupby(shown, key=lambda one: (str(one[0]["file"]), span_of(one[0]))):
        pieces = [_HEADING.sub("", text) for _, text in some]
        inside = place(span.of(corpus.articles[file].text), pieces).spans
        found += [
            Region(file=file, span=Span(start=span.start + s.start, end=span.start + s.end)) if s else None
            for s in inside
        ]
    return found


def claims_of(text: str) -> Iterator[tuple[str, list[int]]]:
    """The sentences of an answer, each with the numbers in it or right behind it."""
    start = 0
    for sentence in sentences_of(text, Span(start=0, end=len(text)), "und"):
        behind = _MARKS.match(text, max(start, sentence.end))
        end = behind.end() if behind else sentence.end
        if end <= start:
            continue
        claim, start = text[start:end], end
        marks = _MARKS.findall(claim)
        if said := _MARKS.sub("", claim).strip():
            yield said, sorted({int(n) for mark in marks for n in _NUMBER.findall(mark)})


def _citation(number: int, region: Region, corpus: Corpus) -> dict[str, Any]:
    quote = region.span.of(corpus.articles[region.file].text)
    return {
        "number": number,
        "file": region.file,
        "start": region.span.start,
        "end": region.span.end,
        "quote": quote,
    }
