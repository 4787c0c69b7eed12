"""The sample corpus and its gold questions: what every first run, and every figure in the documents, rests on."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import evals.gold
from evals.cases import Case, load_cases
from evals.gold.align import align_lines
from evals.gold.build_corpus import ENCODED, HERE, MADE, read_source
from evals.places import check_evidence
from index.readers import read_article
from index.types import Article

GOLD = Path(evals.gold.__file__).parent / "sample.jsonl"
CORPUS = GOLD.parents[2] / "corpus"
FILES = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("*") if path.is_file())
CASES = load_cases(GOLD)
OTHERS = [c for name in ("time", "follow_ups") for c in load_cases(GOLD.with_name(f"{name}.jsonl"))]


@cache
def article(file: str) -> Article:
    return read_article(CORPUS / file, file)


def test_every_quote_stands_where_the_case_says() -> None:
    assert [told for case in [*CASES, *OTHERS] for told in check_evidence(case, lambda file: article(file).text)] == []


def test_no_quote_lies_in_marked_text() -> None:
    quoted = {evidence for case in [*CASES, *OTHERS] for evidence in case.evidence}
    marked = [
        (evidence.file, mark.kind, evidence.quote)
        for evidence in quoted
        for mark in article(evidence.file).marks
        if mark.span.overlaps(evidence.span)
    ]
    assert marked == []


def test_there_are_enough_cases_of_every_kind() -> None:
    answerable = Counter(case.answerable for case in CASES)
    assert answerable[True] >= 120
    assert answerable[False] >= 30
    kinds = Counter(case.type for case in CASES)
    assert len(kinds) == 9
    assert min(kinds.values()) >= 8
    assert len({case.q_lang for case in CASES if not case.answerable}) >= 3
    assert all(case.history for case in CASES if case.type == "follow_up")


def test_no_question_is_asked_twice() -> None:
    asked = Counter((case.question, case.history) for case in CASES)
    assert [question for question, times in asked.items() if times > 1] == []


def test_the_articles_cover_formats_and_languages() -> None:
    assert Counter(article(file).format for file in FILES).keys() == {"txt", "md", "html", "pdf", "docx", "epub"}
    languages = Counter(article(file).language for file in FILES)
    assert languages["en"] >= 8
    assert languages["de"] >= 8
    assert {"fr", "es", "ru", "it", "ar", "zh"} <= languages.keys()


def test_every_article_answers_a_question() -> None:
    assert set(FILES) - {evidence.file for case in CASES for evidence in case.evidence} == set()


def crosses(case: Case) -> bool:
    return any(article(evidence.file).language != case.q_lang for evidence in case.evidence)


def test_cross_language_questions_cross_languages() -> None:
    assert [case.id for case in CASES if case.type == "cross_language" and not crosses(case)] == []


@pytest.mark.parametrize("file", FILES)
def test_every_article_has_its_title_day_and_outlet(file: str) -> None:
    read = article(file)
    assert read.title
    assert read.outlet
    assert read.date
    assert read.date.isoformat() == Path(file).name[:10]
    assert (CORPUS / file).stat().st_size < 60_000


@pytest.mark.parametrize("name", sorted(MADE))
def test_a_made_article_says_what_its_source_says(name: str) -> None:
    source, language, make = MADE[name]
    written = read_source(HERE / "sources" / source, language)
    assert make(written) == make(written)
    words = " ".join(written.blocks).replace("\u00ad", "").replace("## ", "").split()
    assert "".join(words) in "".join(article(name).text.split())


@pytest.mark.parametrize("name", sorted(ENCODED))
def test_an_encoded_article_is_its_source(name: str) -> None:
    source, encoding, mark = ENCODED[name]
    raw = (CORPUS / name).read_bytes()
    assert raw.removeprefix(mark).decode(encoding) == (HERE / "sources" / source).read_text(encoding="utf-8")
    assert article(name).text == raw.removeprefix(mark).decode(encoding)


def test_the_examples_of_the_readme_are_cases_whose_places_are_found(tmp_path: Path) -> None:
    examples = re.search(
        r"```json\n(.*?)```", (CORPUS.parent / "evals" / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    assert examples
    text = "The ferry to Osk sails at noon. It costs nine euros.\n"
    lines = examples[1].splitlines()
    (tmp_path / "cases.jsonl").write_text(examples[1], encoding="utf-8")
    [placed] = [e for c in load_cases(tmp_path / "cases.jsonl") for e in c.evidence if e.span]
    assert placed.span
    assert placed.span.of(text) == placed.quote
    bare = [line.replace(', "start": 0, "end": 31', "") for line in lines]
    assert align_lines([*bare, ""], lambda file: text) == ([*lines, ""], [])


def test_an_article_that_is_not_there_is_named_and_stops_nothing(tmp_path: Path) -> None:
    line = '{"id": "a", "evidence": [{"file": "none.txt", "quote": "x"}]}'
    aligned, [wrong] = align_lines([line], lambda file: read_article(tmp_path / file, file).text)
    assert aligned == [line]
    assert wrong.startswith("line 1 (a), none.txt: cannot be read")
