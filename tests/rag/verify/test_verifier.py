"""Both tiers over the sample corpus, with the real embedder."""

from __future__ import annotations

import re

import pytest

from index.split import split_article
from rag.assistant import Assistant
from rag.types import Candidate, Hit
from rag.verify import Verdict

TREATY = "russia-iran/2025-01-17-russia-iran-sign.html"
GERMAN = "russia-iran/2025-01-18-zwanzig-jahre-47-artikel.pdf"
CHINESE = "russia-iran/2025-10-03-treaty-in-force-zh.txt"


def sentences(sample: Assistant, file: str) -> list[Candidate]:
    article = sample.catalog.article(file)
    assert article
    return [
        Candidate(
            article=article, hit=Hit(passage=p, rank=1, score=1.0, parts={}), span=s.span, text=s.span.of(article.text)
        )
        for p in split_article(article)
        for s in p.sentences
    ]


def beginning(sample: Assistant, file: str, *begins: str) -> list[Candidate]:
    return [next(c for c in sentences(sample, file) if " ".join(c.text.split()).startswith(b)) for b in begins]


def verdict(sample: Assistant, claim: str, file: str, *begins: str, language: str = "en") -> Verdict:
    return sample.verifier.verdict(claim, language, beginning(sample, file, *begins))


@pytest.mark.parametrize("file", [TREATY, GERMAN, "iberian-blackout/2025-04-29-apagon.txt"])
def test_what_is_said_word_for_word_is_supported(sample: Assistant, file: str) -> None:
    told = [c for c in sentences(sample, file) if len(c.text.split()) > 2]
    assert len(told) > 10
    for one in told:
        assert sample.verifier.verdict(one.text, one.article.language, [one]).support == "supported", one.text


@pytest.mark.parametrize("file", [TREATY, GERMAN, "germany-rail/2024-12-15-riedbahn-reopens.pdf"])
def test_a_changed_number_is_never_supported(sample: Assistant, file: str) -> None:
    told = [c for c in sentences(sample, file) if re.search(r"(?<!\d)[1-9]\d(?!\d)", c.text)]
    assert len(told) > 1
    for one in told:
        changed = re.sub(r"(?<!\d)([1-9])(\d)(?!\d)", lambda m: f"{int(m[1]) % 9 + 1}{m[2]}", one.text, count=1)
        found = sample.verifier.verdict(changed, one.article.language, [one])
        assert found.support != "supported", changed
        assert any("is not in the cited text" in reason for reason in found.reasons)


@pytest.mark.parametrize(
    ("claim", "language"),
    [
        ("It has 47 articles.", "en"),
        ("Yes, the treaty has 47 articles.", "en"),
        ("Nein, der Vertrag hat 47 Artikel.", "de"),
        ("The pact runs for twenty years.", "en"),
        ("Der Vertrag hat 47 Artikel und gilt zwanzig Jahre.", "de"),
        ("Le traité compte 47 articles et dure vingt ans.", "fr"),
        ("El tratado tiene 47 artículos y dura veinte años.", "es"),
        ("Договор состоит из сорока семи статей и действует 20 лет.", "ru"),
    ],
)
def test_what_is_said_otherwise_is_supported(sample: Assistant, claim: str, language: str) -> None:
    assert verdict(sample, claim, TREATY, "The treaty has 47", language=language).support == "supported"


def test_what_follows_from_two_sentences_is_supported_by_both_only(sample: Assistant) -> None:
    claim = "The treaty has 47 articles and contains no mutual-defence clause."
    assert verdict(sample, claim, TREATY, "The treaty has 47", "It contains no").support == "supported"
    assert verdict(sample, claim, TREATY, "The treaty has 47").support != "supported"
    assert verdict(sample, claim, TREATY, "It contains no").support != "supported"


@pytest.mark.parametrize("clause", ["which lawyers wrote", "and is very popular", "because it was cheaper"])
def test_a_clause_that_nobody_says_is_told(sample: Assistant, clause: str) -> None:
    found = verdict(sample, f"The treaty has 47 articles, {clause}.", TREATY, "The treaty has 47")
    assert found == Verdict(support="partial", reasons=(f'the cited text does not say "{clause}"',), close=True)


