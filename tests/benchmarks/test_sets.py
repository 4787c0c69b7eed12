"""What RESULTS.md says, of runs made by hand; and that a run is kept, made again and taken up as benchmarks/quality/sets.py says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks.quality import sets
from benchmarks.quality.known_sets import KNOWN, KnownSet, unseen_rows
from benchmarks.quality.parts import trains
from benchmarks.quality.results import MAIN, MEASURED, MODES, results, scored
from benchmarks.quality.sets import Place, chosen_sets, command, kept
from evals.cases import Case, Evidence
from evals.measures import MEASURES
from evals.run import finish_run
from evals.runs import Row, Run
from evals.sets import SETS
from index.errors import SettingsWrong

XQUAD = next(known for known in KNOWN if known.name == "xquad")
SAMPLE = next(known for known in KNOWN if known.name == "sample")
SECRET = "Wer gewann das Endspiel?"


def case(name: str, article: int, doc_lang: str = "de") -> Case:
    file = f"{doc_lang}/xq_{doc_lang}_{article:03}.md"
    piece = Evidence(file=file, quote="the final", start=10, end=19)
    return Case(id=name, question=SECRET, answerable=True, q_lang="en", doc_lang=doc_lang, evidence=(piece,))


def hit(file: str, start: int = 0, end: int = 50) -> dict[str, Any]:
    return {"file": file, "start": start, "end": end}


def searched(one: Case, *hits: dict[str, Any]) -> Row:
    return Row(case=one, answer={"question": SECRET, "hits": list(hits), "timings": {"total": 0.02}})


def header(**more: Any) -> dict[str, Any]:
    made = {"embedder": "e5@1", "weights": "ab" * 32, "code": "cd" * 32, "versions": {"python": "3.12.1"}}
    machine = {"cpu": "A CPU", "cores": 2}
    there = {
        "started": "2026-11-22T10:00:00+00:00",
        "articles": 64,
        "passages": 700,
        "seconds": 120,
        "machine": machine,
    }
    return there | {"made_with": made | more}


@pytest.fixture
def search() -> Run:
    """Article 3: found first. Article 16: found second. Article 20, English: not found."""
    second = (hit("de/xq_de_001.md"), hit("de/xq_de_016.md"))
    rows = (
        searched(case("a", 3), hit("de/xq_de_003.md")),
        searched(case("b", 16), *second),
        searched(case("c", 20, "en"), hit("en/xq_en_001.md")),
    )
    return Run(header=header(), rows=rows)


def line(text: str, starts: str) -> list[str]:
    """The cells of the first row of a table that begins so."""
    found = next(one for one in text.splitlines() if one.startswith(f"| {starts} |"))
    return [cell.strip() for cell in found.strip("|").split("|")]


def test_over_all_has_the_whole_set_and_what_trained_nothing(search: Run) -> None:
    text = results("make it", [scored(XQUAD, "search", search)])
    columns = line(text, "set")
    whole, unseen = line(text, "xquad"), line(text, "xquad: articles 16-31")
    at = columns.index("Success@1 (passage)")
    assert (whole[1], whole[at]) == ("3", "0.333")
    assert (unseen[1], unseen[at]) == ("2", "0.000")
    assert unseen[columns.index("RR (passage)")] == "0.250"  # second, and not at all


def test_what_wrote_it_with_what_and_over_what_is_said(search: Run) -> None:
    text = results("make it", [scored(XQUAD, "search", search, left_out=7)])
    assert text.startswith("Written by `make it`: do not edit.\n")
    for said in (
        "2026-11-22",
        "A CPU",
        "python 3.12.1",
        "e5@1",
        "abababababab",
        "cdcdcdcdcdcd",
        XQUAD.cannot,
        XQUAD.licence,
    ):
        assert said in text
    sizes = text[text.index("## The sets") :]
    assert line(sizes, "xquad")[2:] == ["3", "7", "64", "700"]
    assert "differ in this" not in text


def test_no_words_of_a_case_are_told(search: Run) -> None:
    crashed = Row(case=case("d", 4), error=f"ValueError: {SECRET}")
    text = results("make it", [scored(XQUAD, "search", Run(header=header(), rows=(*search.rows, crashed)))])
    assert SECRET not in text
    assert "the final" not in text


def test_parts_by_languages_and_of_the_unseen_rows(search: Run) -> None:
    text = results("make it", [scored(XQUAD, "search", search)])
    every, unseen = (text[text.index(f"#### By {by}, search") :] for by in ("languages", "languages, articles 16-31"))
    assert line(every, "en→de")[1:3] == ["2", "0.500"]
    assert line(unseen, "en→de")[1:3] == ["1", "0.000"]
    assert line(unseen, "en→en")[1:3] == ["1", "0.000"]


def test_causes_are_counted_beside_each_other(search: Run) -> None:
    refused = [
        Row(case=row.case, answer={**row.answer, "refused": True, "answerability": 0.1, "claims": [], "citations": []})
        for row in search.rows
    ]
    quotes = Run(header=header(), rows=tuple(refused))
    text = results("make it", [scored(XQUAD, "search", search), scored(XQUAD, "quotes", quotes)])
    causes = text[text.index("### xquad: how the cases came out") :]
    assert line(causes, "right")[1:3] == ["2", "0"]
    assert line(causes, "not retrieved")[1:3] == ["1", "1"]
    assert line(causes, "refused wrongly")[1:3] == ["0", "2"]
    assert "## All sets, quotes mode" in text


def test_runs_made_otherwise_are_told_apart(search: Run) -> None:
    other = Run(header=header(code="ef" * 32), rows=search.rows)
    text = results("make it", [scored(XQUAD, "search", search), scored(SAMPLE, "search", other)])
    assert "cdcdcdcdcdcd — and — efefefefefef\n  (**the runs differ in this**" in text


def test_a_measure_that_does_not_apply_is_a_dash(search: Run) -> None:
    whole = Case(id="w", question="?", answerable=True, evidence=(Evidence(file="de/xq_de_002.md"),))
    found = scored(XQUAD, "search", Run(header=header(), rows=(searched(whole, hit("de/xq_de_002.md")),)))
    row = dict(zip(("set", "cases", *MAIN["search"]), line(results("make it", [found]), "xquad"), strict=True))
    assert (row["Success@1 (passage)"], row["Success@1 (article)"]) == ("-", "1.000")


def test_unseen_is_what_train_py_leaves() -> None:
    rows = [Row(case=Case(id=str(n), question="?", answerable=False)) for n in range(4)]
    assert [row.case.id for row in unseen_rows(rows)] == [row.case.id for row in rows if not trains(row.case.id)]
    assert [row.case.id for row in unseen_rows([searched(case("a", 15)), searched(case("b", 16))])] == ["b"]


def test_every_measure_and_adapter_that_is_named_is_there() -> None:
    names = {measure.name for measure in MEASURES}
    assert not {name for mode in MODES for name in (*MEASURED[mode], *MAIN[mode])} - names
    assert not {known.adapter for known in KNOWN if known.adapter} - set(SETS)
    assert all(Path(path).exists() for known in KNOWN if not known.adapter for path in (known.cases, known.corpus))


def test_sets_are_chosen_by_name() -> None:
    assert [known.name for known in chosen_sets("ntrex,xquad")] == ["ntrex", "xquad"]
    assert chosen_sets(None) == list(KNOWN)
    with pytest.raises(SettingsWrong, match="xqad"):
        chosen_sets("xqad")


def test_results_are_of_the_runs_that_are_there(search: Run, tmp_path: Path) -> None:
    place = Place(source=Path("../data"), work=tmp_path)
    finish_run(place.run(XQUAD, "search"), search)
    found = list(kept(place))
    assert [(one.known.name, one.mode, one.cases) for one in found] == [("xquad", "search", 3)]
    assert command(place, found) == "python -m benchmarks.quality.sets ../data --sets xquad"
    assert not list(kept(Place(source=Path("../data"), work=tmp_path, limit=20)))


def test_the_folder_of_one_machine_is_not_named(tmp_path: Path) -> None:
    place = Place(source=tmp_path, work=tmp_path, limit=5)
    assert command(place, []).startswith("python -m benchmarks.quality.sets DATA")
    assert str(tmp_path) not in command(place, [])


@pytest.fixture
def small(tmp_path: Path) -> KnownSet:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "tram.txt").write_text(
        "The tram costs 58 million euros. It opens in May.\n", encoding="utf-8"
    )
    line = '{"id": "%s", "question": "What does the tram cost?", "answerable": false}\n'
    (tmp_path / "cases.jsonl").write_text(line % "a" + line % "b", encoding="utf-8")
    cases, corpus = tmp_path / "cases.jsonl", tmp_path / "corpus"
    return KnownSet(name="small", title="", licence="", can="", cannot="", cases=cases, corpus=corpus)


def times(place: Place, known: KnownSet) -> Sequence[int]:
    return [place.run(known, mode).stat().st_mtime_ns for mode in MODES]


@pytest.mark.parametrize("limit", [None, 1])  # of the cases a and b, 1 is b: its sha256 is the lesser
def test_a_current_run_is_kept_a_changed_one_made_again(
    small: KnownSet,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    limit: int | None,
) -> None:
    monkeypatch.setenv("SOURCELINE_HOME", str(tmp_path / "home"))
    place = Place(source=tmp_path, work=tmp_path / "work", limit=limit)
    assert sets.run_sets([small], place) == []
    first = times(place, small)
    assert sets.run_sets([small], place) == []
    assert times(place, small) == first
    monkeypatch.setenv("SOURCELINE_HITS", "3")
    journal = place.run(small, "search").with_suffix(".json.part")
    journal.write_text('{"made_with": {"mode": "begun otherwise"}}\n', encoding="utf-8")
    assert sets.run_sets([small], place) == []
    assert all(new > old for new, old in zip(times(place, small), first, strict=True))
    assert "begun otherwise; it starts anew" in capsys.readouterr().err
    assert not journal.exists()


def test_a_set_that_is_not_there_keeps_no_other_from_running(
    small: KnownSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCELINE_HOME", str(tmp_path / "home"))
    place = Place(source=tmp_path / "nowhere", work=tmp_path / "work", limit=1)
    failed = sets.run_sets([XQUAD, small], place)
    assert len(failed) == 1
    assert "xquad" in failed[0]
    assert place.run(small, "quotes").exists()
