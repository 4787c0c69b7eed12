"""The interface in its languages: the same keys everywhere, and none that is used is missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ui.web
from ui.web.page import html
from ui.web.words import LANGUAGES, days_in_words, preferred, words

FOLDER = Path(ui.web.__file__).parent


def test_every_language_has_the_same_words_with_the_same_values() -> None:
    values = {
        lang: {k: sorted(re.findall(r"\{(\w+)\}", v)) for k, v in words(lang).texts.items()} for lang in LANGUAGES
    }
    assert values["de"] == values["en"]


def test_the_scripts_use_words_that_there_are() -> None:
    scripts = "".join(f.read_text(encoding="utf-8") for f in (FOLDER / "static").glob("*.js"))
    used = set(re.findall(r"words\('(\w+)'", scripts))
    assert len(used) > 10
    assert {f"js_{key}" for key in used} <= words("en").texts.keys()
    counted = {f"js_{key}_{n}" for key in re.findall(r"counted\('(\w+)'", scripts) for n in ("one", "many")}
    assert counted
    assert counted <= words("en").texts.keys()


def test_the_modules_use_words_that_there_are() -> None:
    used = {key for f in FOLDER.glob("*.py") for key in re.findall(r'words\("(\w+)"', f.read_text(encoding="utf-8"))}
    assert len(used) > 10
    assert used <= words("en").texts.keys() | {"en"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_no_place_left_open(language: str) -> None:
    made = html("index.html", words(language))
    assert "{{" not in made
    assert f'<html lang="{language}">' in made


def test_the_browser_says_which_language() -> None:
    assert preferred(None, "fr-FR,de;q=0.8,en;q=0.5").language == "de"
    assert preferred("en", "de").language == "en"
    assert preferred(None, "xx").language == "en"


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2024-01-01", "2024-12-31", "2024"),
        ("2024-02-01", "2024-02-29", "Februar 2024"),
        ("2024-02-01", "2024-02-01", "1. Februar 2024"),
        ("2024-02-01", "2024-03-31", "1. Februar 2024 – 31. März 2024"),
        (None, "2024-12-31", "… – 31. Dezember 2024"),
        ("2024-01-01", None, "1. Januar 2024 – …"),
    ],
)
def test_days_are_said_as_people_do(since: str | None, until: str | None, said: str) -> None:
    assert days_in_words(since, until, words("de")) == said
