"""A draft's sentence that is the prompt's and nobody's answer: small models copy what they are told, about once in a hundred answers.

Only what is ours in a prompt counts, and the headings of articles; what is said in the words of an article, of the question or of a
note's values may be an answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import prompts

LINE = "==="
"""Begins and ends the boundary; no text of an article and no question has it (`sources.harmless`)."""
_RUN = 4  # words in a row that nobody else writes by chance
_MOST = 0.7  # of a sentence's words
_FEWEST = 2  # words that tell which line they begin
_WORD = re.compile(r"\w+|\?")
_VARIABLE = re.compile(r"\$\{\w+\}|\n")
_ENDED = re.compile(r"[.!?]\W*$")
_NUMBERED = re.compile(r"\[\d+\] ")


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompted:
    """What a model was given to write from: the boundary, the text between, and the question, as they stand in the prompt."""

    boundary: str
    sources: str
    question: str

    def repeated_in(self, sentence: str) -> bool:
        """Whether a sentence is one of the prompt, whole or mostly; the last one of a draft may be cut off anywhere."""
        words = _words(sentence)
        if LINE in sentence or self.boundary.strip("= ") in sentence or words == _words(self.question):
            return True
        return self._is_line(words, sentence) or _covered(words) >= max(_RUN, _MOST * len(words))

    def _is_line(self, words: list[str], sentence: str) -> bool:
        """Whether the words begin a line, or end the heading of an article; a sentence that is whole is no beginning of our rules."""
        headings = [_words(line) for line in self.sources.splitlines() if not _NUMBERED.match(line)]
        labelled, text = [_words(f"Question: {self.question}"), *headings], " ".join(words)
        if len(words) < _FEWEST:
            return ":" in sentence and any(line[:1] == words for line in labelled)
        lines = labelled if _ENDED.search(sentence) else [*labelled, *_lines()]
        ends = sentence.endswith(")") and any(line[-len(words) :] == words for line in headings)
        return ends or any(" ".join(line).startswith(text) for line in lines)


def _covered(words: Sequence[str]) -> int:
    """How many of the words stand in runs that are ours."""
    ours = {i + j for i, run in enumerate(_in_rows(words)) if run in _runs() for j in range(_RUN)}
    return len(ours)


@cache
def _lines() -> list[list[str]]:
    """What of our prompts stands between line ends and variables."""
    texts = (prompts.load(name).text for name in prompts.names() if name.startswith("answer"))
    return [words for text in texts for part in _VARIABLE.split(text) if (words := _words(part))]


@cache
def _runs() -> frozenset[tuple[str, ...]]:
    return frozenset(run for line in _lines() for run in _in_rows(line))


def _in_rows(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1)]


def _words(text: str) -> list[str]:
    """In small letters; a question mark counts, so that "Russia supplied Iran." is not "Russia supplied Iran?"."""
    return _WORD.findall(text.casefold())
