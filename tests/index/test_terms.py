import threading
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.terms import names_in, stem, terms, words


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("The treaties were signed", "en", ["the", "treati", "were", "sign"]),
        ("Friedensverhandlungen in Wien", "de", ["friedensverhandl", "in", "wien"]),
        ("l'accord d’Iran", "fr", ["accord", "iran"]),
        ("Straße STRASSE", "de", ["strass", "strass"]),
        ("2.000 2,000 2 000 2'000 2000", "de", ["2000"] * 5),
        ("3.14 and 1,5", "en", ["3", "14", "and", "1", "5"]),
        ("12.2.000 in 12,2000 of A2,000", "en", ["12", "2", "000", "in", "12", "2000", "of", "a2000"]),
        ("条约签署", "zh", ["条约", "约签", "签署"]),
        ("约", "zh", ["约"]),
        ("Ａｐｐｌｅ ﬁne", "und", ["apple", "fine"]),
        ("Málaga", "und", ["malaga"]),
        ("हिन्दी समाचार", "und", ["हिनदी", "समाचार"]),
        ("தமிழ் செய்தி", "und", ["தமிழ", "செயதி"]),
        ("বাংলা ভাষা", "und", ["বাংলা", "ভাষা"]),
        ("İstanbul İSTANBUL", "und", ["istanbul", "istanbul"]),
        ("1\ufe0f\u20e3 ❤\ufe0f", "en", ["1"]),
        ("", "en", []),
        ("…!?", "en", []),
    ],
)
def test_terms_of_a_text(text: str, language: str, expected: list[str]) -> None:
    assert terms(text, language) == expected


def test_names_are_capitals_and_numbers_but_not_the_first_word() -> None:
    assert names_in("When did Iran and Russia sign 2 treaties in 2025?") == {"iran", "russia", "2", "2025"}
    assert names_in("wer") == set()


@given(st.text(max_size=80), st.sampled_from(["en", "de", "ru", "zh", "ar", "fi", "und", "xx"]))
def test_terms_can_be_stored_one_after_the_other(text: str, language: str) -> None:
    """FTS5's ascii tokenizer splits at ASCII that is no letter or digit: a term must have none, or a search misses it."""
    for term in terms(text, language):
        assert term
        assert all(not c.isascii() or c.isalnum() for c in term), term
        assert not any(c.isspace() for c in term), term


INDIC = [c for c in map(chr, range(0x900, 0xDFF)) if unicodedata.category(c) in {"Lo", "Mn", "Mc"}]
LETTER = st.sampled_from([c for c in INDIC if c.isalpha()])


@given(st.lists(st.tuples(LETTER, st.text(INDIC, max_size=8)).map("".join), max_size=5))
def test_words_keep_their_vowel_signs(written: list[str]) -> None:
    assert words(" ".join(written)) == [unicodedata.normalize("NFKC", word) for word in written]


@given(st.text(max_size=80))
def test_case_makes_no_difference_to_words(text: str) -> None:
    assert words(text) == words(text.casefold())


def test_stemmers_are_safe_in_threads() -> None:
    wanted, found = [stem(f"running{n}s", "en") for n in range(200)], []

    def run() -> None:
        found.append([stem(f"running{n}s", "en") for n in range(200)])

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [wanted] * 8
