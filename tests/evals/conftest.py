"""Runs of the sample, made once."""

import shutil
from pathlib import Path

import pytest

from evals.cases import cases_text
from evals.evaluate import evaluate
from evals.runs import Run
from rag.settings import Settings
from tests.evals.sample import CASES, FOLDER, ROOT, given


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory, model_home: Path) -> Settings:
    """A home with the articles about Notre-Dame."""
    home = tmp_path_factory.mktemp("evals")
    shutil.copytree(model_home / "models", home / "models")
    shutil.copytree(ROOT / "corpus" / FOLDER, home / "corpus" / FOLDER)
    (home / "cases.jsonl").write_text(cases_text(CASES), encoding="utf-8")
    return Settings(home=home)


@pytest.fixture(scope="session")
def quotes(settings: Settings) -> Run:
    """A run that nothing has interrupted."""
    return evaluate(given(settings, settings.home / "quotes.json"))
