"""Answers against accepted ones: by hand, and as the scripts of SQuAD 2.0 and MLQA are published to compute it."""

import re
import string
import unicodedata
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.measures.answers import (
    crashed,
    exact,
    exact_match,
    f1,
    holds,
    in_quote,
    in_text,
    token_f1,
    wrong_given,
)
from evals.measures.words import words
from evals.runs import Row
from tests.evals.measures.rows import REFUSED, UNANSWERABLE, case, cites, hits

GOLD = ("p", 0, 9)


def answered(text: str, *answers: str, quote: str = "", language: str = "en", **other: Any) -> Row:
    answer = cites(GOLD, quotes=[quote]) | {"claims": [{"text": text, "support": "unchecked", "citations": [1]}]}
    return Row(case=case(GOLD, answers=answers, doc_lang=language, **other), answer=answer)


def test_whole_answers_stand_in_for_short_ones_in_token_f1_alone() -> None:
    row = answered("A ticket costs 58 euros.", references=("Now it costs 58 euros.", "Nothing."))
    assert token_f1(row) == pytest.approx(2 * 3 / (4 + 5))  # costs, 58, euros; "a" goes
    assert [m(row) for m in (exact_match, in_text, in_quote)] == [None] * 3
    both = answered("A ticket costs 58 euros.", "58", references=("A ticket costs 58 euros.",))
    assert token_f1(both) == pytest.approx(2 * 1 / (4 + 1)), "a short answer is there"


def test_worked_by_hand() -> None:
    # "the" goes, and the mark; 4 words, 2 of them accepted: precision 2/4, recall 2/2
    row = answered("The ticket costs 58 euros.", "58 Euros")
    assert exact_match(row) == 0
    assert token_f1(row) == pytest.approx(2 * (2 / 4) * 1 / (2 / 4 + 1))
    assert exact_match(answered("58 euros!", "60", "58 Euros")) == 1
    assert f1("a b b c", "b b d", "und") == pytest.approx(2 * 2 / (4 + 3))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("The U.S. Army", "en", ["us", "army"]),
        ("Der Ticketpreis einer Fahrt", "de-AT", ["ticketpreis", "fahrt"]),
        ("Der Ticketpreis", "en", ["der", "ticketpreis"]),
        ("L’accord de l'Union et la paix", "fr", ["accord", "de", "union", "et", "paix"]),
        ("un'intesa tra gli stati", "it", ["intesa", "tra", "stati"]),
        ("«El» acuerdo", "es", ["acuerdo"]),
        ("الاتفاق بالرياض، 2025؟", "ar", ["اتفاق", "بالرياض", "2025"]),
        ("东京 Tower， 5８米", "zh", ["东", "京", "tower", "58", "米"]),
        ("東京タワー", "ja", ["東", "京", "タ", "ワ", "ー"]),
        ("Соглашение — это «мир»", "ru", ["соглашение", "это", "мир"]),
        ("$5 + 3%", "en", ["5", "3"]),
        ("the", "und", ["the"]),
        ("...", "en", []),
    ],
)
def test_words(text: str, language: str, expected: list[str]) -> None:
    assert list(words(text, language)) == expected


def published_words(text: str, language: str) -> list[str]:
    """As MLQA's evaluation is published: lower, drop punctuation, drop articles, segment (Chinese by the character)."""
    bare = "".join(c for c in text.lower() if unicodedata.category(c)[0] != "P" and c not in string.punctuation)
    articles = {
        "en": r"\b(a|an|the)\b",
        "es": r"\b(un|una|unos|unas|el|la|los|las)\b",
        "de": r"\b(ein|eine|einen|einem|eines|einer|der|die|das|den|dem|des)\b",
    }
    if language == "zh":
        return re.findall(r"[\u4e00-\u9fa5]|[^\s\u4e00-\u9fa5]+", bare)
    return re.sub(articles[language], " ", bare).split()


