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
from collections.abc import Sequence
from datetime import datetime, timezone
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.quality.parts import unseen
from benchmarks.quality.peers.corpus import read_corpus
from benchmarks.quality.peers.given import Given, LanguageModel
from benchmarks.quality.peers.systems import BY_DEFAULT, SYSTEMS, chosen, opener, refuse_unready
from benchmarks.quality.peers.table import table
from evals.cases import Case, CasesWrong, load_cases, several
from evals.header import made_with, provenance
from evals.places import misplaced
from evals.run import Progress, finish_run, journal_of, run_cases
from evals.runs import Run
from evals.systems import opened
from index.errors import SettingsWrong, SourcelineError
from rag.build import embedder
from rag.settings import Settings, load_settings


def sample(cases: Sequence[Case], limit: int | None) -> list[Case]:
    """Up to `limit` cases, chosen by the hash of their ids, in the order in which they come."""
    ids = sorted((case.id for case in cases), key=lambda i: sha256(i.encode("utf-8", "surrogatepass")).digest())
    among = set(ids[:limit])
    return [case for case in cases if case.id in among]


def run_system(
    name: str, given: Given, cases: Sequence[Case], settings: Settings, out: Path, where: dict[str, Any]
) -> Run:
    """Every case through one system, written to its file; `where` says in the header what was run over."""
    started, before = datetime.now(timezone.utc), time.perf_counter()
    journal_of(out).unlink(missing_ok=True)
    with opener(name)(given) as system:
        indexed = time.perf_counter() - before
        print(f"{name}: ready after {indexed:.0f} s", file=sys.stderr)
        rows = run_cases(cases, system, journal_of(out), progress=_told(name))
    known = SYSTEMS[name]
    model = given.model.name if given.model and known.mode == "written" else None
    header = {
        "mode": name,  # what a report calls the run
        "system": name,
        "made_with": made_with(settings, given.ours.assistant, cases, known.mode)
        | {"system": name, "hits": given.hits, "language_model": model}
        | {"peer": {package: version(package) for package in known.packages} | given.notes},
        **provenance(started=started, seconds=time.perf_counter() - before, indexing=round(indexed, 1), **where),
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
        "--peers",
        help=f"some of {', '.join(SYSTEMS)}; by default {', '.join(BY_DEFAULT)}, and with --llm-url llama_index_citing",
    )
    parser.add_argument("--limit", type=int, help="so many cases; by default all")
    parser.add_argument("--unseen", action="store_true", help="only cases that trained none of our weights")
    parser.add_argument("--haiku-python", type=Path, help="the Python of an environment that has haiku.rag")
    parser.add_argument(
        "--llm-url", help="an OpenAI-compatible endpoint, for those that write; its key is OPENAI_API_KEY"
    )
    parser.add_argument("--llm-model", default="", help="the name of its model")
    return parser.parse_args()


def _model(given: argparse.Namespace) -> LanguageModel | None:
    """The language model that is given. Raises SettingsWrong for half of one."""
    if bool(given.llm_url) != bool(given.llm_model):
        raise SettingsWrong("a language model has an address and a name", "give --llm-url and --llm-model")
    key = os.environ.get("OPENAI_API_KEY", "none")
    return LanguageModel(url=given.llm_url, name=given.llm_model, key=key) if given.llm_url else None


def _settings(model: LanguageModel | None) -> Settings:
    """Ours, with the language model of the peers where there is one."""
    if model is None:
        return load_settings()
    return load_settings(
        llm="openai", llm_url=model.url, llm_model=model.name, llm_key=model.key, llm_seconds=model.seconds
    )


def run(given: argparse.Namespace) -> str:
    """Everything; the table."""
    model = _model(given)
    names, settings = chosen(given.peers, model=model is not None), _settings(model)
    for name in names:  # all that may be missing is said before the work, not after
        refuse_unready(name, given.haiku_python, model=model is not None)
    cases = sample([case for case in load_cases(given.cases) if unseen(case) or not given.unseen], given.limit)
    runs: dict[str, Run] = {}
    with opened(settings, given.corpus, "written" if model else "search") as (sourceline, _):
        corpus = read_corpus(sourceline.assistant.catalog)
        if wrong := misplaced(cases, corpus.articles.keys(), lambda file: corpus.articles[file].text):
            raise CasesWrong(several(wrong), f"mend them, or give the folder that they are about (not {given.corpus}?)")
        counts = {"articles": len(corpus.articles), "passages": sum(map(len, corpus.passages.values()))}
        where = {"cases_file": str(given.cases), "corpus_folder": str(given.corpus), **counts}
        where |= {"limit": given.limit, "unseen": given.unseen}
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
                runs[name] = run_system(name, to, cases, settings, given.out / f"{name}.json", where)
    which = f"{len(cases)} cases{' that trained nothing of ours' if given.unseen else ''}"
    about = f"{which}, {given.cases}, {counts['articles']} articles, {counts['passages']} passages of ours"
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
