"""Every measurement of speed, one after the other, kept as RESULTS.md with the machine and the versions.

    python -m benchmarks.speed.results ../shared/data [--articles FOLDER] [--haiku-python PYTHON] [--only indexing search]

Each is a command of its own, named above what it printed; what it does and what is compared stands in its docstring, what follows
from it in README.md. `sourceline eval convert clapnq ../shared/data/clapnq var/benchmarks/clapnq` makes the articles that the page
names. A section is written as soon as it is measured, those that are not measured stay as they were.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from evals.header import machine, versions

RESULTS = Path(__file__).with_name("RESULTS.md")
INTRODUCTION = """# Speed, as it was measured

Written by `python -m benchmarks.speed.results DATA`; what is compared, what follows and what was tried is in [README.md](README.md).
"""
_HEADING = re.compile(r"^## ", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """One command: a module of this folder, its arguments, and what it measures."""

    module: str
    arguments: tuple[str, ...] = ()
    heading: str


STAGES = (
    Stage(heading="Indexing", module="indexing", arguments=("{articles}", "--articles", "300")),
    Stage(heading="Search", module="search", arguments=("{data}", "--questions", "60", "--write")),
    Stage(heading="Search beside peers", module="peers", arguments=("{data}", "--haiku-python", "{haiku}")),
    Stage(heading="Answer", module="question", arguments=("{data}", "--questions", "200")),
    Stage(heading="Start: a cold question", module="cold"),
    Stage(heading="Start: the chat page", module="chat"),
    Stage(heading="Growth", module="growth"),
    Stage(heading="Memory and time of many articles", module="many", arguments=("--articles", "10000")),
)


def command(stage: Stage, given: Mapping[str, str]) -> list[str]:
    """The arguments of Python; an option whose value is not given is left out."""
    arguments: list[str] = []
    for word in stage.arguments:
        filled = word.format_map(given)
        if filled:
            arguments.append(filled)
        else:
            arguments.pop()
    return ["-m", f"benchmarks.speed.{stage.module}", *arguments]


def section(stage: Stage, arguments: list[str], printed: str) -> str:
    """A stage as a part of the page."""
    here = machine()
    installed = ", ".join(f"{name} {number}" for name, number in versions().items())
    at = f"{here['cpu']}, {here['cores']} cores, {here['memory_gib']} GiB, {here['platform']}"
    return (
        f"## {stage.heading}\n\n`python {' '.join(arguments)}`\n\n{date.today()}; {at}; {installed}\n\n"
        f"```text\n{printed.strip()}\n```\n"
    )


def kept(page: Path) -> dict[str, str]:
    """The sections of a page by their headings."""
    parts = _HEADING.split(page.read_text(encoding="utf-8"))[1:] if page.exists() else []
    return {part.partition("\n")[0]: f"## {part.rstrip()}\n" for part in parts}


def write(page: Path, sections: Mapping[str, str]) -> None:
    """The page, its sections in the order of STAGES."""
    some = [sections[stage.heading] for stage in STAGES if stage.heading in sections]
    page.write_text("\n".join([INTRODUCTION, *some]), encoding="utf-8")


def main() -> None:
    """Measure, and write each section when it is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", help="the folder of the public data sets")
    parser.add_argument("--articles", default="../shared/corpus", help="the articles that are indexed")
    parser.add_argument(
        "--haiku-python", default="", help="the Python of haiku.rag's environment; without it, not measured"
    )
    parser.add_argument("--only", nargs="+", choices=[stage.module for stage in STAGES], help="measure these alone")
    given = parser.parse_args()
    values = {"data": given.data, "articles": given.articles, "haiku": given.haiku_python}
    for stage in STAGES:
        if given.only and stage.module not in given.only:
            continue
        arguments = command(stage, values)
        print(f"\n## {stage.heading}: python {' '.join(arguments)}", flush=True)
        done = subprocess.run([sys.executable, *arguments], stdout=subprocess.PIPE, text=True, check=True)
        print(done.stdout)
        write(RESULTS, kept(RESULTS) | {stage.heading: section(stage, arguments, done.stdout)})


if __name__ == "__main__":
    main()
