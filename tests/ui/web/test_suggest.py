"""Questions to begin with: whoever asks one gets an answer."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from rag.assistant import Assistant
from ui.web import suggest
from ui.web.suggest import MOST, Suggestions, suggestions
from ui.web.words import LANGUAGES, words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_suggested_question_over_the_sample_is_answered(sample: Assistant, language: str) -> None:
    made = suggestions(sample, words(language))
    assert len(made) == MOST
    assert [question for question in made if not sample.ask(question).claims] == []


def test_what_is_refused_is_not_suggested(sample: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggest, "_names", lambda _: iter(["Macron", "Zanzibar", "Putin"]))
    assert sample.ask(words("en")("suggested", name="Zanzibar")).refusal
    made = suggestions(sample, words("en"))
    assert not any("Zanzibar" in question for question in made)
    assert any("Putin" in question for question in made)


def test_they_are_made_once_for_the_same_articles(sample: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(suggest, "suggestions", lambda _, spoken: asked.append(spoken.language) or [])
    kept = Suggestions()
    for language in ("en", "de", "en"):
        kept.of(sample, words(language))
    assert asked == ["en", "de"]


def test_nobody_waits_while_they_are_made_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, over, made = threading.Event(), threading.Event(), iter([["First?"], ["Second?"]])

    def slow(*_: object) -> list[str]:
        begun.set()
        assert over.wait(30)
        return next(made)

    monkeypatch.setattr(suggest, "suggestions", slow)
    kept, english = Suggestions(), words("en")
    for state, former, then in ((1, [], ["First?"]), (2, ["First?"], ["Second?"])):
        assistant: Any = SimpleNamespace(catalog=SimpleNamespace(generation=state))
        with ThreadPoolExecutor(1) as one:
            making = one.submit(kept.of, assistant, english)
            assert begun.wait(30)
            assert kept.of(assistant, english) == former
            over.set()
            assert making.result() == kept.of(assistant, english) == then
        begun.clear()
        over.clear()
