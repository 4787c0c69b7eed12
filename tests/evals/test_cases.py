import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from evals.cases import Case, CasesWrong, Turn, cases_text, load_cases
from evals.gold.align import align
from evals.quotes import find_quote, locate
from index.types import Filters, Span

TEXT = "The ferry sails at noon.\nIt costs nine\n  euros. It sails again at six."
EVIDENCE = {"file": "ferry.txt", "quote": "The ferry sails at noon.", "start": 0, "end": 24}
CASE = {
    "id": "ferry-1",
    "question": "When does it sail?",
    "q_lang": "en",
    "answers": ["at noon"],
    "type": "date",
    "answerable": True,
    "evidence": [EVIDENCE],
}


def write(folder: Path, *cases: dict[str, object]) -> Path:
    path = folder / "cases.jsonl"
    path.write_text("\n".join(json.dumps(case) for case in cases), encoding="utf-8")
    return path


def test_a_case_is_read_as_it_stands(tmp_path: Path) -> None:
    (case,) = load_cases(write(tmp_path, CASE))
    assert case.answers == ("at noon",)
    assert case.history == ()
    assert case.evidence[0].span
    assert case.evidence[0].span.of(TEXT) == "The ferry sails at noon."


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"evidnce": []}, "evidnce is not a key of a case: remove it or mend its spelling"),
        ({"q_lang": None}, "q_lang: Input should be a valid string, found null"),
        ({"answers": "at noon"}, 'answers: Input should be a valid array, found "at noon"'),
        ({"answerable": "yes"}, 'answerable: Input should be a valid boolean, found "yes"'),
        ({"type": 1}, "type: Input should be a valid string, found 1"),
        ({"question": " "}, "the question is empty"),
        ({"answers": [], "evidence": []}, "answerable, with neither answers nor evidence: add"),
        ({"answerable": False, "type": "unanswerable"}, "unanswerable with answers: remove"),
        ({"answerable": False, "type": "unanswerable", "answers": []}, "unanswerable with evidence: remove"),
        ({"type": "unanswerable"}, "type and answerable disagree"),
        (
            {"evidence": [{"file": "ferry.txt", "quote": "noon"}]},
            "quote, start and end belong together: give all three or none; `python -m",
        ),
        ({"evidence": [{**EVIDENCE, "end": 0}]}, "enclose nothing"),
        ({"id": "ferry-1"}, "the id 'ferry-1' is taken"),
    ],
)
def test_a_fault_is_named_with_file_line_and_mend(tmp_path: Path, change: dict[str, object], told: str) -> None:
    path = write(tmp_path, CASE, {**CASE, "id": "ferry-2", **change})
    with pytest.raises(CasesWrong) as raised:
        load_cases(path)
    assert raised.value.what.startswith(f"{path}:2: ")
    assert told in str(raised.value)


def test_a_missing_key_broken_json_and_an_absent_file_are_named(tmp_path: Path) -> None:
    path = write(tmp_path, {key: value for key, value in CASE.items() if key != "question"})
    with pytest.raises(CasesWrong, match=r":1: question is missing: add it"):
        load_cases(path)
    path.write_text('\n{"id": "ferry', encoding="utf-8")
    with pytest.raises(CasesWrong, match=r":2: not JSON .*: one object a line"):
        load_cases(path)
    with pytest.raises(CasesWrong, match=r"absent\.jsonl"):
        load_cases(tmp_path / "absent.jsonl")


def test_align_finds_a_quote_over_line_ends_and_writes_it_as_it_stands() -> None:
    evidence = {"file": "ferry.txt", "quote": "It costs nine euros."}
    assert align(evidence, TEXT) is None
    assert evidence["quote"] == "It costs nine\n  euros."
    assert TEXT[evidence["start"] : evidence["end"]] == evidence["quote"]
    assert align(evidence, TEXT.replace("\n  ", "-\n")) is None
    assert evidence["quote"] == "It costs nine-\neuros."


def test_align_keeps_a_true_place_and_reports_what_is_missing_or_ambiguous() -> None:
    second = TEXT.rindex("sails")
    chosen = {"file": "ferry.txt", "quote": "sails", "start": second, "end": 0}
    assert align(chosen, TEXT) is None
    assert chosen["end"] == second + 5
    assert len(find_quote(TEXT, "sails")) == 2
    assert "stands 2 times" in str(align({"quote": "sails"}, TEXT))
    assert "nearest at 0: 'The ferry sails at" in str(align({"quote": "The ferry sails at nine."}, TEXT))


def test_the_command_fills_in_places_and_fails_where_it_cannot(tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text(TEXT, encoding="utf-8")
    path = write(tmp_path, {**CASE, "evidence": [{"file": "ferry.txt", "quote": "It sails again at six."}]})
    command = [sys.executable, "-m", "evals.gold.align", str(path), "--corpus", str(tmp_path)]
    assert subprocess.run([*command, "--check"]).returncode == 1
    assert subprocess.run(command).returncode == 0
    assert load_cases(path)[0].evidence[0].span.of(TEXT) == "It sails again at six."
    (tmp_path / "ferry.txt").write_text("No ferry today, because of the storm.", encoding="utf-8")
    ran = subprocess.run(command, capture_output=True, text=True)
    assert ran.returncode == 1
    assert "line 1 (ferry-1), ferry.txt: not found: 'It sails again at six.'" in ran.stdout


def test_all_faulty_lines_are_told_up_to_twenty(tmp_path: Path) -> None:
    path = write(tmp_path, *({**CASE, "id": f"ferry-{number}", "question": ""} for number in range(23)))
    path.write_text(path.read_text(encoding="utf-8") + "\n{", encoding="utf-8")
    with pytest.raises(CasesWrong) as raised:
        load_cases(path)
    told = raised.value.what.splitlines()
    assert told[0] == f"{path}:1: the question is empty: write one"
    assert told[19].startswith(f"{path}:20: ")
    assert told[20:] == ["... and 4 more"]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    turns = (Turn(question="Who?", answer="The captain."),)
    cases = [
        *load_cases(write(tmp_path, CASE)),
        Case(id="x", question="Wann?", answerable=False, history=turns, as_of=date(2024, 3, 1), type="unanswerable"),
        Case(id="y", question="?", answerable=True, references=("So.",), filters=Filters(files=("de",))),
    ]
    (tmp_path / "again.jsonl").write_text(cases_text(cases), encoding="utf-8")
    assert load_cases(tmp_path / "again.jsonl") == cases


def test_a_quote_is_located_where_it_is_nearest() -> None:
    assert locate(TEXT, "sails", 50) == Span(start=TEXT.rindex("sails"), end=TEXT.rindex("sails") + 5)
    assert locate(TEXT, "nine euros") == Span(start=TEXT.index("nine"), end=TEXT.index("euros") + 5)
    assert locate(TEXT, "ten euros") is None
    assert locate(TEXT, "- \n") is None
