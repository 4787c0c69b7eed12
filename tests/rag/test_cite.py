"""Citations are exact, and can be followed after the file has changed."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.catalog import Catalog
from index.embed import Embedder
from index.errors import CitationUnknown
from index.sync import sync
from index.types import Article, Span
from rag.cite import lines_of, locate, make_citation
from tests.fuzzing import tried
from ui.render import source_lines

TEXT = "Der Vertrag\r\n\r\nEr gilt seit Freitag. Er läuft 20 Jahre.\r\nDas sagte der Minister.\r\n"


def article(text: str, name: str = "a b/#1.txt") -> Article:
    return Article(id=name, text=text, sha256="0" * 64, format="txt", language="de")


@pytest.fixture
def indexed(tmp_path: Path, words: Embedder) -> tuple[Catalog, Path]:
    file = tmp_path / "articles" / "vertrag 1.txt"
    file.parent.mkdir()
    file.write_bytes(TEXT.encode())
    catalog = Catalog(tmp_path / "home")
    sync(catalog, words, file.parent)
    return catalog, file


def cited(catalog: Catalog, words: str) -> str:
    stored = catalog.article("vertrag 1.txt")
    assert stored
    start = stored.text.index(words)
    return make_citation(1, stored, Span(start=start, end=start + len(words))).uri


@pytest.mark.fuzz
@tried(100)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1), st.data())
def test_a_citation_quotes_its_span_and_counts_lines_like_an_editor(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    made = make_citation(1, article(text), Span(start=start, end=end))
    assert text[made.span.start : made.span.end] == made.quote
    assert made.line_start == 1 + len(re.findall(r"\r\n|\r|\n", text[:start])) - (text[start - 1 : start + 1] == "\r\n")
    assert made.line_start <= made.line_end <= 1 + len(re.findall(r"\r\n|\r|\n", text))


def test_uri_is_that_of_rfc_5147_and_counts_a_line_end_once() -> None:
    start = TEXT.index("Er läuft")
    uri = make_citation(1, article(TEXT), Span(start=start, end=start + 18)).uri
    assert re.fullmatch(rf"a%20b/%231\.txt#char={start - 2},{start + 16};md5=[0-9a-f]{{32}},UTF-8", uri)


def test_followed_in_an_unchanged_file(indexed: tuple[Catalog, Path]) -> None:
    found = locate(indexed[0], cited(indexed[0], "Er läuft 20 Jahre."))
    assert (found.state, found.quote, found.span.of(found.text)) == (
        "unchanged",
        "Er läuft 20 Jahre.",
        "Er läuft 20 Jahre.",
    )


def test_moved_when_lines_were_added_above_it_and_gone_when_it_was_cut(indexed: tuple[Catalog, Path]) -> None:
    catalog, file = indexed
    uri = cited(catalog, "Er läuft 20 Jahre.")
    file.write_bytes(("Neuer Anfang.\r\n" + TEXT).encode())
    moved = locate(catalog, uri)
    assert (moved.state, moved.span.of(moved.text)) == ("moved", "Er läuft 20 Jahre.")
    file.write_bytes(TEXT.replace("Er läuft 20 Jahre.", "").encode())
    assert locate(catalog, uri).state == "gone"
    file.unlink()
    assert (locate(catalog, uri).state, locate(catalog, uri).quote) == ("gone", "Er läuft 20 Jahre.")


def test_followed_from_a_version_that_was_indexed_before(indexed: tuple[Catalog, Path], words: Embedder) -> None:
    catalog, file = indexed
    uri = cited(catalog, "Er läuft 20 Jahre.")
    file.write_bytes(("Ein ganz neuer Anfang steht hier.\r\n" + TEXT).encode())
    sync(catalog, words, file.parent)
    assert (locate(catalog, uri).state, locate(catalog, uri).quote) == ("moved", "Er läuft 20 Jahre.")


def test_lines_can_be_named_as_people_and_as_the_rfc_do(indexed: tuple[Catalog, Path]) -> None:
    catalog = indexed[0]
    for written in ("vertrag 1.txt:3", "vertrag%201.txt#line=2,3"):
        assert locate(catalog, written).quote == "Er gilt seit Freitag. Er läuft 20 Jahre."
    assert locate(catalog, "vertrag%201.txt#char=,11").quote == "Der Vertrag"
    assert locate(catalog, "vertrag%201.txt#line=3,").quote == "Das sagte der Minister."
    assert (
        locate(
            catalog,
            cited(catalog, "Er läuft 20 Jahre.")
            .replace("md5=", "MD5=")
            .upper()
            .replace("VERTRAG%201.TXT", "vertrag%201.txt"),
        ).state
        == "unchanged"
    )
    assert locate(catalog, "vertrag 1.txt:3-4").quote.endswith("Das sagte der Minister.")


def test_the_line_that_a_terminal_shows_under_an_answer_is_a_citation_too(indexed: tuple[Catalog, Path]) -> None:
    catalog = indexed[0]
    uri = cited(catalog, "Er läuft 20 Jahre.")
    article = catalog.article("vertrag 1.txt")
    assert article
    start = article.text.index("Er läuft 20 Jahre.")
    shown = source_lines(make_citation(1, article, Span(start=start, end=start + 18)))
    line = next(one for one in shown if ", characters " in one)
    assert locate(catalog, f"    {line}") == locate(catalog, uri)
    assert locate(catalog, f"{line}, paragraph 4").quote == "Er läuft 20 Jahre."


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("nonsense", "is not a citation"),
        ("nowhere.txt:1", "no article 'nowhere.txt' is indexed: there are vertrag 1.txt"),
        ("vertrag 1.txt:3, characters 9000-9001", "nothing to quote"),
        (quote("vertrag 1.txt") + "#char=9000,9001", "nothing to quote"),
        (quote("vertrag 1.txt") + "#char=5", "nothing to quote"),
        ("vertrag 1.txt:2", "nothing to quote"),
        (quote("vertrag 1.txt") + "#char=0,5;md5=" + "0" * 32, "never indexed here"),
    ],
)
def test_what_cannot_be_followed_is_said(indexed: tuple[Catalog, Path], written: str, why: str) -> None:
    with pytest.raises(CitationUnknown, match=why):
        locate(indexed[0], written)


def test_a_line_end_belongs_to_its_line() -> None:
    assert lines_of("a\nb\n", Span(start=0, end=2)) == (1, 1)
    assert lines_of("a\nb\n", Span(start=2, end=3)) == (2, 2)


def test_an_indented_line_of_an_unchanged_file_is_unchanged(tmp_path: Path, words: Embedder) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text("Ein Satz steht hier.\n\n    Er läuft. Er läuft. Er läuft.\n")
    catalog = Catalog(tmp_path / "home")
    sync(catalog, words, folder)
    for written in ("a.txt:3", "a.txt#char=36,45"):
        assert locate(catalog, written).state == "unchanged"
