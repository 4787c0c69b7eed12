"""Answers that a language model writes, ours beside llama-index's CitationQueryEngine with the same model: right, cited, checked.

    python -m benchmarks.quality.written ../shared/data --articles ../shared/corpus --gguf MODEL.gguf [--limit 15] [--sets sample,xquad]

Four sets: the sample corpus, the five real articles of --articles with the twenty questions of `real_questions.jsonl`, and two public
ones. Every system's runs are kept in WORK/<set>/, and WRITTEN.md is written of all that are there. It goes on where it was
stopped, case by case; with --limit it takes the cases whose ids have the least sha256, so a longer run holds the shorter one's.
Which written sentences are false, whoever reads them says: `labels.py` asks, and keeps it. After a change of the verifier
--check-only verifies what is written in those runs anew; nothing is written again.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.quality.checked import checked
from benchmarks.quality.known_sets import KNOWN, KnownSet
from benchmarks.quality.language_model import add_arguments, language_model
from benchmarks.quality.peers.__main__ import run_systems
from benchmarks.quality.peers.given import LanguageModel
from benchmarks.quality.peers.systems import QUOTES, WITH_MODEL, WRITTEN, refuse_unready
from benchmarks.quality.sets import Place, cases_of
from benchmarks.quality.written_results import document
from evals.run import save_run
from evals.runs import Run, read_run
from evals.systems import opened
from index.errors import SettingsWrong, SourcelineError
from rag.settings import load_settings

WORK, RESULTS = Path("var/benchmarks/written"), Path(__file__).with_name("WRITTEN.md")
SYSTEMS = (WRITTEN, QUOTES, WITH_MODEL)
SETS = ("sample", "real", "xquad", "multihop")
LIMIT = 100


def sets(articles: Path) -> dict[str, KnownSet]:
    """The sets by their names; `articles` is the folder of the real ones."""
    real = KnownSet(
        name="real",
        title="Five real articles",
        licence="not ours: never in the repository",
        cases=Path(__file__).with_name("real_questions.jsonl"),
        corpus=articles,
        can="Articles as they come, two of them translated by a machine.",
        cannot="Twenty questions of ours; the evidence is whole articles.",
    )
    return {known.name: known for known in (*KNOWN, real) if known.name in SETS}


def run_sets(chosen: Sequence[KnownSet], model: LanguageModel, place: Place, systems: Sequence[str]) -> None:
    """Every case of each set through every system; what is there already is not asked again."""
    for known in chosen:
        cases, corpus = cases_of(known, place)
        run_systems(systems, cases, corpus, runs_of(place, known), model=model, limit=place.limit, resume=True)


def check_sets(chosen: Sequence[KnownSet], place: Place) -> None:
    """Verify anew what is written in the runs that are there."""
    for known in chosen:
        out = runs_of(place, known) / f"{WRITTEN}.json"
        if out.exists():
            with opened(load_settings(), cases_of(known, place)[1], "quotes") as (system, _):
                run = read_run(out)
                save_run(out, replace(run, rows=tuple(checked(row, system.assistant) for row in run.rows)))


def runs_of(place: Place, known: KnownSet) -> Path:
    """Where the runs of a set are; not with its articles, whose folder holds nothing else."""
    return place.work / "runs" / known.name


def kept(place: Place, known: KnownSet) -> dict[str, Run]:
    """The runs of a set that are there, by their system."""
    paths = {name: runs_of(place, known) / f"{name}.json" for name in SYSTEMS}
    return {name: read_run(path) for name, path in paths.items() if path.exists()}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality.written", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("source", type=Path, help="the folder with the public sets")
    parser.add_argument("--articles", type=Path, default=Path("../shared/corpus"), help="the folder of real articles")
    add_arguments(parser)
    parser.add_argument("--sets", default=",".join(SETS), help="some of %(default)s")
    parser.add_argument("--systems", default=",".join(SYSTEMS), help="some of %(default)s")
    parser.add_argument("--limit", type=int, default=LIMIT, help="cases of each set; by default %(default)s")
    parser.add_argument("--work", type=Path, default=WORK, help="where runs are kept; by default %(default)s")
    parser.add_argument("--check-only", action="store_true", help="only verify anew what the runs that are there say")
    parser.add_argument("--report-only", action="store_true", help="write the results from the runs that are there")
    return parser.parse_args()


def command(given: argparse.Namespace) -> str:
    """The command that made the results; folders and addresses of this machine are not named."""
    parts = ["python", "-m", "benchmarks.quality.written", "DATA", "--articles", "ARTICLES", "--gguf", "MODEL.gguf"]
    return shlex.join([*parts, "--limit", str(given.limit)])


def run(given: argparse.Namespace) -> None:
    """Run what is asked for, and write the document of all that is there."""
    known, place = sets(given.articles), Place(source=given.source, work=given.work, limit=given.limit)
    if unknown := [name for name in given.sets.split(",") if name not in known]:
        raise SettingsWrong(f"there is no set {unknown[0]!r}", f"use some of {', '.join(known)}")
    chosen = [known[name] for name in given.sets.split(",")]
    if given.check_only:
        check_sets(chosen, place)
    elif not given.report_only:
        for name in given.systems.split(","):
            refuse_unready(name, None, model=True)
        with language_model(given) as model:
            run_sets(chosen, model, place, given.systems.split(","))
    runs = {known[name].title: found for name in SETS if (found := kept(place, known[name]))}
    RESULTS.write_text(document(command(given), runs), encoding="utf-8")


def main() -> int:
    """Exit status 130 when it is stopped: the same command goes on."""
    try:
        run(_arguments())
    except SourcelineError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
