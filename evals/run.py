"""Runs cases through a system, so that nothing is lost when it is stopped, and one bad case stops nothing.

Every row is appended to a journal beside the output (RUN.json.part) as soon as it is there; the same command goes on from the
journal. A case that crashes is a row with its error. A named failure (SourcelineError) in three cases in succession is no fault
of these cases: the endpoint does not answer, the model was changed. It stops the run; the three are asked again by the next. So
are the last cases of a run, be they one or two, that a language model failed which was not there or not allowed, or a reranker.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing, contextmanager
from pathlib import Path
from traceback import extract_tb
from typing import Any, BinaryIO

from evals.cases import Case
from evals.changes import changes
from evals.runs import JOURNAL, Row, Run, RunWrong, System, check_answer, read_run, row_object, row_of, run_text
from index.errors import ModelNotAllowed, ModelUnavailable, RerankerFailed, SourcelineError

_PATIENCE = 3  # cases in succession
_NAMED = 5  # of what differs
_GONE = (ModelUnavailable, ModelNotAllowed, RerankerFailed)
_BEGINS = run_text({}, ()).encode()[:12]  # as every run does

Progress = Callable[[int, int], None]
"""Told of the cases that are done and of all."""


def journal_of(out: Path) -> Path:
    """Where the rows of a run are kept until it is complete."""
    return out.with_name(out.name + JOURNAL)


def run_cases(
    cases: Sequence[Case],
    system: System,
    journal: Path,
    *,
    made_with: Mapping[str, Any] | None = None,
    workers: int = 1,
    progress: Progress = lambda done, total: None,
) -> tuple[Row, ...]:
    """A row for every case, in their order; those that `journal` has are not asked again.

    `made_with` is what the answers depend on: with a journal that was made with anything else, RunWrong is raised. Raises the
    SourcelineError of a system that fails at every case, or whose language model is gone at the last.
    """
    rows = {row.case.id: row for row in _kept(journal, made_with or {}, cases)}
    progress(len(rows), len(cases))
    todo = [case for case in cases if case.id not in rows]
    with _writing(journal), journal.open("ab") as file, closing(_answered(todo, system, workers)) as answered:
        for row in _lasting(answered, min(_PATIENCE, len(cases))):
            _append(file, row_object(row))
            rows[row.case.id] = row
            progress(len(rows), len(cases))
    return tuple(rows[case.id] for case in cases)


def count_kept(journal: Path) -> int:
    """How many cases a journal has; 0 where there is none."""
    return len(read_journal(journal)[1]) if journal.exists() else 0


def save_run(out: Path, run: Run) -> None:
    """Write the run at once: whole or not at all. Raises RunWrong where it cannot be written."""
    with _writing(out):
        _replace(out, run_text(run.header, run.rows))


def finish_run(out: Path, run: Run) -> None:
    """Write the complete run, and remove its journal. Raises RunWrong where it cannot be written."""
    save_run(out, run)
    journal_of(out).unlink(missing_ok=True)


def refuse_foreign(out: Path) -> None:
    """Raise RunWrong where `out` is a file that is not a run: it would be lost."""
    with _writing(out):
        if out.exists() and not out.read_bytes().startswith(_BEGINS):
            raise RunWrong(f"{out} is there already, and is not a run", "give another --out")


def refuse_other(
    out: Path, made_with: Mapping[str, Any], remedy: str = "give another --out, or --fresh to write over it"
) -> None:
    """Raise RunWrong where `out` is a finished run that was made with anything else: it may be somebody's baseline."""
    if not out.exists():
        return
    before = read_run(out).header.get("made_with", {})
    if other := [str(change) for change in changes(before, json.loads(json.dumps(made_with)))]:
        more = f" and {len(other) - _NAMED} more" if len(other) > _NAMED else ""
        raise RunWrong(f"{out} is a finished run that was made otherwise: {', '.join(other[:_NAMED])}{more}", remedy)


_Answered = tuple[Row, SourcelineError | None]


