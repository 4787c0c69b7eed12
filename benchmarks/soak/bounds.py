"""What must hold of a soak: what has to have happened, so that it proves something, and what must not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from signal import SIGINT, SIGKILL

import numpy as np
from numpy.typing import NDArray

from benchmarks.soak.load import Counts

Floats = NDArray[np.float64]
LEAST: Mapping[str, float] = {  # in a minute; a machine that is busy with other work does a tenth of what it could
    "cited answers": 5,
    "answers with a warning": 0.1,
    "uploaded": 2,
    "uploads refused in words": 0.3,
    "articles removed": 0.2,
    "indexed beside it": 0.2,
    "model busy": 0.05,
    "model hung up": 0.05,
    "model cut off": 0.05,
    "model said a web page": 0.05,
}
SHARE = 0.5  # of the questions have a cited answer; of those in evals/gold, a fifth has none in the articles
LONGEST = 60.0  # seconds that a question may take
SLOPE = 25.0  # megabytes that a settled page may grow in 100 questions, and what goes on beside them
MEGABYTES = 150  # that a page may grow while it runs, beyond what it has once it has settled
FILES = 25  # more open files and sockets than when the page had settled
DISK = 50  # megabytes that the home may grow from the first page to the last: the articles stay as many
KEPT = 20  # kilobytes that are kept of an answer, in the conversations

BOUNDS = (
    f"Bounds: a page that has settled grows by at most {SLOPE:g} MB in 100 questions, {MEGABYTES} MB in all and {FILES} open files; the",
    f"home, whose articles stay as many, by {DISK} MB from the first row to the last, and the conversations by {KEPT} KB an answer; no",
    f"question takes more than {LONGEST:g} s, and at least {SHARE:.0%} have a cited answer; no error is without a message, no worker",
    "breaks, no page ends by itself or logs a traceback; every second page is killed; at the end the store is whole and has every article.",
    f"In a minute there are, at least: {', '.join(f'{least:g} {what}' for what, least in LEAST.items())}.",
)


@dataclass(frozen=True, kw_only=True)
class Look:
    """The page at a moment: questions that were asked so far, resident megabytes, open files and sockets."""

    asked: int
    memory: int
    files: int


@dataclass(frozen=True, kw_only=True)
class Lived:
    """One life of the page: looks from when it had settled on, megabytes of the home without its conversations and of these, how long it
    was loaded in seconds, and its exit status."""

    looks: Sequence[Look]
    disk: float
    kept: float
    seconds: float
    status: int

    @property
    def killed(self) -> bool:
        """Whether by SIGKILL."""
        return self.status == -SIGKILL


def slope(lives: Sequence[Lived]) -> float:
    """Megabytes that a page grows in 100 questions: least squares over all looks, each page with a level of its own."""
    asked, memory = np.concatenate([_centred(one.looks) for one in lives]).T
    return float(100 * (asked @ memory) / max(1.0, asked @ asked))


def _centred(looks: Sequence[Look]) -> Floats:
    amounts = np.array([(look.asked, look.memory) for look in looks], dtype=float)
    centred: Floats = amounts - amounts.mean(axis=0)
    return centred


def grown(amounts: Sequence[int]) -> int:
    """The most that there was of something beyond what there was first."""
    return max(amounts) - amounts[0]


def broken(lives: Sequence[Lived], counts: Counts, wrong: Sequence[str]) -> list[str]:
    """Each bound that was not kept, in words; `wrong` is what is wrong with the store at the end."""
    return [*_unexplained(counts), *_ended(lives), *_too_little(lives, counts), *_too_much(lives, counts), *wrong]


def _unexplained(counts: Counts) -> Iterator[str]:
    yield from (f"without a message: {what}" for what in counts.unexplained)


def _too_little(lives: Sequence[Lived], counts: Counts) -> Iterator[str]:
    """What has not happened often enough for the rest to prove anything."""
    minutes = sum(one.seconds for one in lives) / 60
    for what, rate in LEAST.items():
        least = max(1, int(rate * minutes))
        if counts.happened[what] < least:
            yield f"{counts.happened[what]} {what}, where {least} are the least in {minutes:.0f} minutes"
    if (killed := sum(one.killed for one in lives)) < max(1, len(lives) // 2):
        yield f"{killed} of {len(lives)} pages were killed"
    if (asked := counts.happened["questions"]) and counts.happened["cited answers"] < SHARE * asked:
        yield f"{counts.happened['cited answers']} of {asked} questions have a cited answer"


def _ended(lives: Sequence[Lived]) -> Iterator[str]:
    """How pages ended that were not killed: a program that is interrupted says so by 128 and the signal."""
    for one in lives:
        if not one.killed and one.status != 128 + SIGINT:
            yield f"a page that was asked to end ended with {one.status}"


def _too_much(lives: Sequence[Lived], counts: Counts) -> Iterator[str]:
    most = max(grown([look.memory for look in one.looks]) for one in lives)
    files = max(grown([look.files for look in one.looks]) for one in lives)
    disk = lives[-1].disk - lives[0].disk
    if slope(lives) > SLOPE:
        yield f"memory grew by {slope(lives):.1f} MB in 100 questions"
    if most > MEGABYTES:
        yield f"memory grew by {most} MB"
    if files > FILES:
        yield f"{files} more files were open"
    if disk > DISK:
        yield f"the home grew by {disk:.0f} MB"
    if lives[-1].kept > KEPT / 1000 * max(1, counts.happened["questions"]):
        yield f"the conversations take {lives[-1].kept:.1f} MB"
    if counts.longest > LONGEST:
        yield f"a question took {counts.longest:.0f} s"
