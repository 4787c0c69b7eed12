"""Articles in the viewer: every character is there, and exactly the cited ones are marked."""

from __future__ import annotations

import re
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from index.catalog import Catalog
from index.types import Article, Mark, Span
from tests.store import WordEmbedder, filled
from ui.web.html_text import element
from ui.web.viewer import WINDOW, View, around, article_html, citation_forms, part_html
from ui.web.words import words

EN = words("en")


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return filled(tmp_path_factory.mktemp("viewer"), 4, WordEmbedder())


def article(text: str, **changed: object) -> Article:
    return Article(id="a.txt", text=text, sha256="0" * 64, format="txt", language="en", **changed)  # type: ignore[arg-type]


def marked(html: str, kind: str) -> str:
    return "".join(node.text() for node in HTMLParser(html).css(f"mark.{kind}"))


@given(st.text(alphabet='ab .\r\n<&"é', max_size=60), st.data())
def test_what_is_marked_is_what_is_cited(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    current = Span(start=start, end=data.draw(st.integers(start, len(text))))
    view = View(current=current, cited=(current,))
    shown = part_html(NoSentences(), article(text), Span(start=0, end=len(text)), view, EN)  # type: ignore[arg-type]
    assert "".join(marked(shown, "current").split()) == "".join(current.of(text).split())
    assert "".join(HTMLParser(shown).text().split()) == "".join(text.split())


class NoSentences:
    """A catalog in which an article has no sentences."""

    def rows(self, *_: object) -> list[object]:
        return []


def test_sentences_can_be_chosen_and_others_cited_are_marked_too(catalog: Catalog) -> None:
    found = catalog.article("0.txt")
    assert found
    lines = found.text.splitlines(keepends=True)
    first, second = Span(start=0, end=len(lines[0])), Span(start=len(lines[0]), end=len(lines[0]) + len(lines[1]))
    html = article_html(catalog, found, View(current=first, cited=(first, second), number=2), EN)
    assert marked(html, "current") == lines[0].strip()
    assert marked(html, "cited") == lines[0].strip() + lines[1].strip()
    assert HTMLParser(html).css_first("#cited-sentence").attributes["data-span"] == f"0-{first.end}"
    assert len(HTMLParser(html).css("[data-span]")) == 4


def test_lines_have_the_numbers_of_the_file() -> None:
    text = "One.\r\n\r\nThree.\rFour.\n\nSix."
    html = part_html(NoSentences(), article(text), Span(start=0, end=len(text)), View(), EN)  # type: ignore[arg-type]
    assert [n.attributes["data-line"] for n in HTMLParser(html).css(".line")] == ["1", "3", "4", "6"]


@pytest.mark.parametrize("text", ["word " * 210_000, "A line of an article.\n" * 50_000, "x" * 1_000_000])
def test_a_megabyte_is_shown_in_parts_that_join(text: str) -> None:
    found = article(text)
    begun = time.perf_counter()
    seen = around(text, Span(start=500_000, end=500_010))
    html = part_html(NoSentences(), found, seen, View(), EN)  # type: ignore[arg-type]
    assert time.perf_counter() - begun < 2
    assert len(html) < 8 * WINDOW
    parts = {
        m[1]: (int(m[2]), int(m[3])) for m in re.finditer(r'data-which="(\w+)" data-from="(\d+)" data-to="(\d+)"', html)
    }
    assert parts["earlier"][1] == seen.start
    assert parts["later"][0] == seen.end
    assert len(seen) <= WINDOW + 4_000


def test_the_heading_says_what_and_where() -> None:
    text = "Title\n\nIt is so.\n"
    found = article(
        text,
        title="Title <b>",
        outlet="Post",
        date=date(2025, 1, 17),
        marks=(Mark(span=Span(start=0, end=5), kind="title"),),
    )
    tree = HTMLParser(article_html(NoSentences(), found, View(current=Span(start=7, end=16), also_in=("b.txt",)), EN))  # type: ignore[arg-type]
    assert tree.css_first("#article-title").text() == "Title <b>"
    assert tree.css_first(".facts").text() == "Post · 17 January 2025 · English"
    assert [part.text() for part in tree.css(".facts bdi")] == ["Post", "17 January 2025", "English"]
    assert tree.css_first(".where").text() == "a.txt:3"
    assert tree.css_first(".copies summary").text() == "also in 1 copy"
    assert tree.css_first("a").attributes["href"] == "/original?file=a.txt"
    assert tree.css_first(".line").attributes["class"] == "line title"
    assert next(b.attributes["data-text"] for b in tree.css("[data-act=copy-text]")).startswith("a.txt#char=7,16;md5=")


def test_a_citation_can_be_copied_in_three_forms() -> None:
    from rag.cite import make_citation

    citation = make_citation(1, article("It is [so](http://evil.test).", title="On *it*"), Span(start=0, end=30))
    forms = citation_forms(citation)
    assert forms["footnote"] == "“It is [so](http://evil.test).” On *it*, a.txt:1"
    assert "](http" not in forms["markdown"]


def test_what_the_script_needs_is_not_changed() -> None:
    name = 'a  b\u202e"<.txt'
    tree = HTMLParser(element("p", data_file=name, data_text="> one\n>\n> two", title=name))
    values = tree.css_first("p").attributes
    assert (values["data-file"], values["data-text"]) == (name, "> one\n>\n> two")
    assert values["title"] == 'a b<U+202E>"<.txt'
