"""Sourceline is evaluated from end to end, and killed on the way."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from evals.cases import Case, CasesWrong, Evidence, cases_text
from evals.evaluate import drawn, evaluate
from evals.header import corpus_hash
from evals.run import count_kept, journal_of
from evals.runs import Run, RunWrong, Traced, read_run
from evals.systems import Mode, mode_of, opened, workers_for
from index.errors import ModelFailed, SettingsWrong
from rag.finder import Finder
from rag.question.types import Query
from rag.settings import Settings
from rag.types import Reading
from tests.evals.sample import CASES, FOLDER, GOLD, OURS, ROOT, given, steady

MANY = 16  # enough that a kill meets the middle


def test_quotes_are_the_answers_that_ask_gives(settings: Settings, quotes: Run) -> None:
    assert [row.case for row in quotes.rows] == CASES
    assert not any(row.error for row in quotes.rows)
    for row in quotes.rows:
        assert row.answer["mode"] == "quotes"
        assert len(row.hits) == 10
        for citation in row.answer["citations"]:
            assert citation["file"].startswith(FOLDER)
            assert citation["quote"]
    assert steady(read_run(settings.home / "quotes.json").rows) == steady(quotes.rows)


def test_the_trace_says_where_each_piece_of_evidence_stood(quotes: Run) -> None:
    for row in quotes.rows:
        assert len(row.trace) == len(row.case.evidence)
        for piece, traced in zip(row.gold, row.trace, strict=True):
            assert traced.indexed
            assert traced.dense
            assert traced.fused or not any(hit.overlaps(piece) for hit in row.hits)


def test_search_alone_finds_the_same_hits(settings: Settings, quotes: Run) -> None:
    run = evaluate(given(settings, settings.home / "search.json", mode="search", workers=4))
    assert all(row.answer.keys() == {"question", "hits", "timings"} for row in run.rows)
    assert [row.answer["hits"] for row in run.rows] == [row.answer["hits"] for row in quotes.rows]
    assert [row.trace for row in run.rows] == [row.trace for row in quotes.rows]
    assert all(row.answered is None for row in run.rows)


def test_workers_change_nothing(settings: Settings, quotes: Run) -> None:
    run = evaluate(given(settings, settings.home / "workers.json", workers=4))
    assert steady(run.rows) == steady(quotes.rows)
    assert run.header["made_with"] == quotes.header["made_with"]


def test_whole_articles_and_what_is_not_indexed_are_traced(settings: Settings) -> None:
    pieces = tuple(Evidence(file=file) for file in (CASES[0].evidence[0].file, "notre-dame/none.txt"))
    with opened(settings, settings.home / "corpus", "search") as (system, _):
        found, missing = system(replace(CASES[0], evidence=pieces)).trace
    assert found.indexed
    assert found.fused == 1
    assert missing == Traced(indexed=False)


def test_the_articles_are_indexed_once_and_kept_as_they_are_now(settings: Settings, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    shutil.copytree(settings.home / "corpus", corpus)
    reports = []
    for change in (lambda: None, lambda: None, lambda: next(corpus.rglob("*.txt")).unlink()):
        change()
        with opened(settings, corpus, "search") as (system, report):
            reports.append((report.embedded > 0, len(report.removed), corpus_hash(system.assistant.catalog)))
    first, same, less = reports
    assert (first[0], same[0], less[0]) == (True, False, False)
    assert (first[1], same[1], less[1]) == (0, 0, 1)
    assert first[2] == same[2] != less[2]


def test_a_question_that_is_too_long_costs_its_case_alone(settings: Settings) -> None:
    long = Case(id="long", question="why " * 1000, answerable=False)
    with (
        opened(settings, settings.home / "corpus", "quotes") as (system, _),
        pytest.raises(ValueError, match="2000 are"),
    ):
        system(long)


def test_evidence_that_is_not_there_is_told_before_anything_is_asked(settings: Settings, tmp_path: Path) -> None:
    piece = CASES[0].evidence[0]
    elsewhere = replace(CASES[0], evidence=(replace(piece, start=piece.start + 1, end=piece.end + 1),))  # type: ignore[operator]
    nowhere = replace(CASES[1], evidence=(Evidence(file="notre-dame/gone.txt"),))
    cases = tmp_path / "cases.jsonl"
    cases.write_text(cases_text([elsewhere, nowhere]), encoding="utf-8")
    with pytest.raises(CasesWrong, match="--allow-stale") as told:
        evaluate(given(settings, tmp_path / "run.json", cases=cases))
    first, second = told.value.what.splitlines()
    assert f"nearest at {piece.start}" in first
    assert "there is no article notre-dame/gone.txt" in second
    assert not journal_of(tmp_path / "run.json").exists()
    run = evaluate(given(settings, tmp_path / "run.json", cases=cases, mode="search", allow_stale=True))
    assert [traced.indexed for row in run.rows for traced in row.trace] == [True, False]


def test_no_case_is_no_evaluation(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_text("\n")
    with pytest.raises(CasesWrong, match="holds no case"):
        evaluate(given(settings, tmp_path / "run.json", cases=tmp_path / "cases.jsonl"))


def test_the_mode_is_the_one_that_answers_unless_it_is_given(settings: Settings, tmp_path: Path) -> None:
    written = settings.model_copy(update={"llm_url": "http://127.0.0.1:9", "llm_model": "m"})
    assert mode_of(settings) == "quotes"
    assert mode_of(written) == "written"
    assert mode_of(written.model_copy(update={"mode": "quotes"})) == "quotes"
    with pytest.raises(SettingsWrong, match="no language model"):
        evaluate(given(settings, tmp_path / "run.json", mode="written"))


@pytest.mark.parametrize(
    ("model", "mode", "wanted", "asked"),
    [
        ({}, "quotes", None, 1),
        ({}, "search", 6, 6),
        ({"llm": "model.GGUF"}, "written", None, 1),
        ({"llm": "model.gguf"}, "written", 8, 1),
        ({"llm": "model.gguf"}, "quotes", 8, 8),
        ({"llm_url": "http://localhost:8080/v1"}, "written", None, 1),
        ({"llm_url": "http://127.0.0.1:8080/v1"}, "written", 3, 3),
        ({"llm_url": "https://models.example/v1"}, "written", None, 4),
        ({"llm_url": "https://models.example/v1"}, "written", 2, 2),
        ({"llm_key": "k", "llm_model": "m"}, "written", None, 4),
        ({"llm": "llama_index.llms.some.Class"}, "written", None, 1),
    ],
)
def test_as_many_cases_at_the_same_time_as_the_model_allows(
    model: dict[str, str], mode: Mode, wanted: int | None, asked: int
) -> None:
    assert workers_for(Settings(**model), mode, wanted) == asked  # type: ignore[arg-type]


def test_a_language_model_that_is_not_there_stops_the_run(settings: Settings, tmp_path: Path) -> None:
    model = {"llm_url": "http://127.0.0.1:9", "llm_model": "m", "llm_seconds": 0.5}
    dead = settings.model_copy(update={**model, "answer_above": 0.0})
    with pytest.raises(ModelFailed):
        evaluate(given(dead, tmp_path / "run.json", limit=1))
    assert count_kept(journal_of(tmp_path / "run.json")) == 0


def test_stopped_in_the_middle_and_run_again_is_as_if_nothing_had_happened(
    settings: Settings, quotes: Run, tmp_path: Path
) -> None:
    def stop(what: str, done: int, total: int) -> None:
        if (what, done) == ("cases", 4):
            raise KeyboardInterrupt

    out = tmp_path / "run.json"
    with pytest.raises(KeyboardInterrupt):
        evaluate(given(settings, out), stop)
    assert (count_kept(journal_of(out)), out.exists()) == (4, False)
    run = evaluate(given(settings, out))
    assert run.header["resumed"] == 4
    assert run.header["made_with"] == quotes.header["made_with"]
    assert steady(run.rows) == steady(quotes.rows)
    assert not journal_of(out).exists()


@pytest.mark.slow
def test_killed_in_the_middle_and_run_again_is_as_if_nothing_had_happened(settings: Settings, tmp_path: Path) -> None:
    cases, out = tmp_path / "cases.jsonl", tmp_path / "run.json"
    cases.write_text(cases_text(OURS[:MANY]), encoding="utf-8")
    whole = evaluate(given(settings, tmp_path / "whole.json", cases=cases))
    command = [sys.executable, "-m", "ui", "eval", "run", str(cases), "--corpus", str(settings.home / "corpus")]
    command += ["--out", str(out), "--home", str(settings.home), "--json"]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    while child.poll() is None and count_of_lines(journal_of(out)) < 4:
        time.sleep(0.002)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert child.returncode == -signal.SIGKILL
    kept = count_kept(journal_of(out))
    assert 3 <= kept < MANY
    assert not out.exists()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    run = read_run(out)
    assert steady(run.rows) == steady(whole.rows)
    assert run.header["made_with"] == whole.header["made_with"]
    assert run.header["resumed"] == kept
    assert not journal_of(out).exists()


def count_of_lines(file: Path) -> int:
    return file.read_bytes().count(b"\n") if file.exists() else 0


def test_a_finished_run_gives_way_to_its_like_alone(settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "run.json"
    evaluate(given(settings, out, mode="search", limit=2))
    before = out.read_bytes()
    other = settings.model_copy(update={"sentences": 1})
    with pytest.raises(RunWrong, match=r"made otherwise: sentences 3 → 1: .*--fresh"):
        evaluate(given(other, out, mode="search", limit=2, protect=True))
    assert out.read_bytes() == before
    evaluate(given(settings, out, mode="search", limit=2, protect=True))
    assert evaluate(given(other, out, mode="search", limit=2, protect=True, fresh=True)).header["cases_in_file"] == len(
        CASES
    )


def test_a_few_cases_are_drawn_from_all_of_a_file() -> None:
    numbered = dict(enumerate(GOLD, 1))
    some = drawn(numbered, 40)
    assert len(some) == 40
    assert list(some) == sorted(some)
    assert max(some) > len(numbered) * 0.8
    assert drawn(dict(reversed(numbered.items())), 40) == some
    assert drawn(numbered, None) == numbered


def test_the_first_case_waits_for_no_model(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[str] = []
    ranked = Finder.ranked

    def noted(self: Finder, query: Query, k: int | None = None) -> Reading:
        asked.append(query.text)
        return ranked(self, query, k)

    monkeypatch.setattr(Finder, "ranked", noted)
    run = evaluate(given(settings, tmp_path / "run.json", mode="search", limit=2))
    assert asked == ["What does a bridge cost?", *(row.case.question for row in run.rows)]
