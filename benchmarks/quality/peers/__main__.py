"""The same questions over the same articles through Sourceline and its peers, in one run and one table.

    python -m benchmarks.quality.peers CASES --corpus DIR --out FOLDER [--peers bm25,llama_index] [--limit N]

Writes FOLDER/<system>.json, runs as `sourceline eval compare` and `eval report` read them, and FOLDER/table.txt. With --limit it
takes the N cases whose ids have the least sha256: the same ones every time, whatever the order of the file.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
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
from evals.run import Progress, finish_run, journal_of, read_journal, run_cases, save_run
from evals.runs import Outcome, Run
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
    name: str,
    given: Given,
    cases: Sequence[Case],
    settings: Settings,
    out: Path,
    where: dict[str, Any],
    *,
    resume: bool,
) -> Run:
    """Every case through one system, written to its file; `where` says in the header what was run over.

    With `resume` only cases are asked that were not before, by a system made of the same.
    """
    known, journal = SYSTEMS[name], journal_of(out)
    model = given.model.name if given.model and known.mode == "written" else None
    made = made_with(settings, given.ours.assistant, cases, known.mode)
    made |= {"system": name, "hits": given.hits, "language_model": model}
    made |= {"peer": {package: version(package) for package in known.packages}}
    of_all = lasting(made, ours=known.module == "ours")
    if not resume or not _goes_on(journal, of_all):
        journal.unlink(missing_ok=True)
    started, before = datetime.now(timezone.utc), time.perf_counter()
    with opener(name)(given) if _left(journal, cases) else nullcontext(_unasked) as system:
        indexed = time.perf_counter() - before
        print(f"{name}: ready after {indexed:.0f} s", file=sys.stderr)
        rows = run_cases(cases, system, journal, made_with=of_all, progress=_told(name))
    header = {
        "mode": name,  # what a report calls the run
        "system": name,
        "made_with": made | {"peer": made["peer"] | given.notes},
        **provenance(started=started, seconds=time.perf_counter() - before, indexing=round(indexed, 1), **where),
    }
    found = Run(header=header, rows=rows)
    (save_run if resume else finish_run)(out, found)  # a journal that stays lets a run grow
    return found


def lasting(made: dict[str, Any], *, ours: bool = True) -> dict[str, Any]:
    """What must be the same for a run to go on: neither its cases nor the port of the model; of our code only where it is `ours`."""
    aside = {"cases"} if ours else {"cases", "code", "prompts", "weights", "reranker", "settings"}
    kept = {key: value for key, value in made.items() if key not in aside}
    return kept | ({"settings": made["settings"] | {"llm_url": ""}} if ours else {})


def _goes_on(journal: Path, made: dict[str, Any]) -> bool:
    """Whether a journal is of a system that was made of the same."""
    return journal.exists() and read_journal(journal)[0] == json.loads(json.dumps(made))


def _left(journal: Path, cases: Sequence[Case]) -> bool:
    """Whether a case is not in the journal."""
    there = {row.case.id for row in read_journal(journal)[1]} if journal.exists() else set()
    return any(case.id not in there for case in cases)


def _unasked(case: Case) -> Outcome:
    raise AssertionError(case.id)


def _told(name: str) -> Progress:
    def tell(done: int, total: int) -> None:
        if done % 10 == 0 or done == total:
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


def run_systems(
    names: Sequence[str],
    cases_file: Path,
    folder: Path,
    out: Path,
    *,
    model: LanguageModel | None = None,
    limit: int | None = None,
    trained: bool = True,
    haiku_python: Path | None = None,
    resume: bool = False,
) -> dict[str, Run]:
    """The cases over the articles of a folder through each system. `trained`: also cases that trained our weights."""
    settings, runs = _settings(model), dict[str, Run]()
    cases = sample([case for case in load_cases(cases_file) if trained or unseen(case)], limit)
    with opened(settings, folder, "written" if model else "search") as (sourceline, _):
        corpus = read_corpus(sourceline.assistant.catalog)
        if wrong := misplaced(cases, corpus.articles.keys(), lambda file: corpus.articles[file].text):
            raise CasesWrong(several(wrong), f"mend them, or give the folder that they are about (not {folder}?)")
        counts = {"articles": len(corpus.articles), "passages": sum(map(len, corpus.passages.values()))}
        where = {"cases_file": str(cases_file), "corpus_folder": str(folder), **counts}
        where |= {"limit": limit, "unseen": not trained}
        for name in names:
            with tempfile.TemporaryDirectory() as stored:
                to = Given(
                    corpus=corpus,
                    embedder=embedder(settings),
                    ours=sourceline,
                    folder=Path(stored),
                    haiku_python=haiku_python,
                    model=model,
                )
                runs[name] = run_system(name, to, cases, settings, out / f"{name}.json", where, resume=resume)
    return runs


def run(given: argparse.Namespace) -> str:
    """Everything; the table."""
    model = _model(given)
    names = chosen(given.peers, model=model is not None)
    for name in names:  # all that may be missing is said before the work, not after
        refuse_unready(name, given.haiku_python, model=model is not None)
    runs = run_systems(
        names,
        given.cases,
        given.corpus,
        given.out,
        model=model,
        limit=given.limit,
        trained=not given.unseen,
        haiku_python=given.haiku_python,
    )
    first = next(iter(runs.values()))
    which = f"{len(first.rows)} cases{' that trained nothing of ours' if given.unseen else ''}"
    size = f"{first.header['articles']} articles, {first.header['passages']} passages of ours"
    return f"{datetime.now(timezone.utc):%Y-%m-%d}  {which}, {given.cases}, {size}\n\n{table(runs)}\n"


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
