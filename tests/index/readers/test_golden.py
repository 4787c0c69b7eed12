"""Every format, whole: a stored article and what reading it must give. `golden/make.py` writes both."""

import importlib.util
import json
from pathlib import Path

import pytest

from index.readers import find_files, read_article

GOLDEN = Path(__file__).parent / "golden"
specification = importlib.util.spec_from_file_location("make_golden", GOLDEN / "make.py")
assert specification is not None
assert specification.loader is not None
make = importlib.util.module_from_spec(specification)
specification.loader.exec_module(make)
FORMATS = ["txt", "md", "html", "docx", "epub", "pdf"]


@pytest.mark.parametrize("ending", FORMATS)
def test_reading_gives_what_is_expected(ending: str) -> None:
    path = GOLDEN / f"bridge.{ending}"
    expected = json.loads((GOLDEN / f"bridge.{ending}.json").read_text(encoding="utf-8"))
    assert json.loads(make.shown(read_article(path, path.name))) == expected


@pytest.mark.parametrize("ending", FORMATS)
def test_the_body_is_whole_and_unmarked(ending: str) -> None:
    """Independent of the stored expectation: all that the article says is there, in no mark, and nothing else is."""
    article = read_article(GOLDEN / f"bridge.{ending}", "bridge")
    body = article.text
    for mark in reversed(article.marks):
        body = body[: mark.span.start] + body[mark.span.end :]
    for paragraph in make.BODY:
        assert paragraph in body
    for junk in (make.TITLE, make.OUTLET, make.RELATED, "Comments", "Most read", "Imprint", "rights reserved"):
        assert junk not in body


@pytest.mark.parametrize("ending", FORMATS)
def test_marks_and_places_are_in_order_and_within_the_text(ending: str) -> None:
    article = read_article(GOLDEN / f"bridge.{ending}", "bridge")
    for spans in ([mark.span for mark in article.marks], [place.span for place in article.places]):
        ends = [0, *(span.end for span in spans)]
        assert all(end <= span.start < span.end <= len(article.text) for end, span in zip(ends, spans, strict=False))


@pytest.mark.parametrize("ending", ["txt", "md"])
def test_the_text_of_text_files_is_the_file(ending: str) -> None:
    path = GOLDEN / f"bridge.{ending}"
    assert read_article(path, path.name).text.encode() == path.read_bytes()


def test_the_folder_is_found_and_what_is_no_article_reported() -> None:
    found, skipped = find_files(GOLDEN)
    assert [entry.article_id for entry in found] == sorted(f"bridge.{ending}" for ending in FORMATS)
    assert {entry.reason for entry in skipped} == {"no reader for .json", "no reader for .py"}
