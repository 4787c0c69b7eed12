"""One document of several comparisons: what each set says, where a peer is better, and where it is worse.

    python -m benchmarks.quality.peers.results FOLDER... [--out FILE]

A FOLDER is what `python -m benchmarks.quality.peers --out FOLDER` has written, and its name is that of the set. Everything is
derived from the runs; no text of an article or of a question is in it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.quality.known_sets import KNOWN
from benchmarks.quality.parts import unseen
from benchmarks.quality.peers.folders import Compared, command_of, read_folder
from benchmarks.quality.peers.systems import OURS, SYSTEMS
from benchmarks.quality.peers.table import table
from evals.comparison import Difference
from evals.report.text import Section, escaped, github
from index.errors import SourcelineError

RESULTS = Path(__file__).with_name("RESULTS.md")
_MARKS = {"better": " ▲", "worse": " ▼"}
_KNOWN = {known.name: known for known in KNOWN}


def document(command: str, found: Sequence[Compared], failed: Sequence[str] = ()) -> str:
    """The whole document; `command` makes the runs again. `failed` says of sets that did not finish why."""
    return "\n".join(
        [
            "Written by `python -m benchmarks.quality.peers.results`: do not edit.\n",
            "# Sourceline and its peers\n",
            f"- Command: `{command}` (the systems, and what is the same for all: [README.md](README.md))",
            *_facts(found),
            *(
                ["- SETS is where the sets were converted (`sourceline eval convert`)"]
                if any("SETS/" in command_of(one) for one in found)
                else []
            ),
            *(f"- **Not finished**: {escaped(line)}" for line in failed),
            "",
            *_summary(found),
            *_reading(found),
            *(line for one in found for line in _details(one)),
        ]
    )


def _facts(found: Sequence[Compared]) -> Iterator[str]:
    """When, where and with what; and in what the runs differ that should be alike."""
    headers = [run.header for one in found for run in one.runs.values()]
    days = sorted({str(header.get("started", ""))[:10] for header in headers})
    yield f"- Date: {' to '.join(dict.fromkeys((days[0], days[-1])))}"
    facts = {
        "Machine": [_flat(header.get("machine", {})) for header in headers],
        "Versions": [_flat(header["made_with"].get("versions", {})) for header in headers],
        "Versions of the peers": [_flat({k: v for h in headers for k, v in _peer(h).items()})],
        "Embedding model of all": [str(header["made_with"].get("embedder")) for header in headers],
        "Our weights (sha256)": [str(header["made_with"].get("weights"))[:12] for header in headers],
        "Our code (sha256)": [str(header["made_with"].get("code"))[:12] for header in headers],
    }
    for name, values in facts.items():
        distinct = list(dict.fromkeys(values))
        yield f"- {name}: {' — and — '.join(map(escaped, distinct))}" + (
            " (**the runs differ in this**)" if len(distinct) > 1 else ""
        )


def _peer(header: Mapping[str, Any]) -> dict[str, str]:
    """The versions among what a peer's run notes: a version is a text, a count is not."""
    return {k: v for k, v in header["made_with"].get("peer", {}).items() if isinstance(v, str)}


def _flat(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items() if value not in (None, ""))


def _summary(found: Sequence[Compared]) -> Iterator[str]:
    names = [name for name in SYSTEMS if any(name in one.runs for one in found) and SYSTEMS[name].mode == "search"]
    rows = [_row(one, names) for one in found]
    title = "nDCG@10 by passage (by article where the evidence is whole articles)"
    yield from (
        *github(
            Section(
                title=title, columns=("set", "of the set, ours was tuned on", "by", "cases", *names), rows=tuple(rows)
            )
        ),
        "",
        "▲ better and ▼ worse than ours: p < .05, corrected for the measures of the set's table below, not for the number of sets and "
        "systems. No mark: no real difference. Passages of `llama_index` have up to 1,024 tokens, all others up to 128: by "
        "passage it is flattered, which *Recall in 1000 (3000) characters*, below, is not.\n",
    )


def _row(one: Compared, names: Sequence[str]) -> tuple[str, ...]:
    by = one.main.partition("(")[2].rstrip(")")
    some = [one.differences.get((name, one.main)) for name in names]
    first = next((d for d in some if d), None)
    cells = [f"{d.other:.3f}{_MARKS.get(d.verdict, '')}" if d else "-" for d in some[1:]]
    return one.name, _tuned(one), by, str(first.n) if first else "-", f"{first.baseline:.3f}" if first else "-", *cells


def _tuned(one: Compared) -> str:
    """On which cases of the set something of ours was tuned, in two words."""
    known = _KNOWN.get(one.name)
    if known is None:
        return "not known"
    if not known.unseen:
        return "nothing"
    return "other cases" if all(unseen(row.case) for row in one.runs[OURS].rows) else "**these cases**"


