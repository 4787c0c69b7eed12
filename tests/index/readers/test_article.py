"""Reading a file to an Article: what holds for every text whatever, and the decisions between sources."""

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index.boilerplate import boilerplate_marks
from index.errors import UnreadableArticle
from index.paragraphs import headings, paragraph_spans
from index.readers import find_files, read_article
from index.readers.front import read_front
from index.terms import names_in

TYPICAL = """A headline|A headline|A sentence ends here.|Also read this|0 Comments|---|# Heading|Date: 2024-03-05|By Ann Lee
Tags: a, b|||Source link|5 March 2024|Facebook|Twitter|😀|==""".replace("\n", "|").split("|")
LINES = st.sampled_from([*TYPICAL, "Details | |", "| a |"])
TEXTS = st.lists(LINES | st.text(max_size=40), max_size=20).map("\n".join)


@given(TEXTS)
@settings(max_examples=300)
def test_marks_are_ordered_apart_and_hold_whole_lines(text: str) -> None:
    front = read_front(text)
    marks = [*front.marks, *boilerplate_marks(text, front.fields.get("title"), front.body)]
    end = 0
    for mark in marks:
        assert end <= mark.span.start < mark.span.end <= len(text)
        before, after = text[end : mark.span.start], text[mark.span.end :]
        assert not before or not before.split("\n")[-1].strip() or before.endswith("\r")
        assert not after or not after.split("\n")[0].split("\r")[0].strip()
        end = mark.span.end


@pytest.mark.parametrize(
    "line",
    [
        "# " + "#" * 40_000 + "x",
        "[" * 900,
        "[](" * 300,
        "." + '"' * 990 + "x",
        "* " * 450,
        "|" * 990,
        "By A" + " de" * 100,
        "(" + "a" * 400,
        "(" + "a/" * 400,
        *(
            start + unit * 2_500
            for start in ("", "(", "By A", "# ")
            for unit in ("a ", "A-", "a@", ". ", "1.", "[(", "'a")
        ),
    ],
)
def test_no_line_takes_long(line: str) -> None:
    began = time.monotonic()
    text = f"{line}\n\n" * 20
    boilerplate_marks(text, read_front(text).fields.get("title"))
    headings(text, paragraph_spans(text))
    names_in(text)
    assert time.monotonic() - began < 1


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


ODD = st.sampled_from(
    ['"\\ud800"', '"\\UFFFFFFFF"', '"a\\0b"', '"\\e[31m"', "!!int x", "[a, [b]]", "{? a}", "99999-99-99"]
)
NAMES = st.sampled_from(["title", "date", "source", "author", "lang"])


@given(st.dictionaries(NAMES, ODD | st.text(max_size=30), min_size=1), st.text(max_size=30))
@example({"title": '"\\ud800"'}, "")
@example({"title": '"\\UFFFFFFFF"'}, "")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_front_matter_says_can_be_stored(tmp_path: Path, front: dict[str, str], rest: str) -> None:
    lines = "\n".join(f"{name}: {value}" for name, value in front.items())
    path = tmp_path / "a.md"
    path.write_bytes(f"---\n{lines}\n{rest}\n---\nThe bridge closed.".encode("utf-8", "surrogatepass"))
    try:
        article = read_article(path, "a.md")
    except UnreadableArticle:
        return
    for value in (article.title, article.outlet, article.author, article.language):
        (value or "").encode()
        assert "\0" not in (value or "")


def test_a_lone_headline_keeps_its_title_and_stays_to_be_found(tmp_path: Path) -> None:
    article = read_article(written(tmp_path / "a.md", "# Harbour bridge closes\n\n0 Comments\n"), "a.md")
    assert article.title == "Harbour bridge closes"
    assert [mark.kind for mark in article.marks] == ["boilerplate"]


def test_nothing_but_junk_is_kept(tmp_path: Path) -> None:
    article = read_article(written(tmp_path / "a.txt", "Also read this\n"), "a.txt")
    assert article.marks == ()


def test_what_the_text_says_comes_before_the_file_name(tmp_path: Path) -> None:
    path = written(
        tmp_path / "2020-01-01.txt", "Harbour bridge closes\n\nDate: 2024-03-05\n\nThe bridge closed on Monday."
    )
    assert read_article(path, path.name).date == date(2024, 3, 5)
    path = written(tmp_path / "2020-01-01.txt", "The bridge closed on Monday.")
    assert read_article(path, path.name).date == date(2020, 1, 1)


def test_a_text_without_any_date_has_none(tmp_path: Path) -> None:
    """The time of the file says when it was copied."""
    path = written(tmp_path / "a.txt", "The bridge closed on Monday. It was opened on 3 March 1999.")
    assert read_article(path, path.name).date is None


def test_a_template_with_the_wrong_language_is_not_believed(tmp_path: Path) -> None:
    body = "Die Brücke über den Hafen wird im März geschlossen, teilte die Behörde mit. " * 5
    assert read_article(written(tmp_path / "a.md", f"---\nlang: en\n---\n{body}"), "a.md").language == "de"
    assert read_article(written(tmp_path / "a.md", "---\nlang: nl-NL\n---\nOK."), "a.md").language == "nl"


def test_too_many_lines_are_rejected_by_name(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", "a\n" * 400_001)
    with pytest.raises(UnreadableArticle, match="400,001 lines"):
        read_article(path, "a.txt")


def test_one_file_is_a_folder_of_one(tmp_path: Path) -> None:
    path = written(tmp_path / "news" / "a.txt", "The bridge closed on Monday.")
    found, skipped = find_files(path)
    assert [(entry.path, entry.article_id) for entry in found] == [(path.resolve(), "a.txt")]
    assert skipped == []
    assert [entry.article_id for entry in find_files(tmp_path)[0]] == ["news/a.txt"]
    with pytest.raises(UnreadableArticle, match="no such file"):
        find_files(tmp_path / "nowhere")


def test_a_home_below_the_folder_is_passed_over_in_silence(tmp_path: Path) -> None:
    for name in (
        "a.txt",
        "var/catalog.sqlite",
        "var/owner.lock",
        "var/owner.json",
        "var/models/b.txt",
        "more/catalog.sqlite",
    ):
        written(tmp_path / name, "The bridge closed on Monday.")
    found, skipped = find_files(tmp_path)
    assert [entry.article_id for entry in found] == ["a.txt"]
    assert [entry.name for entry in skipped] == [str(tmp_path.resolve() / "more/catalog.sqlite")]
