"""`sourceline eval` as people and programs call it; the running itself is in tests/evals/test_run.py."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from evals.cases import Case, Evidence, cases_text
from evals.runs import Row, read_run, run_text
from tests.rag.llm.server import ModelServer, written
from ui.cli import main

ARTICLES = {
    f"{n}.txt": f"The bridge number {n} was closed in May. It will be open again in {2000 + n}.\n" for n in range(3)
}


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a command said, and its exit status."""

    status: int
    out: str
    err: str


Call = Callable[..., Done]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """`sourceline eval ...` in this process."""

    def run(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["sourceline", "eval", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Done(status=int(ended.value.code or 0), out=said.out, err=said.err)

    return run


def case_of(number: int) -> Case:
    file, text = f"{number}.txt", ARTICLES[f"{number}.txt"]
    quote = text[text.index("It will") :].strip()
    evidence = Evidence(file=file, quote=quote, start=text.index(quote), end=text.index(quote) + len(quote))
    question = f"When will bridge number {number} be open again?"
    return Case(
        id=f"c{number}", question=question, answerable=True, answers=(str(2000 + number),), evidence=(evidence,)
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """cases.jsonl and corpus/."""
    (tmp_path / "corpus").mkdir()
    for name, text in ARTICLES.items():
        (tmp_path / "corpus" / name).write_text(text)
    (tmp_path / "cases.jsonl").write_text(cases_text(case_of(n) for n in range(3)))
    return tmp_path


def made(path: Path, right: int) -> Path:
    """A run over 40 cases of which `right` find their evidence at the first place."""
    cases = [replace(case_of(0), id=f"c{n}") for n in range(40)]
    at = [{"file": "0.txt" if n < right else "1.txt", "start": 0, "end": 90, "rank": 1} for n in range(40)]
    rows = [
        Row(case=c, answer={"question": c.question, "hits": [h], "timings": {}}) for c, h in zip(cases, at, strict=True)
    ]
    path.write_text(run_text({"made_with": {"mode": "search"}}, rows))
    return path


def test_a_run_from_cases_to_every_report(call: Call, folder: Path, model_home: Path) -> None:
    shutil.copytree(model_home / "models", folder / "home" / "models")
    out, cases = folder / "runs" / "run.json", folder / "cases.jsonl"
    given = (cases, "--corpus", folder / "corpus", "--home", folder / "home")
    done = call("run", *given, "--out", out, "-k", 5, "--mode", "quotes")
    assert done.status == 0, done.err
    assert "nDCG@10" in done.out
    assert f"sourceline eval report {out}" in done.out
    assert "\x1b" not in done.out + done.err
    assert json.loads(out.read_text())["header"]["made_with"]["settings"]["hits"] == 5

    again = call("run", *given, "--out", out, "--mode", "search", "-k", 5)
    assert (again.status, "is a finished run that was made otherwise: mode quotes → search" in again.err) == (3, True)
    assert "--fresh" in again.err
    less = call("run", *given, "--out", out, "--limit", 2, "--workers", 2, "--mode", "search", "--fresh", "--json")
    assert "2 of 3 cases, drawn" in less.err
    assert f"written to {out}" in less.err
    assert "2 of 3 cases" in call("report", out).out
    first = json.loads(less.out)
    assert (first["out"], first["cases"], first["crashed"]) == (str(out), 2, [])
    assert first["scores"]["Success@10 (passage)"] == 1.0

    assert "# Evaluation" in call("report", out, "--format", "markdown").out
    assert json.loads(call("report", out, "--format", "json").out)
    assert len(list(csv.reader(io.StringIO(call("report", out, "--format", "csv").out)))) == 3
    page = folder / "new" / "page.html"
    assert call("report", out, "--format", "html", "--out", page).out.strip() == str(page)
    assert page.read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html>")


def test_a_run_says_what_did_not_reach_the_system_and_where_a_model_that_is_gone_left_it(
    call: Call, folder: Path, model_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(model_home / "models", folder / "home" / "models")
    dated = replace(case_of(1), as_of=date(2024, 12, 8))
    (folder / "cases.jsonl").write_text(cases_text([case_of(0), dated]))
    where = ("--corpus", folder / "corpus", "--home", folder / "home", "--out", folder / "run.json")
    given = (folder / "cases.jsonl", *where)
    done = call("run", *given, "--mode", "search")
    assert done.status == 0, done.err
    assert "1 case asked without the day of the question" in done.err
    monkeypatch.setenv("SOURCELINE_LLM_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("SOURCELINE_LLM_MODEL", "none")
    monkeypatch.setenv("SOURCELINE_ANSWER_ABOVE", "0")
    gone = call("run", *given, "--mode", "written", "--limit", 1, "--fresh")
    assert gone.status == 3
    assert "0 cases kept" in gone.err
    assert (folder / "run.json.part").exists()


def test_a_run_is_judged_and_the_file_of_it_reported(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = {"text": "In 2000.", "support": "supported", "citations": [1]}
    citation = {"number": 1, "file": "0.txt", "start": 41, "end": 74, "quote": "It will be open again in 2000."}
    answer = {"refused": False, "answer": "In 2000. [1]", "claims": [claim], "citations": [citation], "hits": []}
    run, server = tmp_path / "run.json", ModelServer()
    run.write_text(run_text({}, [Row(case=case_of(0), answer=answer)]))
    refused = call("judge", run)
    assert (refused.status, "no language model is configured" in refused.err) == (3, True)
    monkeypatch.setenv("SOURCELINE_LLM_URL", server.url)
    server.says(written("Yes"))
    done = call("judge", run)
    assert done.status == 0, done.err
    assert "answers judged by tiny: 1, each question asked 3 times" in done.out
    assert "judge agreement" in done.out
    assert read_run(run).rows[0].answer == answer, "the run itself stays as it is"
    assert "judged correctness" in call("report", tmp_path / "run.judged.json").out
    told = json.loads(call("judge", run, "--out", tmp_path / "new.json", "--repeats", 1, "--json").out)
    assert (told["judged"], told["judge"]["repeats"], told["scores"]["judged support"]) == (1, 1, 1)
    server.close()


def test_rankings_go_out_and_come_in(call: Call, folder: Path) -> None:
    run, cases, ranking = made(folder / "run.json", 40), folder / "cases.jsonl", folder / "ours.trec"
    cases.write_text(cases_text(replace(case_of(0), id=f"c{n}") for n in range(30)))
    assert call("report", run, "--format", "qrels").out.startswith("c0 0 0.txt 1\nc1 0 0.txt 1\n")
    assert call("report", run, "--format", "trec", "--out", ranking).out.strip() == str(ranking)
    assert ranking.read_text().splitlines()[1] == "c1 Q0 0.txt 1 1.000000000 sourceline"
    done = call("import", ranking, cases, "--corpus", folder / "corpus", "--out", folder / "theirs.json")
    assert done.status == 0, done.err
    assert "30 cases, 30 with a ranking" in done.out
    assert "unranked" not in done.err
    ranking.write_text(ranking.read_text().splitlines()[0])
    refused = call("import", ranking, cases, "--corpus", folder / "corpus", "--out", run)
    assert (refused.status, "remove that file" in refused.err) == (3, True)
    few = call("import", ranking, cases, "--corpus", folder / "corpus", "--out", folder / "few.json")
    assert "29 cases unranked: counted as nothing found" in few.err
    assert "left out: 10 rankings of cases" in done.err
    measure = ("--measure", "RR (article)", "--measure", "Success@1 (article)")
    told = json.loads(call("compare", run, folder / "theirs.json", *measure, "--json").out)["runs"][0]
    assert [(d["measure"], d["n"], d["difference"]) for d in told["differences"]] == [
        ("RR (article)", 30, 0),
        ("Success@1 (article)", 30, 0),
    ]


def test_the_fewer_measures_the_less_is_corrected(call: Call, tmp_path: Path) -> None:
    good, bad = made(tmp_path / "good.json", 30), made(tmp_path / "bad.json", 25)
    measure = ("--measure", "Success@1 (article)")

    def told(*chosen: str) -> tuple[int, float]:
        found = json.loads(call("compare", good, bad, *chosen, "--json").out)["runs"][0]["differences"]
        return len(found), next(d["corrected"] for d in found if d["measure"] == measure[1])

    assert told(*measure) == (1, pytest.approx(2 / 2**5))
    every, corrected = told()
    assert every > 10
    assert corrected > 2 / 2**5


def test_check_says_where_evidence_is(call: Call, folder: Path) -> None:
    cases = folder / "cases.jsonl"
    assert "3 cases" in call("check", cases, "--corpus", folder / "corpus").out
    (folder / "corpus" / "1.txt").unlink()
    moved = folder / "corpus" / "2.txt"
    moved.write_text("A new first line.\n" + moved.read_text())
    done = call("check", cases, "--corpus", folder / "corpus")
    assert done.status == 3
    assert f"{cases}:2: c1: there is no article 1.txt" in done.out
    assert f"{cases}:3: c2: 2.txt" in done.out
    assert (
        done.err
        == "sourceline: 2 places of evidence not found as given: mend the cases, or give the --corpus that they are about\n"
    )


def test_every_faulty_line_of_the_cases_is_told_on_a_line(call: Call, folder: Path) -> None:
    cases = folder / "cases.jsonl"
    cases.write_text('{"id": "a"}\nnothing\n')
    done = call("run", cases, "--corpus", folder / "corpus", "--out", folder / "run.json", "--home", folder / "home")
    assert done.status == 3
    lines = done.err.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"{cases}:1", f"{cases}:2", "sourceline"]
    assert not (folder / "home").exists()


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("run", "none.jsonl", "--corpus", ".", "--out", "x.json"), 2, "none.jsonl"),
        (("run", "{cases}", "--corpus", "none", "--out", "x.json"), 2, "none"),
        (("run", "{cases}", "--corpus", "."), 2, "--out"),
        (("run", "{cases}", "--corpus", ".", "--out", "x.json", "--mode", "guess"), 2, "guess"),
        (("run", "{cases}", "--corpus", ".", "--out", "x.json", "--workers", "0"), 2, "--workers"),
        (("run", "{cases}", "--corpus", ".", "--out", "{cases}"), 3, "is not a run: give another --out"),
        (("report", "{cases}"), 3, "is not a run"),
        (("report", "none.json"), 3, "none.json cannot be read"),
        (("report", "{begun}"), 3, "is unfinished: 1 case kept: the same `sourceline eval run` goes on"),
        (("report", "{begun}.part"), 3, "is unfinished: 1 case kept: the same `sourceline eval run` goes on"),
        (("check", "{table}", "--corpus", "."), 3, "is a table: `sourceline eval convert table"),
        (("run", "{cases}", "--corpus", ".", "--out", "{cases}.none/x/y.json"), 3, "check --out"),
        (("report", "{a}", "--out", "{cases}.none/x/y.md"), 3, "check --out"),
        (("compare", "{a}"), 3, "one run cannot be compared"),
        (("compare", "{a}", "{b}", "--fail-if-worse", "RR"), 3, "MEASURE:THRESHOLD"),
        (("compare", "{a}", "{b}", "--fail-if-worse", "RR (passage):-1"), 3, "MEASURE:THRESHOLD"),
        (("compare", "{a}", "{b}", "--fail-if-worse", "PR (passage):0"), 3, "did you mean 'RR (passage)'"),
        (("compare", "{a}", "{b}", "--measure", "nDGC@10 (passage)"), 3, "did you mean 'nDCG@10 (passage)'"),
        (("compare", "{a}", "{b}", "--measure", "RR (passage)", "--fail-if-worse", "AP (passage):0"), 3, "leaves out"),
        (("run", "{empty}", "--corpus", ".", "--out", "x.json"), 3, "holds no case: write one JSON object a line"),
        (("check", "{empty}", "--corpus", "."), 3, "holds no case"),
        (("run", "{cases}", "--corpus", "{cases}", "--out", "x.json"), 2, "--corpus"),
        (("run", "{cases}", "--corpus", ".", "--out", "{cases}/x.json"), 3, "cannot be written"),
        (("report", "{a}", "--format", "trec", "--out", "{cases}/x"), 3, "cannot be written"),
        (("report", "{a}", "--out", "{a}"), 3, "a.json is the run itself"),
        (("report", "{a}", "--format", "html", "--out", "{b}"), 3, "b.json is a run: a report would take its place"),
        (("report", "{a}", "--out", "{cases}"), 3, "is a file of cases: a report would take its place"),
        (("judge", "{a}"), 3, "no language model is configured"),
        (("import", "{cases}", "{cases}", "--corpus", ".", "--out", "x.json"), 3, "not a place in a ranking"),
        (("import", "{empty}", "{cases}", "--corpus", ".", "--out", "x.json"), 3, "ranks nothing for any case"),
        (("import", "{empty}", "{cases}", "--corpus", ".", "--out", "{cases}"), 3, "is not a run: give another --out"),
        (("convert", "nothing", "{cases}", "x"), 3, "there is no set nothing"),
    ],
)
def test_what_cannot_be_done_is_said(
    call: Call, folder: Path, arguments: tuple[str, ...], status: int, says: str
) -> None:
    names = {n: made(folder / f"{n}.json", 30) for n in ("a", "b")} | {"cases": folder / "cases.jsonl"}
    names["empty"] = folder / "empty.jsonl"
    names["empty"].write_text("")
    names |= {"begun": folder / "begun.json", "table": folder / "table.csv"}
    names["table"].write_text("question,answer\n")
    (folder / "begun.json.part").write_text('{"made_with": {}}\n{}\n{"id"')
    before = names["cases"].read_text()
    done = call(*(a.format(**names) for a in arguments))
    assert done.status == status, done.err
    assert says in done.err
    assert status == 2 or len(done.err.splitlines()) == 1
    assert names["cases"].read_text() == before
    assert len(read_run(names["a"]).rows) == len(read_run(names["b"]).rows) == 40


def test_a_report_takes_the_place_of_a_report_whole_or_not_at_all(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, out = made(tmp_path / "a.json", 30), tmp_path / "link.json"
    (tmp_path / "report.json").write_text("an old report")
    out.symlink_to(tmp_path / "report.json")
    again = (call("report", run, "--format", "json", "--out", out) for _ in range(2))
    assert [done.status for done in again] == [0, 0]
    assert out.is_symlink()
    whole = out.read_text()
    assert json.loads(whole)["scores"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.json", "link.json", "report.json"]

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    done = call("report", run, "--format", "csv", "--out", out)
    assert (done.status, "cannot be written (No space left" in done.err) == (3, True)
    assert out.read_text() == whole
    assert len(list(tmp_path.iterdir())) == 3


def test_a_worse_run_fails_only_beyond_the_threshold(call: Call, tmp_path: Path) -> None:
    good, bad = made(tmp_path / "good.json", 38), made(tmp_path / "bad.json", 10)
    measure = "Success@1 (passage)"
    failed = call("compare", good, bad, "--fail-if-worse", f"{measure}:0.1")
    assert failed.status == 1
    assert failed.err.startswith(f"worse: {bad}: {measure}")
    assert "worse" in failed.out
    assert call("compare", good, bad, "--fail-if-worse", f"{measure}:0.9").status == 0
    assert call("compare", bad, good, "--fail-if-worse", f"{measure}:0").status == 0
    assert call("compare", good, bad).status == 0
    near = made(tmp_path / "near.json", 29)
    told = json.loads(call("compare", good, near, "--json", "--fail-if-worse", f"{measure}:0.01").out)
    [difference] = [d for d in told["runs"][0]["differences"] if d["measure"] == measure]
    assert difference["verdict"] == "no real difference", "corrected for all"
    assert len(told["failed"]) == 1, "corrected for itself"
    told = json.loads(call("compare", good, bad, "--json", "--fail-if-worse", f"{measure}:0").out)
    assert len(told["failed"]) == 1
    assert told["runs"][0]["differences"]


def test_measures_and_sets_are_listed_and_a_set_is_converted(call: Call, tmp_path: Path) -> None:
    assert "| nDCG@10 (passage) |" in call("measures").out
    names = [one["name"] for one in json.loads(call("sets", "--json").out)["sets"]]
    listed = call("sets").out
    assert all(f"{name} " in listed for name in names)
    article = {"title": "Bridge", "paragraphs": [{"context": "The bridge opens in May.", "qas": []}]}
    answer = {"text": "May", "answer_start": 20}
    article["paragraphs"][0]["qas"].append({"id": "q1", "question": "When does it open?", "answers": [answer]})  # type: ignore[index]
    (tmp_path / "squad.json").write_text(json.dumps({"version": "1.1", "data": [article]}))
    done = call("convert", "squad", tmp_path / "squad.json", tmp_path / "made")
    assert done.status == 0, done.err
    assert "1 case (1 answerable), 1 article" in done.out
    assert call("check", tmp_path / "made" / "cases.jsonl", "--corpus", tmp_path / "made" / "corpus").status == 0
