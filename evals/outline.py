"""What reports and comparisons show alike: which measures stand first, by what cases are sliced, how a figure is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import floor, log10

from evals.cases import Case

MAIN = (
    "answered right",
    "citation precision (sentence)",
    "Success@10 (passage)",
    "nDCG@10 (passage)",
    "answer in quote",
    "refusal F1",
    "wrongly answered",
    "Recall@10 (passage)",
    "RR (passage)",
    "Success@10 (article)",
    "nDCG@10 (article)",
)
"""The measures that stand first, as far as they apply, and that are shown by slice."""
_DECIMALS = 8  # what is smaller is the rounding of a sum


def languages(case: Case) -> str:
    """The languages of the question and of the evidence: "de→en", or "de" where that of the evidence is not known."""
    return case.q_lang if case.doc_lang == "und" else f"{case.q_lang}→{case.doc_lang}"


KINDS: Mapping[str, Callable[[Case], str]] = {
    "type": lambda case: case.type,
    "languages": languages,
    "answerable": lambda case: "yes" if case.answerable else "no",
}
"""What is told apart: "languages" -> "de→en" of a case."""


def significant(value: float, sign: str = "") -> str:
    """Three significant digits, without an exponent: "340", "1.20", "0.0000123"; `sign` is that of Python's formats."""
    value = value or 0.0  # there is a -0.0
    decimals = min(_DECIMALS, max(0, 2 - floor(log10(abs(value))))) if value else 0
    return f"{value:{sign},.{decimals}f}"
