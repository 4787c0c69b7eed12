"""Sourceline as it is compared: searching only, and answering as the peers do that answer."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

from benchmarks.quality.peers.given import Given
from evals.runs import System


def searching(given: Given) -> AbstractContextManager[System]:
    """Search alone."""
    return nullcontext(replace(given.ours, mode="search"))


def quoting(given: Given) -> AbstractContextManager[System]:
    """Answers in the articles' own words; no language model."""
    return nullcontext(replace(given.ours, mode="quotes"))


def writing(given: Given) -> AbstractContextManager[System]:
    """Answers written by the language model of the peers."""
    return nullcontext(replace(given.ours, mode="written"))