def _reading(found: Sequence[Compared]) -> Iterator[str]:
    """Where peers are really better or worse, and what is not to be read out of it."""
    yield "## Reading\n\nWhere a peer is better than ours, by any measure of its table (p < .05, corrected):\n"
    yield from _better(found) or ["- nowhere"]
    yield "\nWhere a peer is worse than ours, and by which of these measures:\n"
    yield from _worse(found) or ["- nowhere"]
    yield "\nWhere a peer's figure in the summary is above ours, and may be so by chance:\n"
    yield from _above(found) or ["- nowhere"]
    yield (
        "\nBM25 and haiku.rag are given our passages and titles, so part of what they reach is our splitter's. Cases of XQuAD and "
        "NTREX search the articles of one language, which takes away what our fusion is for. The articles of MultiHop-RAG are "
        "digests, so search is easier than in the paper. Of the peers only BM25 was tuned, on XQuAD in its favour. "
        "The sets on which nothing of ours was tuned say most about another corpus. Times are those of this machine "
        "with whatever else ran on it.\n"
    )


def _better(found: Sequence[Compared]) -> list[str]:
    """A line for each set and system that is better by some measure."""
    return [
        f"- {one.name}, `{name}`: {'; '.join(map(_figures, some))}"
        for one in found
        for name in one.runs
        if (some := _judged(one, name, "better"))
    ]


def _worse(found: Sequence[Compared]) -> list[str]:
    """A line for each set: by how many measures, and which, each system is worse."""
    lines = []
    for one in found:
        some = {name: [d.measure for d in _judged(one, name, "worse")] for name in one.runs}
        of = len({measure for _, measure in one.differences})
        told = (f"`{name}` ({'all' if len(by) == of else ', '.join(by)})" for name, by in some.items() if by)
        lines += [f"- {one.name}: {line}"] if (line := "; ".join(told)) else []
    return lines


def _judged(one: Compared, name: str, verdict: str) -> list[Difference]:
    return [d for (system, _), d in one.differences.items() if system == name and d.verdict == verdict]


def _figures(d: Difference) -> str:
    return f"{d.measure} {d.other:.3f} to our {d.baseline:.3f}"


def _above(found: Sequence[Compared]) -> list[str]:
    lines = []
    for one in found:
        chance = [
            f"`{name}` {d.other:.3f} to our {d.baseline:.3f} (p {d.corrected:.2f})"
            for (name, measure), d in one.differences.items()
            if measure == one.main
            and d.difference > 0
            and d.verdict == "no real difference"
            and d.corrected is not None
        ]
        lines += [f"- {one.name}: {'; '.join(chance)}"] if chance else []
    return lines


def _details(one: Compared) -> Iterator[str]:
    """Everything about one set."""
    known, rows = _KNOWN.get(one.name), one.runs[OURS].rows
    yield f"## {one.name}{f': {known.title}' if known else ''}\n"
    yield f"`{command_of(one)}`\n"
    counted = [one.header.get(what) for what in ("articles", "passages")]
    articles = f" over {counted[0]:,} articles ({counted[1]:,} passages of ours)" if all(counted) else ""
    yield f"{len(rows):,} cases{articles}. {_trained(one)}\n"
    if one.missing:
        yield f"**Not there, because it failed or was stopped: {', '.join(one.missing)}.**\n"
    if known:
        yield f"Does not show: {known.cannot}\n"
    yield f"```text\n{table(one.runs, one.comparison)}\n```\n"


def _trained(one: Compared) -> str:
    """Whether the cases trained or chose anything of ours."""
    known, rows = _KNOWN.get(one.name), one.runs[OURS].rows
    if known is None:
        return "Whether they trained anything of ours is not known here."
    used = sum(not unseen(row.case) for row in rows) if known.unseen else 0
    if not known.unseen:
        return "No case of this set trained or chose anything of ours."
    others = "; others of the set did, and are left out" if not used else ""
    return f"{used or 'None'} of them trained or chose something of ours{others}."


def write(folders: Iterable[Path], out: Path, command: str, failed: Sequence[str] = ()) -> None:
    """Write the document of all the folders. Raises RunWrong."""
    found = [read_folder(folder) for folder in folders]
    out.write_text(document(command, found, failed), encoding="utf-8")


def main() -> None:
    """Read, write."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality.peers.results", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("folders", type=Path, nargs="+", help="what runs of several sets have written")
    parser.add_argument(
        "--out", type=Path, default=RESULTS, help="the document; by default RESULTS.md beside this file"
    )
    parser.add_argument("--command", default="make bench-peers", help="what makes the runs again, as the document says")
    parser.add_argument("--failed", action="append", default=[], help="a line about a set that did not finish")
    given = parser.parse_args()
    try:
        write(given.folders, given.out, given.command, given.failed)
    except SourcelineError as error:
        sys.exit(str(error))
    print(given.out)


if __name__ == "__main__":
    main()
