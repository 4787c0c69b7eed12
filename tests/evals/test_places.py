"""Evidence is where the cases say, or it is said where it is."""

from pathlib import Path

import pytest

from evals import places
from evals.cases import Case, Evidence, several
from evals.places import check_cases, check_evidence, misplaced

TEXT = "The ferry sails at noon.\nIt costs nine\n  euros. It sails again at six."


def test_wrong_evidence_is_told_with_the_nearest_place() -> None:
    place = Evidence(file="ferry.txt", quote="It sails again at six.", start=0, end=22)
    case = Case(id="x", question="?", q_lang="en", answers=("six",), type="date", answerable=True, evidence=(place,))
    (told,) = check_evidence(case, lambda file: {"ferry.txt": TEXT}[file])
    assert told.startswith("x: ferry.txt:0-22 says 'The ferry sails at noo'")
    assert f"nearest at {TEXT.index('It sails')}: 'It sails again at six.'" in told


def test_cases_are_held_against_the_corpus(tmp_path: Path) -> None:
    (tmp_path / "sea").mkdir()
    (tmp_path / "sea/ferry.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 no more")
    places = {
        "right": Evidence(file="sea/ferry.txt", quote="The ferry sails at noon.", start=0, end=24),
        "whole": Evidence(file="sea/ferry.txt"),
        "lost": Evidence(file="ferry.txt"),
        "elsewhere": Evidence(file="sea/ferry.txt", quote="It sails again at six.", start=0, end=22),
        "broken": Evidence(file="broken.pdf", quote="x", start=0, end=1),
    }
    cases = [Case(id=name, question="?", answerable=True, evidence=(place,)) for name, place in places.items()]
    lost, elsewhere, broken = check_cases(cases, tmp_path)
    assert lost == "lost: there is no article ferry.txt; the nearest is sea/ferry.txt"
    assert elsewhere.startswith("elsewhere: sea/ferry.txt:0-22 says ")
    assert broken.startswith("broken: broken.pdf cannot be read (")
    (tmp_path / "sea/ferry.txt").unlink()
    (tmp_path / "broken.pdf").unlink()
    assert check_cases(cases[:1], tmp_path) == ["right: there is no article sea/ferry.txt"]


def test_a_thousand_faults_are_all_told_and_the_nearest_place_only_of_those_that_are_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sought: list[str] = []

    def nearest(text: str, quote: str) -> str:
        sought.append(quote)
        return "nearest somewhere"

    monkeypatch.setattr(places, "_nearest", nearest)
    moved = Evidence(file="ferry.txt", quote="sails", start=0, end=5)
    cases = [Case(id=f"c{n}", question="?", answerable=True, evidence=(moved,)) for n in range(1000)]
    wrong = misplaced(cases, {"ferry.txt"}, lambda file: TEXT)
    assert len(wrong) == 1000
    assert len(sought) == 20
    assert all("nearest" in line for line in several(wrong).splitlines()[:20])
    assert several(wrong).splitlines()[20:] == ["... and 980 more"]
    assert wrong[-1] == "c999: ferry.txt:0-5 says 'The f', not 'sails'"


def test_a_file_that_many_cases_miss_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def close(file: str, *_: object, **__: object) -> list[str]:
        asked.append(file)
        return ["ferry.txt"]

    monkeypatch.setattr(places, "get_close_matches", close)
    gone = (Evidence(file="fery.txt"),)
    cases = [Case(id=f"c{n}", question="?", answerable=True, evidence=gone) for n in range(30)]
    wrong = misplaced(cases, {"ferry.txt"}, lambda file: TEXT, {f"c{n}": f"x.jsonl:{n + 1}" for n in range(30)})
    assert asked == ["fery.txt"]
    assert wrong[2] == "x.jsonl:3: c2: there is no article fery.txt; the nearest is ferry.txt"
    assert wrong[29] == "x.jsonl:30: c29: there is no article fery.txt"
