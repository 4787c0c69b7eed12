"""Files that readers give: named safely, limited, whole or not at all; and settings whose key never comes back."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from index.errors import SettingsWrong
from index.readers.find import Skipped
from index.sync import Report
from rag.settings import Settings, load_settings
from ui.web import kept_settings, uploads
from ui.web.kept_settings import changed, keep, restored
from ui.web.library_html import report_html
from ui.web.settings_routes import settings_object
from ui.web.words import words

KEY = "sk-very-secret"


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def kept(home: Path, name: str, *parts: bytes) -> str:
    return asyncio.run(uploads.keep(home, name, chunks(*parts)))


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("a.txt", "a.txt"),
        ("../../etc/passwd.txt", "etc/passwd.txt"),
        ("/abs/olute.md", "abs/olute.md"),
        ("..\\..\\win.txt", "win.txt"),
        (".hidden.txt", "hidden.txt"),
        ("a\u202etxt.\x00.html", "a_txt._.html"),
        ("x/" * 20 + "deep.txt", "x/x/x/x/x/deep.txt"),
        ("n" * 300 + ".txt", "n" * 146 + ".txt"),
    ],
)
def test_acceptance_33_names_of_uploads_stay_in_the_folder(tmp_path: Path, name: str, path: str) -> None:
    assert kept(tmp_path, name, b"text") == path
    assert (tmp_path / "uploads" / path).read_bytes() == b"text"


@pytest.mark.parametrize("name", ["", "..", "///", "a.exe", "no ending"])
def test_acceptance_32_what_is_no_article_is_refused_by_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(uploads.FileRefused):
        kept(tmp_path, name, b"text")


def test_acceptance_32_a_file_that_is_too_large_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST", 10)
    with pytest.raises(uploads.FileRefused, match=r"big\.txt is too large"):
        kept(tmp_path, "big.txt", b"12345", b"67890", b"1")
    assert [f for f in (tmp_path / "uploads").rglob("*") if f.is_file()] == []
    assert kept(tmp_path, "fits.txt", b"1234567890") == "fits.txt"


def test_acceptance_32_there_are_not_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_FILES", 2)
    kept(tmp_path, "a.txt", b"1")
    kept(tmp_path, "b.txt", b"1")
    with pytest.raises(uploads.FileRefused, match=r"c\.txt is one too many"):
        kept(tmp_path, "c.txt", b"1")


def test_only_uploads_are_discarded(tmp_path: Path) -> None:
    kept(tmp_path, "a.txt", b"1")
    own = tmp_path / "own.txt"
    own.write_text("mine")
    uploads.discard(tmp_path, [own, tmp_path / "uploads" / "a.txt", tmp_path / "uploads" / ".." / "own.txt"])
    assert own.exists()
    assert not (tmp_path / "uploads" / "a.txt").exists()


def test_where_no_article_is_it_is_told_what_is_read(tmp_path: Path) -> None:
    for report in (Report(), Report(skipped=[Skipped(path=tmp_path / "a.pdf", reason="damaged")])):
        assert "what is read ends in .txt .text .md" in report_html(report, tmp_path, words("en"))
    assert "what is read" not in report_html(Report(unchanged=["a.txt"]), tmp_path, words("en"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path, llm_url="http://127.0.0.1:1/v1", llm_key=KEY)


def test_acceptance_28_a_key_never_comes_back(settings: Settings) -> None:
    assert KEY not in json.dumps(settings_object(settings, words("en")))
    assert settings_object(settings, words("en"))["has_key"] is True


def test_a_key_goes_to_its_own_address_alone(settings: Settings) -> None:
    assert changed(settings, {"sentences": 2}).llm_key == KEY
    assert changed(settings, {"llm_url": "http://evil.test/v1"}).llm_key == ""
    assert changed(settings, {"llm_url": "http://other.test/v1", "llm_key": " new\n"}).llm_key == "new"


@pytest.mark.parametrize(
    "wanted", [{"home": "/"}, {"hits": 0}, {"mode": "magic"}, {"llm": "os.system"}, {"embedder": "x"}]
)
def test_what_cannot_be_chosen_is_refused(settings: Settings, wanted: dict[str, object]) -> None:
    with pytest.raises(SettingsWrong):
        changed(settings, wanted)


def test_acceptance_42_settings_are_kept_the_key_only_when_asked(settings: Settings) -> None:
    bare = load_settings(home=settings.home)
    keep(settings.home, changed(settings, {"sentences": 2}), key=False)
    assert (restored(bare).sentences, restored(bare).llm_url, restored(bare).llm_key) == (2, settings.llm_url, "")
    keep(settings.home, settings, key=True)
    assert restored(bare).llm_key == KEY
    assert stat.S_IMODE((settings.home / "page.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "[]", "{", '{"mode": "magic"}', "null"])
def test_a_broken_file_of_settings_changes_nothing(settings: Settings, content: str) -> None:
    (settings.home / "page.json").write_text(content)
    assert restored(settings) == settings


def test_all_that_can_be_chosen_are_settings() -> None:
    assert set(kept_settings.CHOSEN) <= set(Settings.model_fields)
