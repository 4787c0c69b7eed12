"""Which language model the settings and the environment name, and when there is none."""

from __future__ import annotations

from typing import Any

import pytest

from index.errors import SettingsWrong
from rag import build
from rag.llm.remote import EndpointModel
from rag.settings import load_settings

KEY, OTHER = "sk-openai", "sk-own"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "SOURCELINE_LLM_URL", "SOURCELINE_MODE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("environment", "model"),
    [
        ({}, None),
        ({"OPENAI_API_KEY": KEY}, None),  # no name, no address: nothing is sent anywhere because some key lies about
        ({"OPENAI_API_KEY": KEY + "\n", "OPENAI_MODEL": "m"}, ("m", "https://api.openai.com/v1", KEY)),
        ({"OPENAI_API_KEY": KEY, "SOURCELINE_LLM_MODEL": "n", "OPENAI_MODEL": "m"}, ("n", "https://api.openai.com/v1", KEY)),
        ({"OPENAI_BASE_URL": "http://localhost:1/v1/"}, ("", "http://localhost:1/v1", "")),
        ({"OPENAI_API_KEY": KEY, "SOURCELINE_LLM_URL": "http://localhost:2/v1"}, ("", "http://localhost:2/v1", "")),
        (
            {"OPENAI_BASE_URL": "http://a/v1", "SOURCELINE_LLM_KEY": OTHER, "SOURCELINE_LLM_MODEL": "m"},
            ("m", "https://api.openai.com/v1", OTHER),
        ),
    ],
)  # fmt: skip
def test_the_endpoint_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], model: tuple[str, str, str] | None
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    made = build.language_model(settings)
    assert isinstance(made, EndpointModel | None)
    assert (made and (made.model, made.base_url, made.key)) == model
    assert KEY not in repr(settings) + build.mode_in_words(settings)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "quotes (no language model is configured)"),
        ({"llm_key": KEY}, "quotes (a key is set, but no model: set SOURCELINE_LLM_MODEL)"),
        ({"llm_url": "http://a/v1", "mode": "quotes"}, "quotes"),
        ({"llm_url": "http://a/v1", "llm_model": "m"}, "written by m at http://a/v1"),
        ({"llm_url": "http://a/v1"}, "written by the model at http://a/v1"),
        ({"llm_key": KEY, "llm_model": "m"}, "written by m at OpenAI"),
    ],
)
def test_the_mode_in_words(given: dict[str, Any], words: str) -> None:
    settings = load_settings(**given)
    assert build.mode_in_words(settings) == words
    assert (build.writer(settings) is None) == words.startswith("quotes")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "none but our own"),
        ({"reranker_key": KEY}, "none but our own"),
        ({"reranker_url": "http://a/v2", "reranker_model": "m", "reranker_key": KEY}, "m for the first 25 passages"),
        ({"reranker_url": "http://a:b@c", "reranker_hits": 9}, "http://c/rerank for the first 9 passages"),
        (
            {"reranker": "llama_index.core.postprocessor.LongContextReorder"},
            "llama_index.core.postprocessor.node.LongContextReorder for the first 25 passages",
        ),
    ],
)
def test_the_reranker_in_words(given: dict[str, Any], words: str) -> None:
    settings = load_settings(**given)
    assert build.reranker_in_words(settings) == words
    assert KEY not in repr(settings) + repr(build.reranker(settings))


@pytest.mark.parametrize("given", [{"reranker": "cohere"}, {"reranker": "jina"}, {"reranker_hits": 26}])
def test_a_reranker_that_cannot_be(given: dict[str, Any]) -> None:
    with pytest.raises(SettingsWrong):
        build.reranker(load_settings(**given))


def test_written_mode_without_a_model_says_what_to_set() -> None:
    with pytest.raises(SettingsWrong, match="no language model is configured: set SOURCELINE_LLM_URL"):
        build.writer(load_settings(mode="written"))


@pytest.mark.parametrize(
    ("given", "budget"),
    [
        ({"llm_url": "http://127.0.0.1:1/v1"}, 450),
        ({"llm_url": "http://localhost:1/v1"}, 450),
        ({"llm_url": "http://[::1]:1/v1"}, 450),
        ({"llm_url": "https://models.example/v1"}, 4000),
        ({"llm_url": "http://127.0.0.1:1/v1", "llm_context": 900}, 900),
    ],
)
def test_a_small_model_gets_less_to_read(given: dict[str, Any], budget: int) -> None:
    writer = build.writer(load_settings(**given))
    assert writer
    assert writer.budget == budget
