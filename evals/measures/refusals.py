"""Refusing: the questions that the articles do not answer, and how well the system knows.

In precision, recall and F1 a refusal is what is looked for, an unanswerable case what is relevant; they need a run, and are
absent in one without unanswerable cases. Precision and F1 are absent too where nothing is answerable: every refusal is right
there. The other half is how `answerability`, the probability that the articles hold the answer, sorts the cases (risk and
coverage) and whether it is true as a number (calibration).

The risk-coverage curve answers the cases in the order of their answerability: at each coverage, the risk is the share not
"answered right" among the cases down to there (without evidence: not right by "answer in text"). No answer to an unanswerable
case is right, and none was seen where the system refused; so the last point is the share of all cases without a right answer.
Equal answerabilities have no order: the curve between them is that of the mean over all orders. There is no curve without
answerable cases, where every answer is wrong, nor where nothing tells whether one of the answers is right.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evals.measures import answers, citations
from evals.measures.measure import Measure
from evals.runs import Row

RAJPURKAR = citations.SQUAD2
GEIFMAN = "Geifman and El-Yaniv (2017), Selective classification for deep neural networks"
BRIER = "Brier (1950), Verification of forecasts expressed in terms of probability"
NAEINI = "Naeini et al. (2015), Obtaining well calibrated probabilities using Bayesian binning"
BINS = 10

Pairs = Sequence[tuple[float, float]]
Risk = tuple[float, float, float, float]
"""(answerability, whether there is no right answer, whether the case is answerable, whether it is known what is right)."""


def refusal(row: Row) -> tuple[float, float] | None:
    """(refused, unanswerable), each 0 or 1."""
    return None if row.answered is None else (float(not row.answered), float(not row.case.answerable))


def precision(pairs: Pairs) -> float | None:
    """The share of the refusals that were right; None where all cases are of one kind, or nothing was refused."""
    both, refused, unanswerable = _counts(pairs)
    return both / refused if refused and 0 < unanswerable < len(pairs) else None


def recall(pairs: Pairs) -> float | None:
    """The share of the unanswerable cases that were refused."""
    both, _, unanswerable = _counts(pairs)
    return both / unanswerable if unanswerable else None


def f1(pairs: Pairs) -> float | None:
    """The harmonic mean of both; 0 where nothing was refused; None where all cases are of one kind."""
    both, refused, unanswerable = _counts(pairs)
    return 2 * both / (refused + unanswerable) if 0 < unanswerable < len(pairs) else None


def _counts(pairs: Pairs) -> tuple[float, float, float]:
    both = sum(refused * unanswerable for refused, unanswerable in pairs)
    return both, sum(refused for refused, _ in pairs), sum(unanswerable for _, unanswerable in pairs)


def wrongly_answered(row: Row) -> float | None:
    """1 if an unanswerable case was answered."""
    return None if row.answered is None or row.case.answerable else float(row.answered)


def wrongly_refused(row: Row) -> float | None:
    """1 if an answerable case was refused."""
    return None if row.answered is None or not row.case.answerable else float(not row.answered)


def risk(row: Row) -> Risk | None:
    """See `Risk`; None where the system did not answer, or said nothing of answerability."""
    sure = answerability(row)
    if row.answered is None or sure is None:
        return None
    right = _right(row)
    return sure, 1 - (right or 0.0), float(row.case.answerable), float(right is not None)


def _right(row: Row) -> float | None:
    """1 if the case has a right answer, by its evidence or else by its text; None where nothing tells."""
    if not row.case.answerable or not row.answered:
        return 0.0
    return citations.right(row) if row.case.evidence else answers.in_text(row)


def answerability(row: Row) -> float | None:
    """What the system gave as the probability that the articles hold the answer."""
    return None if row.answered is None else row.answer.get("answerability")


def risk_coverage(risks: Sequence[Risk]) -> list[tuple[float, float]]:
    """The curve: (coverage, risk) with 1, 2 … all cases answered, the surest first."""
    found = _risks(risks)
    return [] if found is None else [(n / len(risks), risk) for n, risk in enumerate(found.tolist(), 1)]


def aurc(risks: Sequence[Risk]) -> float | None:
    """The area under the risk-coverage curve: its mean risk."""
    found = _risks(risks)
    return None if found is None else float(found.mean())


def _risks(risks: Sequence[Risk]) -> NDArray[np.float64] | None:
    """The risk with 1, 2 … all cases answered, the surest first. float64 [n]. Much used: a bootstrap asks a thousand times."""
    if not risks:
        return None
    sure, wrong, answerable, known = np.asarray(risks, dtype=float).T
    if not answerable.any() or not known.all():
        return None
    order = np.argsort(-sure)
    errors = np.cumsum(wrong[order])
    ends = np.flatnonzero(np.diff(sure[order], append=-1))  # of those that are equally sure
    answered = np.arange(1, len(risks) + 1)
    found: NDArray[np.float64] = np.interp(answered, np.append(0, ends + 1), np.append(0, errors[ends])) / answered
    return found


def calibration(row: Row) -> tuple[float, float] | None:
    """(answerability, whether the case is answerable)."""
    sure = answerability(row)
    return None if sure is None else (sure, float(row.case.answerable))


def reliability(pairs: Pairs) -> list[tuple[float, float, int]]:
    """Of each tenth of probability that occurs: the mean answerability, the share that is answerable, and how many there are."""
    if not pairs:
        return []
    sure, answerable = np.asarray(pairs, dtype=float).T
    place = np.minimum((sure * BINS).astype(int), BINS - 1)
    count, said, true = (np.bincount(place, weights, BINS) for weights in (None, sure, answerable))
    return [(float(said[b] / count[b]), float(true[b] / count[b]), int(count[b])) for b in np.flatnonzero(count)]


def calibration_error(pairs: Pairs) -> float | None:
    """ECE: how far answerability and the share that is answerable are apart, tenth by tenth, weighted by the cases in each."""
    if not pairs:
        return None
    return sum(n * abs(sure - answerable) for sure, answerable, n in reliability(pairs)) / len(pairs)


def brier(row: Row) -> float | None:
    """The squared difference of answerability and the truth."""
    pair = calibration(row)
    return None if pair is None else (pair[0] - pair[1]) ** 2


MEASURES = (
    Measure(name="refusal precision", value=refusal, aggregate=precision, source=RAJPURKAR, group="refusal"),
    Measure(name="refusal recall", value=refusal, aggregate=recall, source=RAJPURKAR, group="refusal"),
    Measure(name="refusal F1", value=refusal, aggregate=f1, source=RAJPURKAR, group="refusal"),
    Measure(
        name="wrongly answered",
        value=wrongly_answered,
        yes_no=True,
        better="lower",
        source=RAJPURKAR,
        group="refusal",
    ),
    Measure(
        name="wrongly refused", value=wrongly_refused, yes_no=True, better="lower", source=RAJPURKAR, group="refusal"
    ),
    Measure(name="AURC", value=risk, aggregate=aurc, better="lower", source=GEIFMAN, group="refusal"),
    Measure(
        name="calibration error",
        value=calibration,
        aggregate=calibration_error,
        better="lower",
        source=NAEINI,
        group="refusal",
    ),
    Measure(name="Brier score", value=brier, better="lower", source=BRIER, group="refusal"),
)
