"""The clauses behind the first one of a claim: what a model adds to a true sentence mostly is one, "and is popular", "which lawyers wrote".

The first says what the claim is of, and who says so ("The article states that …").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

_PAUSE = re.compile(r"[,;:–—)][\"'”“»«’]*$|^[–—-]+$")
_FEWEST = 3  # words; fewer belong to the clause before them
_FEWEST_FIRST = 2  # "The pact, which lawyers wrote, …"
_FEWEST_BETWEEN = (
    6  # a short one between two others says too little by itself: "and added,"; chosen on the claims that tune
)
# fmt: off
_BEGINS = {
    "en": "and but or because although though while whereas which who whose whom where when since after before until unless despite",
    "de": "und aber oder sondern weil obwohl während obgleich nachdem bevor trotz wobei weshalb sodass",
    "fr": "et mais ou parce car qui dont où quand lorsque puisque après avant pendant malgré",
    "es": "y e pero o u sino porque aunque mientras quien quienes donde cuando después antes pese",
    "it": "e ed ma o perché sebbene mentre cui dove quando dopo prima poiché nonostante",
    "ru": "и но а или потому хотя пока который которая которое которые где когда после поскольку несмотря",
}
# fmt: on
"""Words that a clause begins with where no comma stands before it."""


def clauses(words: Sequence[str], language: str) -> list[slice]:
    """The clauses behind the first one of a text that is given word by word, in order, without short ones between others."""
    starts = [0]
    for i in range(1, len(words)):
        begins = _PAUSE.search(words[i - 1].strip()) or words[i].strip().casefold() in _begins(language)
        fewest = _FEWEST if starts[-1] else _FEWEST_FIRST
        if begins and i - starts[-1] >= fewest and len(words) - i >= _FEWEST:
            starts.append(i)
    found = [slice(one, two) for one, two in pairwise([*starts[1:], len(words)])]
    return [c for c in found if c.stop == len(words) or c.stop - c.start >= _FEWEST_BETWEEN]


@cache
def _begins(language: str) -> frozenset[str]:
    return frozenset(_BEGINS.get(language, "").split())