@pytest.mark.parametrize("clause", ["weil es billiger war", "was Anwälte geschrieben haben", "und ist sehr beliebt"])
def test_nor_is_it_in_another_language(sample: Assistant, clause: str) -> None:
    said = "Der Vertrag hat 47 Artikel und gilt zwanzig Jahre"
    assert verdict(sample, f"{said}.", TREATY, "The treaty has 47", language="de").support == "supported"
    assert verdict(sample, f"{said}, {clause}.", TREATY, "The treaty has 47", language="de").support != "supported"


def test_a_clause_that_stands_there_word_for_word_is_said(sample: Assistant) -> None:
    """Read by itself "and for how long" is near to nothing; here the cited text is the claim and more."""
    for one in (c for c in sentences(sample, TREATY) if len(c.text.split()) > 5):
        said = f"As is told, {' '.join(one.text.split()[1:])}"
        assert not any('does not say "' in r for r in sample.verifier.verdict(said, "en", [one]).reasons), said


@pytest.mark.parametrize("name", ["Lawrow", "Macron", "Merz", "Zürich"])
def test_another_name_is_seen_among_german_nouns(sample: Assistant, name: str) -> None:
    told = [c for c in sentences(sample, GERMAN) if "Putin" in c.text]
    assert told
    for one in told:
        changed = re.sub(r"Putin(?=s?\b)", name, one.text)
        assert sample.verifier.verdict(changed, "de", [one]).support != "supported", changed


def test_german_nouns_are_no_names(sample: Assistant) -> None:
    claim = "Der Vertrag umfasst 47 Artikel und hat eine Laufzeit von zwanzig Jahren."
    assert verdict(sample, claim, TREATY, "The treaty has 47", language="de").support == "supported"


def test_another_sentence_does_not_support_it(sample: Assistant) -> None:
    found = verdict(sample, "Trade has been modest.", TREATY, "Pezeshkian had arrived")
    assert found == Verdict(support="unsupported", reasons=("the cited text does not say this",))


def test_the_language_of_the_claim_counts_and_not_the_one_expected(sample: Assistant) -> None:
    claim = "Der Vertrag hat siebenundvierzig Artikel und gilt zwanzig Jahre."
    assert verdict(sample, claim, TREATY, "The treaty has 47", language="en").support == "supported"


def test_what_cannot_be_checked_is_not_said_to_be(sample: Assistant) -> None:
    chinese = sentences(sample, CHINESE)[0]
    assert sample.verifier.verdict("条约已经生效，两国都很高兴。", "zh", [chinese]).support == "unchecked"
    assert sample.verifier.verdict("条约共有99条。", "zh", [chinese]).support != "supported"
    assert verdict(sample, "And so it is.", TREATY, "The treaty has 47").support == "unchecked"
    assert sample.verifier.verdict("It has 47 articles.", "en", []).reasons == ("no source is cited",)


def test_what_follows_a_yes_word_for_word_is_supported(sample: Assistant) -> None:
    """Though it has the same words once with a negation and once without."""
    one = next(c for c in sentences(sample, TREATY) if c.text.startswith("It contains no"))
    assert sample.verifier.verdict(f"Yes, {one.text}", "en", [one]).reasons == ("word for word",)


@pytest.mark.parametrize(
    ("claim", "language"),
    [
        ("The price is not mentioned in the articles.", "en"),
        ("Der Preis ist nicht in den anderen Artikeln genannt.", "de"),
        ("Les articles ne précisent pas le prix.", "fr"),
    ],
)
def test_what_the_articles_do_not_have_no_sentence_shows(sample: Assistant, claim: str, language: str) -> None:
    assert verdict(sample, claim, TREATY, "The treaty has 47", language=language).support == "unchecked"


def test_a_few_words_are_said_where_one_of_them_is(sample: Assistant) -> None:
    said = Verdict(support="unsupported", reasons=("the cited text does not say this",))
    assert verdict(sample, "Geothermal energy.", TREATY, "The treaty has 47") == said
    assert verdict(sample, "47 articles.", TREATY, "The treaty has 47").support == "supported"


def test_a_source_is_found_where_one_says_it_and_never_only_the_nearest(sample: Assistant) -> None:
    told = sentences(sample, TREATY)
    found = sample.verifier.supporting("It has 47 articles and lasts for 20 years.", "en", told)
    assert found
    assert found.text.startswith("The treaty has 47")
    assert sample.verifier.supporting("It has 57 articles and lasts for 20 years.", "en", told) is None
    assert sample.verifier.supporting("The ticket is valid on all regional trains.", "en", told) is None
    assert sample.verifier.supporting("It has 47 articles.", "en", []) is None
