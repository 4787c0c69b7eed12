"""The home that the page has open: its assistant, made while the page is already shown, and what is being indexed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path

from index.catalog import Catalog
from index.errors import HomeUnusable, SourcelineError
from index.sync import Progress, Report, sync
from rag import build
from rag.assistant import Assistant
from rag.settings import Settings
from rag.types import Mode
from ui.web import uploads

SAMPLE = Path(__file__).parents[2] / "corpus"


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """Something that is being indexed, or the last that was."""

    number: int
    name: str
    done: int = 0
    total: int = 0
    finished: bool = False
    fault: str = ""
    report: Report | None = None


class Library:
    """One home, open as long as the page runs. Thread-safe; close it, so that others can own Chroma."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.job: Job | None = None
        self._numbers = count(1)
        self.fault: SourcelineError | None = None
        self._opened = threading.Event()
        self._one_at_a_time = threading.Lock()
        self._open = ExitStack()
        self._assistant: Assistant | None = None
        self._home: build.Opened | None = None

    def start(self, sample: Path = SAMPLE) -> None:
        """Open everything beside the page; an empty home gets the sample articles."""
        threading.Thread(target=self._start, args=(sample,), name="library", daemon=True).start()

    def _start(self, sample: Path) -> None:
        try:
            empty = self._is_empty()
            self._home = self._open.enter_context(build.opened(self.settings))
            self.change(self.settings)
            if empty and sample.is_dir():
                self.job = Job(number=next(self._numbers), name=sample.name)  # before anybody can ask
        except SourcelineError as error:
            self.fault = error
        finally:
            self._opened.set()
        if self.job:
            self.index([sample])

    def _is_empty(self) -> bool:
        """Whether there is nothing to ask. Makes the home where there is none."""
        with build.catalog(self.settings, create=True) as catalog:
            return catalog.counts()["article"] == 0

    @property
    def ready(self) -> bool:
        """Whether questions can be asked now."""
        return self._assistant is not None

    @property
    def mode(self) -> Mode:
        """How questions are answered now."""
        return "written" if self._assistant and self._assistant.writer else "quotes"

    @property
    def assistant(self) -> Assistant:
        """What answers; waits for it. Raises what kept the home from being opened."""
        self._opened.wait(60)
        if self._assistant is None:
            raise self.fault or HomeUnusable("the library is still being opened", "ask again in a moment")
        return self._assistant

    @property
    def catalog(self) -> Catalog:
        """The articles. Raises as `assistant` does."""
        return self.assistant.catalog

    def change(self, settings: Settings) -> None:
        """Answer as these settings say from now on. Raises SettingsWrong, and nothing changes."""
        assert self._home is not None
        self._assistant = build.answering(settings, self._home, build.writer(settings), build.reranker(settings))
        self.settings = settings

    def index(self, paths: Sequence[Path], *, prune: bool = False) -> None:
        """Bring the library up to date with folders and files, one at a time; progress, report and fault are in `job`."""
        with self._one_at_a_time:
            self.job = Job(number=next(self._numbers), name=", ".join(path.name for path in paths))
            try:
                assert self._home is not None
                articles, embedder, _ = self._home
                report = Report()
                for path in paths:
                    report = report.joined(sync(articles, embedder, path, prune=prune, on_progress=self._tell))
                uploads.discard(self.settings.home, [skipped.path for skipped in report.skipped])
                self.job = replace(self.job, report=report, finished=True)
            except Exception as error:
                self.job = replace(self.job, fault=str(error), finished=True)
                if not isinstance(error, SourcelineError):
                    raise

    def index_beside(self, paths: Sequence[Path], *, prune: bool = False) -> None:
        """The same in a thread of its own."""
        work = partial(self.index, paths, prune=prune)
        threading.Thread(target=work, name="index", daemon=True).start()

    def _tell(self, progress: Progress) -> None:
        if self.job:
            self.job = replace(self.job, done=progress.done, total=progress.total)

    @property
    def first(self) -> bool:
        """Whether the very first articles are being indexed, so that there is nothing to answer from yet."""
        return self.indexing and self.catalog.counts()["passage"] == 0

    @property
    def indexing(self) -> bool:
        """Whether something is being indexed now."""
        return self.job is not None and not self.job.finished

    def close(self) -> None:
        """Let others own Chroma."""
        self._open.close()
