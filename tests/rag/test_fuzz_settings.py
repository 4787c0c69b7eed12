"""Whatever stands in the environment or comes from the page: settings that can be used, or a named reason."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SettingsWrong
from rag import build
from rag.settings import Settings, load_settings
from tests.fuzzing import ANY_TEXT, JSON, tried
from ui.web import kept_settings

pytestmark = pytest.mark.fuzz
NAMES = st.sampled_from(sorted(Settings.model_fields.keys() - {"home"}))
VALUES = (
    st.sampled_from(
        [
            "",
            "0",
            "-1",
            "nan",
            "1e999",
            "true",
            "{}",
            "[]",
            "null",
            "openai",
            "http://[::1",
            "http://a:b@c:99999/?d",
            "a.b.C",
            "x.gguf",
        ]
    )
    | st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
    | JSON.map(json.dumps)
)


@tried(60)
@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_any_environment(values: dict[str, str]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        for name, value in values.items():
            patched.setenv(f"SOURCELINE_{name.upper()}", value)
        with suppress(SettingsWrong):
            settings = load_settings(home=Path("nowhere"))
            assert build.mode_in_words(settings)
            assert isinstance(build.line(settings), float)


@tried(60)
@given(st.dictionaries(st.sampled_from([*kept_settings.CHOSEN, "home", "password"]) | ANY_TEXT, JSON, max_size=4))
def test_anything_chosen_on_the_page(wanted: dict[str, object]) -> None:
    said = ""
    try:
        changed = kept_settings.changed(Settings(home=Path("nowhere"), llm_key="the-key"), wanted)
        assert changed.home == Path("nowhere")
    except SettingsWrong as error:
        said = str(error)
    assert "the-key" not in said


@tried(30)
@given(content=st.binary(max_size=80) | JSON.map(lambda v: json.dumps(v).encode()))
def test_any_file_of_kept_settings(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "page.json").write_bytes(content)
    assert kept_settings.restored(Settings(home=tmp_path)).home == tmp_path
    json.dumps(kept_settings.without_secrets(tmp_path))
