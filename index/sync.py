"""Bring a home up to date with a folder of articles.

Unchanged files are not opened, unchanged texts are not embedded, and every file ends in exactly one line of the report:
added, changed, moved, unchanged, removed, or skipped with its reason. A run that is cut short is completed by the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.catalog import Catalog, Entry, FileState, Root
from index.embed import Embedder
from index.errors import UnreadableArticle
from index.exact import keep_vectors, known_vectors, text_hash
from index.readers import Found, Skipped, find_files, read_article
from index.split import embedding_text, split_article
from index.terms import terms
from index.types import Article, Passage

READING = "1"  # raised whenever the same file would be read or split otherwise: everything is then read again
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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Ready:
    """An article that only waits for its vectors."""

    article: Article
    state: FileState
    entries: tuple[Entry, ...]
    texts: tuple[str, ...]


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
    catalog.claim_model(embedder.model, embedder.dimension)
    root = _root(catalog, path.resolve())
    wanted = {root.prefix + f.path.relative_to(root.path).as_posix(): f for f in found}
    known, report = catalog.files(), Report(skipped=list(skipped))
    vanished = _vanished(root, path.resolve(), known)
    fresh = _changed(catalog, root, wanted, known, report)
    done = len(wanted) - len(fresh)
    for some in _batches(_read(catalog, root, fresh, known, report)):
        report.embedded += _embed(catalog, embedder, some)
        for ready in some:
            catalog.put(ready.article, ready.state, ready.entries)
            _note(report, ready, known, vanished)
        done += len(some)
        report.passages += sum(len(r.entries) for r in some)
        on_progress(Progress(done=done, total=len(wanted), passages=report.passages))
    catalog.store("reading", READING)
    _forget(catalog, vanished, report, prune=prune)
    return report


def _root(catalog: Catalog, path: Path) -> Root:
    """The indexed folder that `path` belongs to, registered if it is new.

    A folder inside an indexed one is part of it. A folder around an indexed one takes its articles over.
    """
    folder = path if path.is_dir() else path.parent
    roots = catalog.roots()
    around = [r for r in roots if folder.is_relative_to(r.path)]
    if around:
        return around[0]
    inside = [r for r in roots if r.path.is_relative_to(folder)]
    prefix = _free_prefix(folder.name, [r.prefix for r in roots if r not in inside])
    with catalog.transaction() as run:
        run.executemany("DELETE FROM article WHERE root = ?", [(r.number,) for r in inside])
        run.executemany("DELETE FROM root WHERE number = ?", [(r.number,) for r in inside])
        run.execute("INSERT INTO root (path, prefix) VALUES (?, ?)", (str(folder), prefix))
    return next(r for r in catalog.roots() if r.path == folder)


def _free_prefix(name: str, taken: Sequence[str]) -> str:
    """Articles of the first folder are named by their path in it, those of a further folder begin with its name."""
    names = ("", *(f"{name}{'' if n == 1 else f'-{n}'}/" for n in range(1, len(taken) + 2)))
    return next(n for n in names if n not in taken)


def _vanished(root: Root, path: Path, known: dict[str, FileState]) -> dict[str, str]:
    """The articles below `path` whose file is gone: sha256 by id."""
    there = {i: root.path / s.path for i, s in known.items() if s.root == root.number}
    return {i: known[i].sha256 for i, file in there.items() if file.is_relative_to(path) and not file.exists()}


def _changed(
    catalog: Catalog, root: Root, wanted: dict[str, Found], known: dict[str, FileState], report: Report
) -> dict[str, Found]:
    """The files whose size or time is not what the catalog has; all of them when they were read by other rules."""
    if catalog.setting("reading") != READING:
        return wanted
    for article_id, found in wanted.items():
        before = known.get(article_id)
        if before and replace(_state(root, found), sha256=before.sha256) == before:
            report.unchanged.append(article_id)
    return {i: f for i, f in wanted.items() if i not in set(report.unchanged)}


def _state(root: Root, found: Found) -> FileState:
    now = found.path.stat()
    below = found.path.relative_to(root.path).as_posix()
    return FileState(root=root.number, path=below, size=now.st_size, mtime_ns=now.st_mtime_ns)


def _read(
    catalog: Catalog, root: Root, fresh: dict[str, Found], known: dict[str, FileState], report: Report
) -> Iterator[_Ready]:
    same_rules = catalog.setting("reading") == READING
    for article_id, found in fresh.items():
        try:
            state = _state(root, found)  # before reading: a file written meanwhile is read again next time
            article = read_article(found.path, article_id)
        except (UnreadableArticle, OSError) as error:
            report.skipped.append(Skipped(path=found.path, reason=str(error)))
            continue
        if same_rules and article_id in known and known[article_id].sha256 == article.sha256:
            catalog.touch(article_id, state)
            report.unchanged.append(article_id)
        else:
            yield _ready(article, replace(state, sha256=article.sha256))


def _ready(article: Article, state: FileState) -> _Ready:
    passages = split_article(article)
    texts = tuple(embedding_text(article, p) for p in passages)
    entries = tuple(_entry(article, p, t) for p, t in zip(passages, texts, strict=True))
    return _Ready(article=article, state=state, entries=entries, texts=texts)


def _entry(article: Article, passage: Passage, embedded: str) -> Entry:
    about = " ".join(filter(None, (article.title, article.outlet)))
    return Entry(
        passage=passage,
        text_hash=text_hash(embedded),
        title_terms=" ".join(terms(about, article.language)),
        body_terms=" ".join(terms(passage.text, passage.language)),
    )


def _batches(ready: Iterable[_Ready]) -> Iterator[list[_Ready]]:
    some: list[_Ready] = []
    for one in ready:
        some.append(one)
        if sum(len(r.texts) for r in some) >= _BATCH_PASSAGES:
            yield some
            some = []
    if some:
        yield some


def _embed(catalog: Catalog, embedder: Embedder, some: list[_Ready]) -> int:
    """Embed and keep the texts that never were; returns how many."""
    texts = {e.text_hash: t for r in some for e, t in zip(r.entries, r.texts, strict=True)}
    known = known_vectors(catalog, embedder.model, list(texts))
    missing = {h: t for h, t in texts.items() if h not in known}
    if missing:
        keep_vectors(catalog, embedder.model, list(missing), embedder.embed_passages(list(missing.values())))
    return len(missing)


def _note(report: Report, ready: _Ready, known: dict[str, FileState], vanished: dict[str, str]) -> None:
    article = ready.article
    report.warnings += [f"{article.id}: {w}" for w in article.warnings]
    if article.id in known:
        report.changed.append(article.id)
    elif before := next((i for i, sha in vanished.items() if sha == article.sha256), None):
        report.moved.append((before, article.id))
    else:
        report.added.append(article.id)


def _forget(catalog: Catalog, vanished: dict[str, str], report: Report, *, prune: bool) -> None:
    """Forget what was moved away, and with `prune` what is gone; otherwise only say that it is gone."""
    moved = [before for before, _ in report.moved]
    gone = [i for i in vanished if i not in moved]
    report.removed, report.vanished = (gone, []) if prune else ([], gone)
    if moved or report.removed:
        catalog.remove([*moved, *report.removed])
