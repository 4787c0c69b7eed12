"""The gold questions about one folder of the sample corpus, and how they are run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evals.cases import load_cases
from evals.evaluate import Evaluation
from evals.runs import row_object
from rag.settings import Settings

ROOT = Path(__file__).parents[2]
GOLD = load_cases(ROOT / "evals" / "gold" / "sample.jsonl")
FOLDER = "notre-dame"
OURS = [c for c in GOLD if not c.history and all(e.file.startswith(FOLDER) for e in c.evidence)]
CASES = [*[c for c in OURS if c.answerable][:8], *[c for c in OURS if not c.answerable][:2]]


def given(settings: Settings, out: Path, **changed: Any) -> Evaluation:
    corpus, cases = settings.home / "corpus", settings.home / "cases.jsonl"
    return Evaluation(**{"settings": settings, "cases": cases, "corpus": corpus, "out": out, **changed})


def steady(rows: Any) -> list[dict[str, Any]]:
    """Rows without what every run has of its own."""
    return [{k: v for k, v in row_object(row).items() if k != "timings"} for row in rows]
