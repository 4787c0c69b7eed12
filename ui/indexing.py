"""`sourceline index`: progress while it runs, and a report of every file when it is done."""

from __future__ import annotations

import dataclasses
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from index import vectors
from index.doctor import re_embed
from index.errors import DiskFull, IndexDamaged, IndexOwned, IndexUnreachable, SourcelineError
from index.owner import Owner
from index.readers.find import FORMATS
from index.shown import one_line
from index.sync import Progress, Report, sync
from rag import build
from rag.settings import Settings
from ui.render import counted, listed


def index_paths(settings: Settings, paths: Sequence[Path], *, prune: bool) -> Report:
    """Index folders and files, then bring Chroma up to date unless another process owns it."""
    report, embedder = Report(), build.embedder(settings)
    threading.Thread(target=vectors.prepare, name="prepare", daemon=True).start()
    with build.catalog(settings, create=True) as catalog:
        for path in paths:
            with _progress(str(path)) as on_progress:
                report = report.joined(sync(catalog, embedder, path, prune=prune, on_progress=on_progress))
        try:
            Owner(catalog, settings.chroma_url or None).close()
        except (IndexOwned, IndexUnreachable, IndexDamaged, DiskFull) as error:
            report.warnings.append(f"{error} (the articles are stored; questions are answered by exact search)")
    return report


def re_embed_home(settings: Settings) -> int:
    """Embed every passage of the home with the model that the settings name."""
    with build.catalog(settings) as catalog:
        return re_embed(catalog, build.embedder(settings))


def watch_paths(settings: Settings, paths: Sequence[Path], *, prune: bool, then: Callable[[Report], None]) -> None:
    """Index again whenever something below `paths` changes, until interrupted. A failure is said, and waiting goes on."""
    from watchfiles import DefaultFilter, watch

    outside_home = DefaultFilter(ignore_paths=[settings.home.resolve()])
    missed = True  # what changed before watching began
    for changes in watch(*paths, watch_filter=outside_home, yield_on_timeout=True, rust_timeout=1_000):
        if not changes and not missed:
            continue
        try:
            report = index_paths(settings, paths, prune=prune)
        except SourcelineError as error:
            print(f"sourceline: {one_line(str(error))}", file=sys.stderr)
            continue
        if changes or report.added or report.changed:
            then(report)
        missed = False


@contextmanager
def _progress(name: str) -> Iterator[Callable[[Progress], None]]:
    """A bar with rate and time left, on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    rate = TextColumn("{task.fields[rate]}")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task, start = bar.add_task(one_line(name), total=None, rate=""), time.perf_counter()

        def show(progress: Progress) -> None:
            speed = progress.passages / max(1e-6, time.perf_counter() - start)
            bar.update(task, completed=progress.done, total=progress.total, rate=f"{speed:.0f} passages/s")

        yield show


def print_report(report: Report, *, as_json: bool) -> None:
    """Every file once, with what became of it: those skipped with their reason."""
    if as_json:
        skipped = [{"file": s.name, "reason": s.reason} for s in report.skipped]
        print(json.dumps(dataclasses.asdict(report) | {"skipped": skipped}, ensure_ascii=False))
        return
    kinds = ("added", "changed", "moved", "unchanged", "removed", "skipped")
    counts = {kind: len(getattr(report, kind)) for kind in kinds}
    print(
        ", ".join(f"{n} {kind}" for kind, n in counts.items() if n)
        or f"no articles found: {' '.join(FORMATS)} are read"
    )
    print(f"{counted(report.passages, 'passage')} indexed, {report.embedded} of them embedded now")
    for title, lines in _details(report).items():
        for line in [f"{title}:", *(f"  {line}" for line in lines)] if lines else []:
            print(line)


def _details(report: Report) -> dict[str, list[str]]:
    return {
        "skipped": listed((f"{s.name}: {s.reason}" for s in report.skipped), most=1000),
        "moved": listed(f"{before} is now {after}" for before, after in report.moved),
        "gone from disk but still indexed (--prune forgets them)": listed(report.vanished),
        "noted": listed(report.warnings),
    }