def published_f1(given: str, accepted: str, language: str) -> float:
    """As in SQuAD 2.0, for an answer without words too."""
    one, other = published_words(given, language), published_words(accepted, language)
    if not one or not other:
        return float(one == other)
    same = sum((Counter(one) & Counter(other)).values())
    if not same:
        return 0.0
    precision, recall = same / len(one), same / len(other)
    return 2 * precision * recall / (precision + recall)


PIECES = "the The a die Die der el las 58 Euro, U.S. «Tag» x-y Straße $5 ? —".split()
CHINESE = [*PIECES, "东京", "米。", "在a"]  # a character is a word in Chinese; here it is one in every language


@st.composite
def compared(draw: st.DrawFn) -> tuple[str, str, str]:
    """Two texts and their language."""
    language = draw(st.sampled_from(["en", "de", "es", "zh"]))
    text = st.lists(st.sampled_from(CHINESE if language == "zh" else PIECES), max_size=7).map(" ".join)
    return draw(text), draw(text), language


@given(compared())
def test_the_published_algorithm_agrees(texts: tuple[str, str, str]) -> None:
    given, accepted, language = texts
    one, other = published_words(given, language), published_words(accepted, language)
    assert exact(given, accepted, language) == float(one == other)
    assert f1(given, accepted, language) == pytest.approx(published_f1(given, accepted, language))


@pytest.mark.parametrize(
    ("text", "answer", "language", "expected"),
    [
        ("Es kostet 58 Euro im Monat.", "58 Euro", "de", True),
        ("Es kostet 580 Euro.", "58", "de", False),
        ("The U.S. signed.", "US", "en", True),
        ("The U.S. signed.", "U.S.", "en", True),
        ("von 1914–1918 im Krieg", "1914", "de", True),
        ("58 of the Euro", "58 Euro", "en", False),
        ("会议在东京举行。", "东京", "zh", True),
        ("Anything", "the", "en", False),
        ("Anything", "?", "en", False),
    ],
)
def test_holds_whole_words(text: str, answer: str, language: str, expected: bool) -> None:
    assert holds(text, [answer], answered("", "x", language=language)) is expected


def test_in_quote_looks_at_cited_quotes_and_in_text_at_the_answer() -> None:
    row = answered("It is dear.", "58 euros", "58", quote="It costs 58 a month.")
    assert (in_text(row), in_quote(row)) == (0, 1)
    uncited = cites(GOLD, GOLD, quotes=["Nothing.", "It costs 58."], cited=[1])
    assert in_quote(Row(case=case(GOLD, answers=("58",)), answer=uncited)) == 0


def test_an_answer_without_claims_is_its_text_without_marks() -> None:
    row = Row(case=case(GOLD, answers=("58 Euro",)), answer={"refused": False, "answer": "58 Euro [1] [2]"})
    assert exact_match(row) == 1


def test_wrong_answer_given() -> None:
    wrong = {"wrong_answers": ("49 Euro",)}
    assert wrong_given(answered("It is 49 Euro.", "58 Euro", **wrong)) == 1
    assert wrong_given(answered("It was 49 Euro, it is 58 Euro.", "58 Euro", **wrong)) == 0
    assert wrong_given(answered("Who knows?", "58 Euro", **wrong)) == 0
    assert wrong_given(answered("It is 49 Euro.", "58 Euro")) is None


@pytest.mark.parametrize(
    "row",
    [
        Row(case=case(GOLD, answers=("58",), wrong_answers=("49",)), answer=REFUSED),
        Row(case=case(GOLD), answer=cites(GOLD)),
        Row(case=UNANSWERABLE, answer=cites(GOLD)),
        Row(case=case(GOLD, answers=("58",)), answer=hits(GOLD)),
        Row(case=case(GOLD, answers=("58",)), error="crashed"),
    ],
    ids=["refused", "no accepted answer", "unanswerable", "only searched", "crashed"],
)
def test_does_not_apply(row: Row) -> None:
    assert [m(row) for m in (exact_match, token_f1, in_text, in_quote, wrong_given)] == [None] * 5


def test_crashed() -> None:
    assert [crashed(Row(case=UNANSWERABLE, error="boom")), crashed(Row(case=UNANSWERABLE, answer=REFUSED))] == [1, 0]
