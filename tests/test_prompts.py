import re

import pytest

import prompts


@pytest.mark.parametrize("name", prompts.names())
def test_front_matter_names_exactly_the_variables_of_the_text(name: str) -> None:
    prompt = prompts.load(name)
    assert set(re.findall(r"\$\{(\w+)\}", prompt.text)) == prompt.variables


def test_a_missing_variable_is_named() -> None:
    with pytest.raises(prompts.MissingVariables, match="closest"):
        prompts.load("refusal.en").render()


def test_values_are_not_read_as_templates() -> None:
    assert "${closest} $x" in prompts.load("refusal.en").render(closest="${closest} $x")


def test_every_refusal_has_every_language_and_an_unknown_language_gets_english() -> None:
    said = {n for n in prompts.names() if "." in n}  # to a reader; what a model is sent has one form for all languages
    kinds = {n.partition(".")[0] for n in said}
    languages = {n.partition(".")[2] for n in said}
    assert {f"{k}.{language}" for k in kinds for language in languages} == said
    assert prompts.in_language("refusal", "sw") == prompts.load("refusal.en")
