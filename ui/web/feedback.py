"""What readers think of an answer, kept as benchmark cases: `sourceline eval run` takes the file as it is.

A good answer, a better sentence than the cited one, and "the articles do not say so" are cases. What only says that something is
wrong has no known answer, so it cannot be one: it is kept beside them, in a file of notes.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from secrets import token_hex
from typing import Literal

from pydantic import TypeAdapter

from evals.cases import Case, Evidence, Turn, cases_text
from index.catalog import Catalog
from index.database import translated
from index.errors import SettingsWrong
from index.home import RUNS
from index.language import detect_language
from index.types import Filters, Span
from ui.web.conversations import Kept

Verdict = Literal["good", "passage", "unanswerable", "wrong"]
MOST_BYTES = 20 * 1024 * 1024  # of each file
_LONGEST = 2_000  # characters of a remark
_writing = threading.Lock()


def cases_file(home: Path) -> Path:
    """The cases that readers made."""
    return home / RUNS / "feedback.jsonl"


def notes_file(home: Path) -> Path:
    """What readers said that is no case."""
    return home / RUNS / "feedback-notes.jsonl"


def save(
    catalog: Catalog, turns: Sequence[Kept], verdict: Verdict, chosen: Sequence[tuple[str, Span]] = (), remark: str = ""
) -> Case | None:
    """Keep what was said of the last of `turns`; the case, or None where it is only a note.

    Raises SettingsWrong for what is no sentence of an article, HomeReadOnly, DiskFull.
    """
    if verdict == "wrong":
        said = {"question": turns[-1].answer["question"], "answer": turns[-1].answer, "remark": remark[:_LONGEST]}
        _append(notes_file(catalog.home), json.dumps(said, ensure_ascii=False) + "\n", catalog.home)
        return None
    case = case_of(catalog, turns, verdict, chosen)
    _append(cases_file(catalog.home), cases_text([case]), catalog.home)
    return case


def case_of(catalog: Catalog, turns: Sequence[Kept], verdict: Verdict, chosen: Sequence[tuple[str, Span]] = ()) -> Case:
    """The last of `turns` as a case. Raises SettingsWrong."""
    *earlier, last = turns
    answer, alone = last.answer, last.asked.get("alone", False)
    history = () if alone else tuple(Turn(question=k.answer["question"], answer=k.answer["answer"]) for k in earlier)
    cited = [(c["file"], Span(start=c["start"], end=c["end"])) for c in answer["citations"]]
    answerable = verdict == "passage" or (verdict == "good" and not answer["refusal"])
    evidence = (
        tuple(_evidence(catalog, *place) for place in (chosen if verdict == "passage" else cited)) if answerable else ()
    )
    if answerable and not evidence:
        raise SettingsWrong("no sentence was chosen", "choose the sentence that answers in its article")
    article = catalog.article(evidence[0].file) if evidence else None
    return Case(
        id=f"feedback-{datetime.now(timezone.utc):%Y%m%d-%H%M%S}-{token_hex(3)}",
        question=answer["question"],
        answerable=answerable,
        q_lang=detect_language(answer["question"]),
        doc_lang=article.language if article else "und",
        type="unanswerable" if not answerable else "follow_up" if history else "fact",
        history=history,
        evidence=evidence,
        filters=TypeAdapter(Filters).validate_json(json.dumps(last.asked.get("filters", {}))),
    )


def _evidence(catalog: Catalog, file: str, span: Span) -> Evidence:
    """A place in an article as it is now."""
    article = catalog.article(file)
    quote = span.of(article.text) if article and span.end <= len(article.text) else ""
    if not quote.strip():
        raise SettingsWrong(f"there is no such sentence in {file}", "ask again; the article may have changed")
    return Evidence(file=file, quote=quote, start=span.start, end=span.end)


def _append(path: Path, line: str, home: Path) -> None:
    with _writing, translated(home):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size + len(line) > MOST_BYTES:
            raise SettingsWrong(f"{path.name} is full", "move it somewhere else")
        with path.open("a", encoding="utf-8") as written:
            written.write(line)
