"""The names that outlets go by, and what a filter makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.catalog import Catalog
from index.outlets import goes_by, names_of
from index.sync import sync
from index.types import Filters
from tests.store import WordEmbedder


@pytest.mark.parametrize(
    ("outlet", "name"),
    [
        ("Northline Post / Meridian Wire", "Northline Post"),
        ("Northline Post / Meridian Wire", "meridian  WIRE"),
        ("Northline Post / Meridian Wire", "Northline Post / Meridian Wire"),
        ("The Harbour Gazette", "harbour gazette"),
        ("Cnbc | World Business News", "CNBC"),
        ("Le Courrier du Fleuve", "Courrier du Fleuve"),
        ("Вестник Приволжья", "вестник приволжья"),
    ],
)
def test_an_outlet_goes_by_whole_parts_of_its_name(outlet: str, name: str) -> None:
    assert goes_by(outlet, name)


@pytest.mark.parametrize(
    ("outlet", "name"),
    [("Northline Post", "Post"), ("Northline Post", "Northline Post / Meridian Wire"), ("", ""), (None, "x")],
)
def test_and_by_nothing_less_and_nothing_more(outlet: str | None, name: str) -> None:
    assert not goes_by(outlet, name)


def test_no_name_is_empty_and_the_whole_comes_first() -> None:
    assert names_of(" / ") == ("/",)
    assert names_of("The  Post /  Wire - Business")[0] == "The Post / Wire - Business"


def test_a_filter_by_one_of_two_outlets_finds_their_common_articles(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    for name, outlet in (("both", "Northline Post / Meridian Wire"), ("one", "Northline Post"), ("other", "Wired")):
        (folder / f"{name}.txt").write_text(f"A title\n\nSource: {outlet}\n\nThe bridge of Solyanka was closed.\n")
    catalog = Catalog(tmp_path / "home")
    sync(catalog, WordEmbedder(), folder)
    assert [a["id"] for a in catalog.articles(Filters(outlets=("northline post",)))] == ["both.txt", "one.txt"]
    assert [a["id"] for a in catalog.articles(Filters(outlets=("Meridian Wire", "wired")))] == ["both.txt", "other.txt"]
