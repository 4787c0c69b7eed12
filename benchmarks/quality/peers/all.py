"""Every public set and ours through Sourceline and its peers, and one document of the results.

    python -m benchmarks.quality.peers.all ../shared/data --haiku-python PYTHON [--sets xquad,ntrex] [--out FILE]

Converts each set, runs `python -m benchmarks.quality.peers` over it in a process of its own, and writes RESULTS.md of all that came
to an end. It takes about half an hour on 2 cores. Exit status 1 where a set failed.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.quality.known_sets import KNOWN, KnownSet
from benchmarks.quality.peers import results
from benchmarks.quality.peers.systems import BY_DEFAULT, OURS, opener
from benchmarks.quality.sets import WORK, chosen_sets
from evals.sets import convert
from index.errors import SettingsWrong, SourcelineError

LIMITS = {
    "sample": 1000,
    "xquad": 300,
    "multihop": 250,
    "clapnq": 150,
    "chunking": 150,
    "ntrex": 150,
    "mtrag": 150,
    "ramdocs": 100,
}
"""How many cases of each set; of those that trained something of ours, only the others."""
RUNS = Path("var/benchmarks/peers")
SECONDS = 1500  # for one set
HAIKU = Path(".venv/haiku/bin/python")
MADE_SO = (
    "python3.12 -m venv .venv/haiku && .venv/haiku/bin/pip install -r benchmarks/quality/peers/requirements-haiku.txt"
)


def refuse_missing(haiku_python: Path) -> None:
    """Raise SettingsWrong where one of the two environments is not as it should be; says how it is made."""
    for name in BY_DEFAULT:
        opener(name)
    try:
        subprocess.run([haiku_python, "-P", "-c", "import haiku.rag"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SettingsWrong(f"{haiku_python} is no Python with haiku.rag", f"run `{MADE_SO}`") from error


def command_of(known: KnownSet, source: Path, haiku_python: Path) -> list[str]:
    """Convert a set, if it is one of those that need it, and say how it is run. Raises SetWrong."""
    cases, corpus = known.cases, known.corpus
    if known.adapter:
        made = convert(known.adapter, source / known.folder, WORK / known.name)
        cases, corpus = made.cases, made.corpus
    parts = [str(cases), "--corpus", str(corpus), "--out", str(RUNS / known.name), "--limit", str(LIMITS[known.name])]
    parts += ["--unseen"] if known.unseen else []
    return ["python", "-m", "benchmarks.quality.peers", *parts, "--haiku-python", str(haiku_python)]


def run_set(command: Sequence[str]) -> str:
    """Run one set; why it failed, "" if it did not."""
    print(shlex.join(command), file=sys.stderr, flush=True)
    try:
        status = subprocess.run([sys.executable, *command[1:]], timeout=SECONDS, check=False).returncode
    except subprocess.TimeoutExpired:
        return f"stopped after {SECONDS} s"
    return f"exit status {status}" if status else ""


def run_sets(chosen: Sequence[KnownSet], source: Path, haiku_python: Path) -> list[str]:
    """Run each set; what failed. One failure keeps no other set from running."""
    failed = []
    for known in chosen:
        try:
            why = run_set(command_of(known, source, haiku_python))
        except SourcelineError as error:
            why = str(error)
        failed += [f"{known.name}: {why}"] if why else []
    return failed


def main() -> int:
    """Run all of it."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality.peers.all", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("source", type=Path, help="the folder with the public sets")
    parser.add_argument("--haiku-python", type=Path, default=HAIKU, help="by default %(default)s")
    parser.add_argument("--sets", help=f"some of {','.join(LIMITS)}; by default all")
    parser.add_argument("--out", type=Path, default=results.RESULTS, help="the document; by default %(default)s")
    given = parser.parse_args()
    try:
        refuse_missing(given.haiku_python)
        failed = run_sets(chosen_sets(given.sets), given.source, given.haiku_python)
        there = [folder for known in KNOWN if ((folder := RUNS / known.name) / f"{OURS}.json").exists()]
        results.write(there, given.out, "make bench-peers", failed)
    except SourcelineError as error:
        sys.exit(str(error))
    for line in failed:
        print(f"failed: {line}", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
