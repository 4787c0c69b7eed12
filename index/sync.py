"""Bring a home up to date with a folder of articles.

Unchanged files are not opened, unchanged texts are not embedded, and every file ends in exactly one line of the report:
added, changed, moved, unchanged, removed, or skipped with its reason. A run that is cut short is completed by the next.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, fields
from pathlib import Path

from index.catalog import Catalog
from index.embed import Embedder
from index.exact import keep_vectors, known_vectors
from index.read_ahead import Reading, Touched, Unread, read_ahead
from index.readers import Found, Skipped, find_files
from index.ready import Ready, state_of
from index.roots import root_of
from index.stored import FileState, Model, Root
from index.types import Article

_BATCH_PASSAGES = 128  # embedded at once; each article is stored as soon as its vectors are


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a run is: files done of all, passages embedded so far."""

    done: int
    total: int
    passages: int


@dataclass(kw_only=True, slots=True)
class Report:
    """What became of every file: article ids, and the reason for each file that was skipped."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    passages: int = 0
    embedded: int = 0

    def joined(self, later: Report) -> Report:
        """This report and that of a later run as one."""
        return Report(**{f.name: getattr(self, f.name) + getattr(later, f.name) for f in fields(Report)})


def sync(
    catalog: Catalog,
    embedder: Embedder,
    path: Path,
    *,
    prune: bool = False,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Index the articles of a folder, or one file, into the catalog; `prune` forgets those whose file is gone.

    Raises UnreadableArticle (no such folder), ModelChanged, EmbedderFailed, DiskFull, HomeReadOnly; what was stored stays.
    """
    found, skipped = find_files(path)
    model = Model(embedder.model, embedder.dimension)
    catalog.claim_model(*model)
    root, report = root_of(catalog, path.resolve()), Report(skipped=list(skipped))
    known = catalog.files()
    wanted = _wanted(root, found, known, report)
    gone = _gone(root, path.resolve(), wanted, known, skipped)
    fresh = {i: f for i, f in wanted.items() if _is_fresh(root, i, f, known, report)}
    before = len(report.skipped)

    def tell(embedded: int = 0) -> None:
        """After every file and every slice of a long one: each file that is done is in one line of the report."""
        stored = len(report.added) + len(report.changed) + len(report.moved)
        done = stored + len(report.unchanged) + len(report.skipped) - before
        on_progress(Progress(done=done, total=len(wanted), passages=report.passages + embedded))

    with closing(read_ahead(root, fresh, known)) as read:
        for some in _batches(_ready(catalog, read, known, gone, report)):
            catalog.check_model(*model)  # another process may have changed it
            started = report.embedded
            for embedded in _embed(catalog, embedder, some):
                report.embedded += embedded
                tell(report.embedded - started)
            for ready in some:
                moved = _moved_from(ready.article, known, gone)
                catalog.put(ready.article, ready.state, ready.entries, instead_of=moved, model=model)
                _note(report, ready.article, known, moved)
                report.passages += len(ready.entries)
            tell()
    _forget(catalog, sorted(gone), report, prune=prune)
    return report


def _wanted(root: Root, found: Sequence[Found], known: dict[str, FileState], report: Report) -> dict[str, Found]:
    """The files to index by their article id; one whose id belongs to another folder's article is left out."""
    by_id = {root.prefix + f.path.relative_to(root.path).as_posix(): f for f in found}
    taken = {i for i in by_id if i in known and known[i].root != root.number}
    reason = "an article of another folder has this name; rename the folder that it is in"
    report.skipped += [Skipped(path=by_id[i].path, reason=reason) for i in sorted(taken)]
    return {i: f for i, f in by_id.items() if i not in taken}


def _gone(
    root: Root, path: Path, wanted: dict[str, Found], known: dict[str, FileState], skipped: Sequence[Skipped]
) -> dict[str, str]:
    """The articles below `path` whose file is no article any more, sha256 by id; not those that cannot be looked for."""
    closed = {s.path for s in skipped if _is_closed(s.path)}
    there = {i: root.path / s.path for i, s in known.items() if s.root == root.number and i not in wanted}
    return {
        i: known[i].sha256
        for i, file in there.items()
        if file.is_relative_to(path) and closed.isdisjoint((file, *file.parents))
    }


def _is_closed(path: Path) -> bool:
    """Whether something that was skipped is a folder that could not be opened, or cannot even be looked at."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True


def _is_fresh(root: Root, article_id: str, found: Found, known: dict[str, FileState], report: Report) -> bool:
    """Whether a file has another size or time than the catalog has, or was read by other rules."""
    before = known.get(article_id)
    try:
        same = before is not None and state_of(root, found, before.sha256) == before
    except OSError:
        return True  # reading it will say why
    if same:
        report.unchanged.append(article_id)
    return not same


def _ready(
    catalog: Catalog, read: Iterable[Reading], known: dict[str, FileState], gone: dict[str, str], report: Report
) -> Iterator[Ready | None]:
    """What is to be stored of every file that was read; None for one of which nothing is."""
    for one in read:
        match one:
            case Unread():
                report.skipped.append(Skipped(path=one.path, reason=str(one.error)))
                if one.is_final and one.article_id in known:  # what was indexed is no longer what the file says
                    gone[one.article_id] = known[one.article_id].sha256
            case Touched():
                catalog.touch(one.article_id, one.state)
                report.unchanged.append(one.article_id)
        yield one if isinstance(one, Ready) else None


def _batches(ready: Iterable[Ready | None]) -> Iterator[list[Ready]]:
    """Articles to embed together; an empty batch for each file of which nothing is to be stored."""
    some: list[Ready] = []
    for one in ready:
        if one is None:
            yield []
            continue
        some.append(one)
        if sum(len(r.texts) for r in some) >= _BATCH_PASSAGES:
            yield some
            some = []
    if some:
        yield some


def _embed(catalog: Catalog, embedder: Embedder, some: list[Ready]) -> Iterator[int]:
    """Embed the texts that never were, and keep each slice's vectors as they come; yields how many."""
    texts = {e.text_hash: t for r in some for e, t in zip(r.entries, r.texts, strict=True)}
    known = known_vectors(catalog, embedder.model, list(texts))
    missing = [(h, t) for h, t in texts.items() if h not in known]
    for start in range(0, len(missing), _BATCH_PASSAGES):
        hashes, new = zip(*missing[start : start + _BATCH_PASSAGES], strict=True)
        keep_vectors(catalog, embedder.model, hashes, embedder.embed_passages(new))
        yield len(new)


def _moved_from(article: Article, known: dict[str, FileState], gone: dict[str, str]) -> list[str]:
    """The id under which a new article was known, if its file was only moved; one old file is at most one new one."""
    before = [] if article.id in known else [i for i, digest in gone.items() if digest == article.sha256][:1]
    for i in before:
        del gone[i]
    return before


def _note(report: Report, article: Article, known: dict[str, FileState], before: Sequence[str]) -> None:
    report.warnings += [f"{article.id}: {w}" for w in article.warnings]
    if before:
        report.moved.append((before[0], article.id))
    elif article.id in known:
        report.changed.append(article.id)
    else:
        report.added.append(article.id)


def _forget(catalog: Catalog, gone: list[str], report: Report, *, prune: bool) -> None:
    """With `prune`, forget what is gone; otherwise only say that it is."""
    report.removed, report.vanished = (gone, []) if prune else ([], gone)
    if report.removed:
        catalog.remove(report.removed)
