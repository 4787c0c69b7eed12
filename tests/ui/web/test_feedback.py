"""What readers say of answers becomes cases that are valid, or a note."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from evals.cases import load_cases
from index.catalog import Catalog
from index.errors import SettingsWrong
from index.types import Span
from tests.store import WordEmbedder, filled
from tests.ui.web.test_answer_html import answer
from ui.web.conversations import Kept
from ui.web.feedback import case_of, cases_file, notes_file, save
from ui.web.runs import command

REFUSAL = {"reason": "The articles do not answer this.", "closest": []}


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return filled(tmp_path, 3, WordEmbedder())


def turn(number: int = 0, **changed: Any) -> Kept:
    cited = [answer()["citations"][0] | {"file": "0.txt", "start": 0, "end": 10}]
    return Kept(
        number=number, asked={"filters": {"outlets": ["Post"]}}, answer=answer(**({"citations": cited} | changed))
    )


def test_a_good_answer_has_its_citations_as_evidence(catalog: Catalog) -> None:
    made = case_of(catalog, [turn()], "good")
    assert made.answerable
    assert [(e.file, e.start, e.end, e.quote) for e in made.evidence] == [("0.txt", 0, 10, "Line 0 nam")]
    assert (made.type, made.filters.outlets) == ("fact", ("Post",))


def test_a_good_refusal_and_one_that_was_missing_are_unanswerable(catalog: Catalog) -> None:
    for verdict, last in (("good", turn(refusal=REFUSAL, claims=[], citations=[])), ("unanswerable", turn())):
        made = case_of(catalog, [last], verdict)  # type: ignore[arg-type]
        assert (made.answerable, made.type, made.evidence) == (False, "unanswerable", ())


def test_a_better_sentence_is_the_evidence_and_earlier_turns_the_history(catalog: Catalog) -> None:
    made = case_of(catalog, [turn(), turn(1, question="And?")], "passage", [("0.txt", Span(start=5, end=9))])
    assert [e.quote for e in made.evidence] == ["0 na"]
    assert (made.type, [t.question for t in made.history]) == ("follow_up", ["Is it so?"])


@pytest.mark.parametrize("places", [[], [("nowhere.txt", Span(start=0, end=5))], [("0.txt", Span(start=0, end=10**9))]])
def test_what_is_no_sentence_is_refused(catalog: Catalog, places: list[tuple[str, Span]]) -> None:
    with pytest.raises(SettingsWrong):
        save(catalog, [turn()], "passage", places)
    assert not cases_file(catalog.home).exists()


def test_they_are_one_file_that_eval_reads_and_notes_another(catalog: Catalog) -> None:
    for verdict in ("good", "unanswerable", "wrong"):
        save(catalog, [turn()], verdict, remark="It is not so.")  # type: ignore[arg-type]
    assert [case.answerable for case in load_cases(cases_file(catalog.home))] == [True, False]
    (note,) = notes_file(catalog.home).read_text(encoding="utf-8").splitlines()
    assert json.loads(note)["remark"] == "It is not so."


def test_the_first_run_is_written_where_runs_are_looked_for(tmp_path: Path) -> None:
    home = tmp_path / "a home"
    words = shlex.split(command(home))
    out = Path(words[words.index("--out") + 1])
    assert words[words.index("--home") + 1] == str(home)
    assert out.parent == cases_file(home).parent