def _answered(todo: Sequence[Case], system: System, workers: int) -> Generator[_Answered, None, None]:
    """Rows as they are done; with one worker nothing runs beside the main thread, which can then be interrupted at once."""
    if workers == 1:
        yield from (_row(case, system) for case in todo)
        return
    pool = ThreadPoolExecutor(workers)
    try:
        for future in as_completed([pool.submit(_row, case, system) for case in todo]):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _row(case: Case, system: System) -> _Answered:
    try:
        outcome = system(case)
        check_answer(outcome.answer)
    except Exception as error:  # noqa: BLE001 - whatever a system does, it costs this case alone
        return Row(case=case, error=_crash(error)), error if isinstance(error, SourcelineError) else None
    return Row(case=case, answer=outcome.answer, trace=outcome.trace), None


def _lasting(answered: Iterable[_Answered], patience: int) -> Iterator[Row]:
    """The rows; those of named failures not before another case fares better, so that a dead endpoint leaves none."""
    held: list[_Answered] = []
    for row, failure in answered:
        held.append((row, failure))
        if failure and len(held) >= patience:
            raise failure
        if not failure:
            yield from (row for row, _ in held)
            held.clear()
    yield from (row for row, failure in held if not isinstance(failure, _GONE))
    if gone := [failure for _, failure in held if isinstance(failure, _GONE)]:
        raise gone[0]


def _crash(error: Exception) -> str:
    """What happened, and where."""
    last = extract_tb(error.__traceback__)[-1]
    place = "/".join(Path(last.filename).parts[-2:])
    return f"{type(error).__name__}: {error} ({place}:{last.lineno}, {last.name})"


def _kept(journal: Path, made_with: Mapping[str, Any], cases: Iterable[Case]) -> list[Row]:
    """The rows that are there already; begins a journal where there is none."""
    if not journal.exists():
        with _writing(journal):
            _replace(journal, json.dumps({"made_with": made_with}) + "\n")
    before, rows = read_journal(journal)
    now = json.loads(json.dumps(made_with))
    if before != now:
        other = ", ".join(sorted(k for k in before.keys() | now.keys() if before.get(k) != now.get(k)))
        remedy = f"remove that file, or start anew with --fresh, or give another --out (what differs: {other})"
        raise RunWrong(f"{journal} holds a run that was begun otherwise", remedy)
    asked = {case.id: case for case in cases}
    return [row for row in rows if asked.get(row.case.id) == row.case]


def read_journal(journal: Path) -> tuple[dict[str, Any], list[Row]]:
    """What a journal was made with, and its rows. What follows the first line that is not whole is cut off."""
    rows: list[Row] = []
    try:
        with journal.open("r+b") as file:
            made_with, whole = dict(json.loads(first := file.readline())["made_with"]), len(first)
            for line in file:
                if (row := _row_in(line)) is None:
                    break
                rows.append(row)
                whole += len(line)
            file.truncate(whole)
    except OSError as error:
        raise RunWrong(f"{journal} cannot be read ({error.strerror})", "give another --out") from error
    except (ValueError, KeyError, TypeError) as error:
        raise RunWrong(f"{journal} is not the journal of a run", "remove it, or give another --out") from error
    return made_with, rows


def _row_in(line: bytes) -> Row | None:
    """The row of a line; None where a kill or a full disk left only a part of it."""
    try:
        return row_of(json.loads(line)) if line.endswith(b"\n") else None
    except (ValueError, KeyError, TypeError):
        return None


def _append(file: BinaryIO, value: Mapping[str, Any]) -> None:
    file.write(json.dumps(value).encode() + b"\n")
    file.flush()
    os.fsync(file.fileno())


def _replace(path: Path, text: str) -> None:
    """Write a file that is there whole or not at all."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as file:
            file.write(text.encode("utf-8", "backslashreplace"))  # half a surrogate pair is then an escape of JSON
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """What the operating system refuses is said with the file's name."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise RunWrong(
            f"{path} cannot be written ({error.strerror})", "give another --out, or free some space"
        ) from error
