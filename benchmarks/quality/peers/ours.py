"""Sourceline as it is compared: searching only, and answering as the peers do that answer; no turns before, as no peer has them."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

from benchmarks.quality.peers.given import Given
from evals.runs import System
from evals.systems import Mode


def searching(given: Given) -> AbstractContextManager[System]:
    """Search alone."""
    return nullcontext(_asked_alone(given, "search"))


def quoting(given: Given) -> AbstractContextManager[System]:
    """Answers in the articles' own words; no language model."""
    return nullcontext(_asked_alone(given, "quotes"))


def writing(given: Given) -> AbstractContextManager[System]:
    """Answers written by the language model of the peers."""
    return nullcontext(_asked_alone(given, "written"))


def _asked_alone(given: Given, mode: Mode) -> System:
    ours = replace(given.ours, mode=mode)
    return lambda case: ours(replace(case, history=()))
