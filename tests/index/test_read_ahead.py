"""Files are read ahead of those that are embedded: in order, not too many, and no more of them once nobody wants them."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from index import read_ahead
from index.errors import UnreadableArticle
from index.read_ahead import Reading, Unread
from index.readers import find_files, read_article
from index.ready import Ready
from index.stored import Root
from index.types import Article
from tests.conftest import WriteArticles

BODY = "The bridge over the Ill has 12 arches. It opened in 1907.\n"


@pytest.fixture
def began(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The articles that reading has begun, as it begins them; "bad.txt" cannot be read."""
    names: list[str] = []

    def noted(path: Path, article_id: str) -> Article:
        names.append(article_id)
        if article_id == "bad.txt":
            raise UnreadableArticle("bad", "mend it")
        return read_article(path, article_id)

    monkeypatch.setattr(read_ahead, "read_article", noted)
    return names


def ahead(news: Path) -> Generator[Reading]:
    root = Root(number=1, path=news, prefix="")
    return read_ahead.read_ahead(root, {found.article_id: found for found in find_files(news)[0]}, {})


def exactly(began: list[str], *expected: str) -> bool:
    """Whether these begin, however long it takes, and no other after them."""
    deadline = time.monotonic() + 30
    while len(began) < len(expected) and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.1)
    return began == list(expected)


def test_they_come_in_order_whatever_becomes_of_them(
    tmp_path: Path, write_articles: WriteArticles, began: list[str]
) -> None:
    news = write_articles(tmp_path, dict.fromkeys(("a.txt", "bad.txt", "c.txt"), BODY))
    first, second, third = ahead(news)
    assert isinstance(first, Ready)
    assert isinstance(third, Ready)
    assert (first.article.id, third.article.id) == ("a.txt", "c.txt")
    assert isinstance(second, Unread)
    assert (second.article_id, str(second.error)) == ("bad.txt", "bad: mend it")
    assert began == ["a.txt", "bad.txt", "c.txt"]


def test_the_next_ones_are_read_meanwhile_but_not_all(
    tmp_path: Path, write_articles: WriteArticles, began: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_ahead, "_MOST_FILES", 2)
    coming = ahead(write_articles(tmp_path, {f"{n}.txt": BODY for n in range(6)}))
    next(coming)
    assert exactly(began, "0.txt", "1.txt", "2.txt")
    next(coming)
    assert exactly(began, "0.txt", "1.txt", "2.txt", "3.txt")


def test_a_large_one_waits_for_its_turn(
    tmp_path: Path, write_articles: WriteArticles, began: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_ahead, "_MOST_BYTES", 2 * len(BODY))
    coming = ahead(write_articles(tmp_path, {"a.txt": BODY, "b.txt": BODY * 9, "c.txt": BODY, "d.txt": BODY}))
    next(coming)
    assert exactly(began, "a.txt", "b.txt")
    assert [one.article.id for one in coming if isinstance(one, Ready)] == ["b.txt", "c.txt", "d.txt"]


def test_once_nobody_wants_them_no_more_are_read(
    tmp_path: Path, write_articles: WriteArticles, began: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    halted = threading.Event()
    noted = read_ahead.read_article  # type: ignore[attr-defined]

    def halting(path: Path, article_id: str) -> Article:
        if article_id != "000.txt":
            halted.wait(30)
        read: Article = noted(path, article_id)
        return read

    monkeypatch.setattr(read_ahead, "read_article", halting)
    coming = ahead(write_articles(tmp_path, {f"{n:03}.txt": BODY for n in range(200)}))
    next(coming)
    threading.Timer(0.5, halted.set).start()
    coming.close()  # waits for the one that is being read
    assert len(began) < 200
