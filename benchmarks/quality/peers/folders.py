"""The runs of one set as `python -m benchmarks.quality.peers --out FOLDER` leaves them, ours first."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.quality.peers.systems import BY_DEFAULT, OURS, SYSTEMS
from benchmarks.quality.peers.table import RETRIEVAL, compared, searching
from evals.comparison import Comparison, Difference
from evals.run import journal_of
from evals.runs import Run, RunWrong, read_run

BY_PASSAGE, BY_ARTICLE = "nDCG@10 (passage)", "nDCG@10 (article)"


@dataclass(frozen=True, kw_only=True)
class Compared:
    """The runs of one set, ours first, and the names of the systems that were to run and have left none."""

    name: str
    runs: Mapping[str, Run]
    missing: tuple[str, ...] = ()

    @property
    def header(self) -> Mapping[str, Any]:
        """What our run says of itself."""
        return self.runs[OURS].header

    @cached_property
    def comparison(self) -> Comparison | None:
        """Each system that searches beside ours; None where there is none."""
        return compared(searching(self.runs), RETRIEVAL)

    @cached_property
    def differences(self) -> dict[tuple[str, str], Difference]:
        """By the system and the measure."""
        runs = self.comparison.runs if self.comparison else ()
        return {(run.name, d.measure): d for run in runs for d in run.differences}

    @property
    def main(self) -> str:
        """The measure of the summary: by passage, unless the evidence is whole articles."""
        return BY_PASSAGE if any(measure == BY_PASSAGE for _, measure in self.differences) else BY_ARTICLE


def read_folder(folder: Path) -> Compared:
    """The runs in a folder. Raises RunWrong where ours is not there."""
    runs = {name: read_run(path) for name in SYSTEMS if (path := folder / f"{name}.json").exists()}
    if OURS not in runs:
        raise RunWrong(
            f"{folder} has no {OURS}.json", "give folders that `python -m benchmarks.quality.peers` has written"
        )
    begun = [name for name in SYSTEMS if journal_of(folder / f"{name}.json").exists()]
    missing = [name for name in (*BY_DEFAULT, *begun) if name not in runs]
    return Compared(name=folder.name, runs=runs, missing=tuple(dict.fromkeys(missing)))


def command_of(one: Compared) -> str:
    """The command of one set. A folder that only one machine has is not named."""
    header = one.header
    cases, corpus = (_shown(str(header.get(key, "?"))) for key in ("cases_file", "corpus_folder"))
    parts = ["python", "-m", "benchmarks.quality.peers", cases, "--corpus", corpus, "--out", one.name]
    parts += ["--limit", str(header["limit"])] if header.get("limit") else []
    parts += ["--unseen"] if header.get("unseen") else []
    own = [name for name in one.runs if name in SYSTEMS and SYSTEMS[name].module != "ours"]
    parts += ["--peers", ",".join(own)] if not set(own) >= set(BY_DEFAULT) - set(one.missing) else []
    parts += ["--haiku-python", "PYTHON"] if any(SYSTEMS[name].module == "haiku" for name in own) else []
    parts += ["--llm-url", "URL", "--llm-model", _model(one)] if _model(one) else []
    return shlex.join(parts)


def _model(one: Compared) -> str:
    models = (run.header["made_with"].get("language_model") for run in one.runs.values())
    return next((str(model) for model in models if model), "")


def _shown(path: str) -> str:
    return str(Path(*("SETS", *Path(path).parts[-2:]))) if Path(path).is_absolute() else path
