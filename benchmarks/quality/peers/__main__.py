"""The same questions over the same articles through Sourceline and its peers, in one run and one table.

    python -m benchmarks.quality.peers CASES --corpus DIR --out FOLDER [--peers bm25,llama_index] [--limit N]

Writes FOLDER/<system>.json, runs as `sourceline eval compare` and `eval report` read them, and FOLDER/table.txt. With --limit it
takes the N cases whose ids have the least sha256: the same ones every time, whatever the order of the file.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from benchmarks.quality.parts import unseen
from benchmarks.quality.peers.corpus import read_corpus
from benchmarks.quality.peers.given import Given, LanguageModel, Open
from benchmarks.quality.peers.table import table
from evals.cases import Case, CasesWrong, load_cases, misplaced, several
from evals.header import made_with, provenance
from evals.run import Progress, finish_run, journal_of, run_cases
from evals.runs import Run, System
from evals.systems import opened
from index.errors import SettingsWrong, SourcelineError
from rag.build import embedder
from rag.settings import Settings, load_settings

OURS = "sourceline"
PEERS = {
    "bm25": ("bm25", "opened", ("bm25s", "PyStemmer")),
    "llama_index": ("llama_stack", "opened", ("llama-index-core", "llama-index-vector-stores-chroma")),
    "llama_index_matched": ("llama_stack", "matched", ("llama-index-core", "llama-index-vector-stores-chroma")),
    "llama_index_titled": ("llama_stack", "titled", ("llama-index-core", "llama-index-vector-stores-chroma")),
    "llama_index_citing": ("citing", "opened", ("llama-index-core", "llama-index-llms-openai-like")),
    "haiku_rag": ("haiku", "opened", ()),
    "haiku_rag_vector": ("haiku", "vector", ()),
}
"""Of each peer: the module here that opens it, the function, and the packages whose versions its run records."""
BY_DEFAULT = ("bm25", "llama_index", "llama_index_matched", "llama_index_titled", "haiku_rag")
REQUIREMENTS = "pip install -r benchmarks/quality/peers/requirements.txt"


def sample(cases: Sequence[Case], limit: int | None) -> list[Case]:
    """Up to `limit` cases, chosen by the hash of their ids, in the order in which they come."""
    ids = sorted((case.id for case in cases), key=lambda i: sha256(i.encode("utf-8", "surrogatepass")).digest())
    chosen = set(ids[:limit])
    return [case for case in cases if case.id in chosen]


def opener(name: str) -> Open:
    """How the system is opened. Raises SettingsWrong for a peer that there is not, or that is not installed."""
    if name == OURS:
        return ours
    if name not in PEERS:
        raise SettingsWrong(f"there is no peer {name!r}", f"use some of {', '.join(PEERS)}")
    module, function, _ = PEERS[name]
    try:
        found: Open = getattr(import_module(f"benchmarks.quality.peers.{module}"), function)
    except ImportError as error:
        remedy = f"run `{REQUIREMENTS}`, or leave it out of --peers"
        raise SettingsWrong(f"the peer {name} is not installed ({error})", remedy) from error
    return found


@contextmanager
def ours(given: Given) -> Iterator[System]:
    """Sourceline, searching only."""
    yield given.ours


def run_system(name: str, given: Given, cases: Sequence[Case], settings: Settings, out: Path, where: Path) -> Run:
    """Every case through one system, written to its file."""
    started, before = datetime.now(timezone.utc), time.perf_counter()
    journal_of(out).unlink(missing_ok=True)
    with opener(name)(given) as system:
        indexed = time.perf_counter() - before
        print(f"{name}: ready after {indexed:.0f} s", file=sys.stderr)
        rows = run_cases(cases, system, journal_of(out), progress=_told(name))
    packages = PEERS[name][2] if name in PEERS else ()
    header = {
        "system": name,
        "made_with": made_with(settings, given.ours.assistant, cases, "search")
        | {"system": name, "hits": given.hits, "language_model": given.model.name if given.model else None}
        | {"peer": {package: version(package) for package in packages} | given.notes},
        **provenance(
            started=started, seconds=time.perf_counter() - before, corpus=str(where), indexing=round(indexed, 1)
        ),
    }
    found = Run(header=header, rows=rows)
    finish_run(out, found)
    return found


def _told(name: str) -> Progress:
    def tell(done: int, total: int) -> None:
        if done % 50 == 0 or done == total:
            print(f"{name}: {done} of {total}", file=sys.stderr)

    return tell


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality.peers", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("cases", type=Path, help="a file of cases (evals/cases.py)")
    parser.add_argument("--corpus", type=Path, required=True, help="the folder of articles")
    parser.add_argument("--out", type=Path, required=True, help="the folder for the runs and the table")
    parser.add_argument(
        "--peers", default=",".join(BY_DEFAULT), help=f"some of {', '.join(PEERS)}; by default %(default)s"
    )
    parser.add_argument("--limit", type=int, help="so many cases; by default all")
    parser.add_argument("--unseen", action="store_true", help="only cases that trained none of our weights")
    parser.add_argument("--haiku-python", type=Path, help="the Python of an environment that has haiku.rag")
    parser.add_argument(
        "--llm-url", help="an OpenAI-compatible endpoint, for llama_index_citing; its key is OPENAI_API_KEY"
    )
    parser.add_argument("--llm-model", default="", help="the name of its model")
    return parser.parse_args()


def _refuse_unready(name: str, given: argparse.Namespace) -> None:
    """Raise SettingsWrong where a peer lacks what it needs."""
    if name.startswith("haiku_rag") and not given.haiku_python:
        remedy = "give --haiku-python, as benchmarks/quality/peers/README.md says, or leave it out of --peers"
        raise SettingsWrong(f"{name} needs a Python of its own", remedy)
    if name == "llama_index_citing" and not (given.llm_url and given.llm_model):
        raise SettingsWrong(
            f"{name} needs a language model", "give --llm-url and --llm-model, or leave it out of --peers"
        )


def run(given: argparse.Namespace) -> str:
    """Everything; the table."""
    names = [OURS, *given.peers.split(",")]
    for name in names:  # all that may be missing is said before the work, not after
        opener(name)
        _refuse_unready(name, given)
    known = [case for case in load_cases(given.cases) if unseen(case) or not given.unseen]
    cases, settings = sample(known, given.limit), load_settings()
    key = os.environ.get("OPENAI_API_KEY", "none")
    model = LanguageModel(url=given.llm_url, name=given.llm_model, key=key) if given.llm_url else None
    runs: dict[str, Run] = {}
    with opened(settings, given.corpus, "search") as (sourceline, _):
        corpus = read_corpus(sourceline.assistant.catalog)
        if wrong := misplaced(cases, corpus.articles.keys(), lambda file: corpus.articles[file].text):
            raise CasesWrong(several(wrong), f"mend them, or give the folder that they are about (not {given.corpus}?)")
        for name in names:
            with tempfile.TemporaryDirectory() as folder:
                to = Given(
                    corpus=corpus,
                    embedder=embedder(settings),
                    ours=sourceline,
                    folder=Path(folder),
                    haiku_python=given.haiku_python,
                    model=model,
                )
                runs[name] = run_system(name, to, cases, settings, given.out / f"{name}.json", given.corpus)
    passages = sum(map(len, corpus.passages.values()))
    which = f"{len(cases)} cases{' that trained nothing of ours' if given.unseen else ''}"
    about = f"{which}, {given.cases}, {len(corpus.articles)} articles, {passages} passages of ours"
    return f"{datetime.now(timezone.utc):%Y-%m-%d}  {about}\n\n{table(runs)}\n"


def main() -> None:
    """Run, write, print."""
    given = _arguments()
    try:
        shown = run(given)
    except SourcelineError as error:
        sys.exit(str(error))
    (given.out / "table.txt").write_text(shown, encoding="utf-8")
    print(shown)


if __name__ == "__main__":
    main()
