"""A home with something of everything, and its export."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.catalog import Catalog
from index.sync import sync
from rag.settings import Settings
from tests.ui.archive.homes import ANSWER, SECRETS, WORDS
from ui.archive.writing import export_home
from ui.web import feedback, kept_settings
from ui.web.conversations import Conversations


@pytest.fixture(scope="session")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with something of everything, beside the folder of its articles."""
    place = tmp_path_factory.mktemp("there")
    home, news = place / "home", place / "news"
    for folder, names in ((news, "abc"), (home / "uploads", "de")):
        folder.mkdir(parents=True)
        for name in names:
            text = f"The mayor of {name}stadt resigned on Monday. The bridge of {name}dorf costs 4 crowns.\n"
            (folder / f"{name}.txt").write_text(text)
    catalog = Catalog(home)
    sync(catalog, WORDS, news)
    (news / "a.txt").write_text("The mayor of astadt stays. Nobody resigned there.\n")
    sync(catalog, WORDS, news)
    sync(catalog, WORDS, home / "uploads")
    catalog.close()
    Conversations(home).add("local", "", 0, {"question": "Where?"}, ANSWER)
    (home / "evals").mkdir()
    feedback.cases_file(home).write_text('{"id": "feedback-1"}\n')
    key, password, token = SECRETS
    url = f"http://me:{password}@127.0.0.1:1/v1?t={token}"
    kept_settings.keep(home, Settings(home=home, llm_url=url, llm_key=key, hits=7), key=True)
    return home


@pytest.fixture(scope="session")
def exported(lived_in: Path) -> Path:
    file = lived_in.parent / "home.zip"
    export_home(lived_in, file)
    return file
