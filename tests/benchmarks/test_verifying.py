"""The claims that verification is measured on, and the measuring itself."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.quality.added import invented, last_clause, with_clause
from benchmarks.quality.claims import WRITTEN, Cited
from benchmarks.quality.tampering import CHANGES
from benchmarks.quality.verifying import by_likeness, score, support_of
from benchmarks.quality.weighing import Seen
from rag.model import learned
from rag.verify.told import Finding
from rag.verify.verifier import CLAUSE, FACTS, MEANING, Weighed

MODELS = {name: learned(name) for name in (FACTS, MEANING, CLAUSE)}


def seen(*, true: bool, kind: str = "number", found: bool = True, cosine: float = 0.9) -> Seen:
    number = Finding(kind="number", text="47", found=found, denied=not found, reason="" if found else "47 is not there")
    facts = dict.fromkeys(MODELS[FACTS].weights, 0.0)
    return Seen(
        one=Cited(set="own", kind=kind, claim="It has 47.", language="en", cited=(), true=true, tunes=True),
        weighed=Weighed(
            language="en",
            findings=(number,),
            facts=facts,
            meaning=dict.fromkeys(MODELS[MEANING].weights, 0.0) | {"likeness": 0.9},
        ),
        cosine=cosine,
        seconds=0.01,
    )


def test_there_are_claims_of_every_kind_in_both_languages() -> None:
    lines = [
        line.split(" ") for line in WRITTEN.read_text(encoding="utf-8").splitlines() if line.startswith(("+", "-"))
    ]
    kinds = Counter((sign, language) for sign, language, *_ in lines)
    assert min(kinds.values()) >= 30
    for language in ("en", "de"):
        false = {kind for sign, own, kind, *_ in lines if (sign, own) == ("-", language)}
        assert false >= CHANGES.keys() - {"comparative"}


@pytest.mark.parametrize(
    ("kind", "text", "language"),
    [
        ("number", "They sent 47 drones.", "en"),
        ("date", "Es geschah im April 2019.", "de"),
        ("unit", "It is 58 kilometres long.", "en"),
        ("negation", "It was not signed.", "en"),
        ("negation", "Er hat keine Zeit.", "de"),
        ("comparative", "Prices rose.", "en"),
        ("name", "On Monday Macron met them.", "en"),
        ("role", "The army of Russia supplied the army of Ukraine.", "en"),
    ],
)
def test_a_change_changes_once_and_the_same_way_each_time(kind: str, text: str, language: str) -> None:
    names = ["Macron", "Scholz", "Russia", "Ukraine"]
    changed = CHANGES[kind](text, language, names)
    assert changed != text
    assert changed == CHANGES[kind](text, language, names)
    assert CHANGES[kind]("Nothing to change here", language, []) == "Nothing to change here"


def test_clauses_that_tune_never_test() -> None:
    for language in ("en", "de"):
        tuning, testing = (invented(language, tuning=which) for which in (True, False))
        assert min(len(tuning), len(testing)) >= 20
        assert not set(tuning) & set(testing)


@pytest.mark.parametrize(
    ("text", "language", "clause"),
    [
        ("It fell, because nobody had paid for it.", "en", ", because nobody had paid for it"),
        ("It fell, because Putin had not paid for it.", "en", ""),
        ("It fell, and 47 of them had not paid for it.", "en", ""),
        ("Er fiel, weil niemand dafür bezahlt hatte.", "de", ", weil niemand dafür bezahlt hatte"),
    ],
)
def test_only_what_may_stand_anywhere_is_put_behind_another_sentence(text: str, language: str, clause: str) -> None:
    assert last_clause(text, language) == clause
    assert with_clause("It rose.", clause) == f"It rose{clause}."


def test_one_that_always_agrees_is_caught() -> None:
    claims = [seen(true=True), seen(true=False, found=False), seen(true=False, found=False)]
    credulous = score(claims, lambda s: False)
    assert (credulous.recall, credulous.f1) == (0.0, 0.0)
    ours = score(claims, lambda s: support_of(s, MODELS) != "supported", "number")
    assert (ours.false, ours.recall, ours.precision, ours.f1) == (2, 1.0, 1.0, 1.0)


def test_one_that_never_agrees_is_no_better_than_chance() -> None:
    suspicious = score([seen(true=True), seen(true=False)], lambda s: True)
    assert (suspicious.recall, suspicious.precision) == (1.0, 0.5)


def test_the_threshold_of_likeness_is_the_one_that_judges_most_rightly() -> None:
    claims = [seen(true=True, cosine=c) for c in (0.7, 0.9)] + [seen(true=False, cosine=c) for c in (0.2, 0.6)]
    assert by_likeness(claims) == 0.7
