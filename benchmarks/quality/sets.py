"""Every public set of the shared data, and ours, in search and in quotes mode, as `sourceline eval run` runs them.

    python -m benchmarks.quality.sets ../shared/data [--sets xquad,ntrex] [--limit 20] [--report-only]

Converts each set into a work folder, runs it, keeps the runs in WORK/runs, and writes RESULTS.md from all the runs that are there.
The same command goes on where an interrupted one stopped; a complete run is made again only where code, weights, settings,
cases or articles have changed since. --limit is for a try: its runs and its table are kept apart, in the work folder.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import get_args

from benchmarks.quality.known_sets import KNOWN, KnownSet
from benchmarks.quality.results import MODES, Scored, results, scored
from evals.cases import numbered_cases
from evals.evaluate import Evaluation, Tell, drawn, evaluate
from evals.header import made_with
from evals.run import journal_of
from evals.runs import RunWrong, read_run
from evals.sets import convert
from evals.systems import Mode, opened
from index.errors import SettingsWrong, SourcelineError
from rag.settings import load_settings

WORK, RESULTS = Path("var/benchmarks/sets"), Path(__file__).with_name("RESULTS.md")
_EVERY = 15  # seconds between two lines of progress


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the public data lies, and where everything that is made of it is kept."""

    source: Path
    work: Path
    limit: int | None = None

    def converted(self, known: KnownSet) -> Path:
        """The folder of a converted set."""
        return self.work / known.name

    def run(self, known: KnownSet, mode: str) -> Path:
        """The file of a run."""
        limited = f".{self.limit}" if self.limit else ""
        return self.work / "runs" / f"{known.name}.{mode}{limited}.json"


def run_sets(chosen: Sequence[KnownSet], place: Place) -> list[str]:
    """Run each set in each mode; what failed, and how to mend it. One failure keeps no other set from running."""
    failed = []
    for known in chosen:
        try:
            cases, corpus = cases_of(known, place)
            for mode in get_args(Mode):
                if mode in MODES:
                    out = place.run(known, mode)
                    given = Evaluation(
                        settings=load_settings(), cases=cases, corpus=corpus, out=out, mode=mode, limit=place.limit
                    )
                    _run(given, f"{known.name}, {mode}")
        except SourcelineError as error:  # noqa: PERF203 - hours of other sets follow
            failed.append(f"{known.name}: {error}")
            _say(failed[-1])
    return failed


def cases_of(known: KnownSet, place: Place) -> tuple[Path, Path]:
    """The file of cases and the folder of articles."""
    if not known.adapter:
        return known.cases, known.corpus
    made = convert(known.adapter, place.source / known.folder, place.converted(known))
    _say(f"{known.name}: {made.case_count} cases, {len(made.left_out)} left out, {made.article_count} articles")
    return made.cases, made.corpus


def _run(given: Evaluation, name: str) -> None:
    if given.out.exists() and _is_current(given):
        _say(f"{name}: {given.out} is there and current")
        return
    tell = _told(name)
    try:
        evaluate(given, tell)
    except RunWrong as error:
        if not journal_of(given.out).exists():
            raise
        _say(f"{name}: {error.what}; it starts anew")
        evaluate(replace(given, fresh=True), tell)


def _is_current(given: Evaluation) -> bool:
    """Whether the run that is there was made with all that it would be made with now."""
    cases = list(drawn(numbered_cases(given.cases), given.limit).values())
    with opened(given.settings, given.corpus, given.mode or "quotes") as (system, _):
        now = made_with(given.settings, system.assistant, cases, system.mode)
    return bool(read_run(given.out).header["made_with"] == json.loads(json.dumps(now)))


def _told(name: str, clock: Callable[[], float] = time.monotonic) -> Tell:
    """Says how far it is, and the time left, now and then."""
    began: dict[str, tuple[float, int]] = {}
    last = [float("-inf")]

    def tell(what: str, done: int, total: int) -> None:
        start, before = began.setdefault(what, (clock(), done))
        if done < total and clock() - last[0] < _EVERY:
            return
        last[0] = clock()
        each = (last[0] - start) / (done - before) if before < done < total else None
        left = "" if each is None else f", {timedelta(seconds=round(each * (total - done)))} left"
        _say(f"{name}: {done} of {total} {what}{left}")

    return tell


def kept(place: Place) -> Iterator[Scored]:
    """What is told of every run that is there, one at a time: all of them would not fit small machines."""
    for known in KNOWN:
        for mode in MODES:
            if (path := place.run(known, mode)).exists():
                _say(f"reads {path}")
                yield scored(known, mode, read_run(path), _left_out(place.converted(known) / "set.json"))


def _left_out(about: Path) -> int:
    return len(json.loads(about.read_text(encoding="utf-8"))["left_out"]) if about.exists() else 0


def command(place: Place, found: Sequence[Scored]) -> str:
    """The command that makes these results; a folder of this machine alone is not named."""
    there = dict.fromkeys(one.known.name for one in found)
    parts = ["python", "-m", "benchmarks.quality.sets", "DATA" if place.source.is_absolute() else str(place.source)]
    if len(there) < len(KNOWN):
        parts += ["--sets", ",".join(there)]
    if place.limit:
        parts += ["--limit", str(place.limit)]
    return shlex.join(parts)


def chosen_sets(names: str | None) -> list[KnownSet]:
    """The sets with these names, divided by commas; all of them for None. Raises SettingsWrong."""
    by_name = {known.name: known for known in KNOWN}
    wanted = list(by_name) if names is None else names.split(",")
    if unknown := [name for name in wanted if name not in by_name]:
        raise SettingsWrong(f"there is no set {unknown[0]!r}", f"use some of {', '.join(by_name)}")
    return [by_name[name] for name in wanted]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality.sets", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("source", type=Path, help="the folder with the public sets")
    parser.add_argument("--work", type=Path, default=WORK, help="where sets and runs are kept; by default %(default)s")
    parser.add_argument("--sets", help=f"some of {','.join(known.name for known in KNOWN)}; by default all are run")
    parser.add_argument("--limit", type=int, help="only so many cases of each, for a try")
    parser.add_argument("--report-only", action="store_true", help="write the results from the runs that are there")
    parser.add_argument(
        "--out", type=Path, help="the file of results; by default RESULTS.md, with --limit in the work folder"
    )
    return parser.parse_args()


def main() -> int:
    """Run, and write the results; exit status 1 where a set failed."""
    given, started = _arguments(), time.monotonic()
    place = Place(source=given.source, work=given.work, limit=given.limit)
    out = given.out or (place.work / f"RESULTS.{place.limit}.md" if place.limit else RESULTS)
    try:
        failed = [] if given.report_only else run_sets(chosen_sets(given.sets), place)
        found = list(kept(place))
        if not found:
            raise RunWrong(f"there is no run in {place.work / 'runs'}", "leave out --report-only")
    except SourcelineError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        _say("stopped: the same command goes on from there")
        return 130
    out.write_text(results(command(place, found), found), encoding="utf-8")
    _say(f"{out}, after {timedelta(seconds=round(time.monotonic() - started))}")
    for line in failed:
        _say(f"failed: {line}")
    return int(bool(failed))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
