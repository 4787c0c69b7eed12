"""Cases are asked once, whatever happens; a run says what it was made with."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evals.cases import Case, CasesWrong, Evidence, cases_text, load_cases
from evals.evaluate import Evaluation, evaluate
from evals.header import cases_hash, corpus_hash, made_with, open_settings
from evals.run import count_kept, finish_run, journal_of, refuse_foreign, run_cases
from evals.runs import Outcome, Row, Run, RunWrong, Traced, read_run, row_object
from evals.systems import mode_of, opened
from index.errors import EmbedderFailed, ModelFailed, SettingsWrong
from rag.settings import Settings
from tests.rag.llm.server import ModelServer, written

ROOT = Path(__file__).parents[2]
GOLD = load_cases(ROOT / "evals" / "gold" / "sample.jsonl")
FOLDER = "notre-dame"
OURS = [c for c in GOLD if not c.history and all(e.file.startswith(FOLDER) for e in c.evidence)]
CASES = [*[c for c in OURS if c.answerable][:8], *[c for c in OURS if not c.answerable][:2]]
MANY = 16  # enough that a kill meets the middle
MADE: list[Case] = [Case(id=f"case-{n}", question=f"Question {n}?", answerable=False) for n in range(9)]


def echo(case: Case) -> Outcome:
    return Outcome(answer={"question": case.question, "refused": True})


class Counted:
    """A system that counts whom it was asked, and does `otherwise` at some of them."""

    def __init__(self, otherwise: dict[str, Callable[[], Any]] | None = None) -> None:
        self.asked: list[str] = []
        self.otherwise = otherwise or {}

    def __call__(self, case: Case) -> Outcome:
        self.asked.append(case.id)
        self.otherwise.get(case.id, lambda: None)()
        return echo(case)


def failing(error: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def steady(rows: Any) -> list[dict[str, Any]]:
    """Rows without what every run has of its own."""
    return [{k: v for k, v in row_object(row).items() if k != "timings"} for row in rows]


# The journal


def test_rows_come_in_the_order_of_the_cases_from_any_number_of_workers(tmp_path: Path) -> None:
    slow = Counted({"case-0": lambda: time.sleep(0.1)})
    rows = run_cases(MADE, slow, tmp_path / "a.part", workers=4)
    assert [row.case.id for row in rows] == [case.id for case in MADE]
    assert rows == run_cases(MADE, echo, tmp_path / "b.part")


def test_each_row_is_in_the_journal_before_the_next_case_is_asked(tmp_path: Path) -> None:
    journal, seen = tmp_path / "run.json.part", []

    def system(case: Case) -> Outcome:
        seen.append(len(journal.read_bytes().splitlines()) - 1)
        return echo(case)

    run_cases(MADE, system, journal)
    assert seen == list(range(len(MADE)))


@pytest.mark.parametrize("workers", [1, 3])
def test_after_an_interruption_only_the_rest_is_asked(tmp_path: Path, workers: int) -> None:
    journal = tmp_path / "run.json.part"
    with pytest.raises(KeyboardInterrupt):
        run_cases(MADE, Counted({"case-4": failing(KeyboardInterrupt())}), journal, made_with={"mode": "m"})
    kept = count_kept(journal)
    assert kept == 4
    again, told = Counted(), []
    rows = run_cases(MADE, again, journal, made_with={"mode": "m"}, workers=workers, progress=lambda *n: told.append(n))
    assert sorted(again.asked) == [f"case-{n}" for n in range(4, 9)]
    assert told == [(n, 9) for n in range(4, 10)]
    assert rows == run_cases(MADE, echo, tmp_path / "whole.part")


def test_an_interruption_waits_for_no_case_that_has_not_begun(tmp_path: Path) -> None:
    """With workers, those that are being asked end; the others are never asked."""
    gate = threading.Event()
    system = Counted(
        {f"case-{n}": lambda: gate.wait(5) for n in range(1, 9)} | {"case-0": failing(KeyboardInterrupt())}
    )
    threading.Timer(0.2, gate.set).start()
    with pytest.raises(KeyboardInterrupt):
        run_cases(MADE, system, tmp_path / "run.json.part", workers=2)
    assert len(system.asked) <= 4


@pytest.mark.parametrize(
    "torn", [b'{"case": {"id": "case-3', b'{"question": "x"}\n', b"\0\0\0\0\n", b"[]\n", b'{"case"']
)
def test_what_a_kill_left_half_written_is_asked_again(tmp_path: Path, torn: bytes) -> None:
    journal = tmp_path / "run.json.part"
    run_cases(MADE[:3], echo, journal)
    with journal.open("ab") as file:
        file.write(torn)
    again = Counted()
    rows = run_cases(MADE, again, journal)
    assert again.asked == [f"case-{n}" for n in range(3, 9)]
    assert rows == run_cases(MADE, echo, tmp_path / "whole.part")
    assert count_kept(journal) == 9, "what was torn is no longer in the way"


def test_a_whole_row_without_its_line_end_is_asked_again(tmp_path: Path) -> None:
    journal = tmp_path / "run.json.part"
    run_cases(MADE[:3], echo, journal)
    os.truncate(journal, journal.stat().st_size - 1)
    again = Counted()
    run_cases(MADE[:3], again, journal)
    assert again.asked == ["case-2"]


def test_the_journal_of_another_run_is_refused_and_says_what_differs(tmp_path: Path) -> None:
    journal = tmp_path / "run.json.part"
    run_cases(MADE[:1], echo, journal, made_with={"mode": "search", "corpus": "a", "hits": 10})
    with pytest.raises(RunWrong, match=r"run.json.part.*--fresh.*--out.*differs: corpus, mode\)"):
        run_cases(MADE, echo, journal, made_with={"mode": "quotes", "corpus": "b", "hits": 10})
    assert count_kept(journal) == 1


def test_a_row_of_a_case_that_has_changed_is_not_taken(tmp_path: Path) -> None:
    journal = tmp_path / "run.json.part"
    run_cases(MADE[:2], echo, journal)
    other = [MADE[0], Case(id="case-1", question="Something else?", answerable=False)]
    assert run_cases(other, echo, journal)[1].answer["question"] == "Something else?"


@pytest.mark.parametrize("content", [b"", b"{}\n", b"something of mine\n", b"\xff\xfe\n"])
def test_a_file_that_is_no_journal_is_left_alone(tmp_path: Path, content: bytes) -> None:
    journal = tmp_path / "run.json.part"
    journal.write_bytes(content)
    with pytest.raises(RunWrong, match="not the journal of a run"):
        run_cases(MADE, echo, journal)
    assert journal.read_bytes() == content


# Failures


def test_a_case_that_crashes_is_a_row_that_says_where(tmp_path: Path) -> None:
    crash = failing(TypeError("no such thing"))
    rows = run_cases(MADE, Counted({"case-2": crash}), tmp_path / "run.json.part")
    assert [row.case.id for row in rows if row.error] == ["case-2"]
    assert rows[2].error
    assert rows[2].error.startswith("TypeError: no such thing (evals/test_run.py:")
    assert rows[2].error.endswith(", fail)")
    assert rows[2].answered is None


def test_a_named_failure_of_single_cases_is_a_row(tmp_path: Path) -> None:
    fail = failing(EmbedderFailed("the endpoint hiccuped", "ask again"))
    rows = run_cases(MADE, Counted({"case-1": fail, "case-2": fail, "case-8": fail}), tmp_path / "run.json.part")
    assert [row.case.id for row in rows if row.error] == ["case-1", "case-2", "case-8"]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_named_failure_of_every_case_stops_the_run_and_leaves_no_row(tmp_path: Path, workers: int) -> None:
    journal, fail = tmp_path / "run.json.part", failing(EmbedderFailed("the endpoint is gone", "start it"))
    dead = Counted({f"case-{n}": fail for n in range(3, 9)})
    with pytest.raises(EmbedderFailed, match="the endpoint is gone: start it"):
        run_cases(MADE, dead, journal, workers=workers)
    assert count_kept(journal) <= 3
    assert workers > 1 or len(dead.asked) == 6, "three that answered, three that failed"
    assert not any(row.error for row in run_cases(MADE, echo, journal))


def test_a_failure_that_concerns_a_single_case_cannot_hold_up_its_run_for_ever(tmp_path: Path) -> None:
    journal, fail = tmp_path / "run.json.part", failing(EmbedderFailed("too long", "shorten it"))
    run_cases(MADE[:8], echo, journal)
    assert run_cases(MADE, Counted({"case-8": fail}), journal)[8].error


# The file of a run


def test_the_run_takes_the_place_of_its_journal(tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder" / "run.json"
    odd = Row(case=MADE[0], answer={"answer": "half a pair: \ud83d, a whole one: 😀"})
    rows = run_cases(MADE[1:], echo, journal_of(out))
    finish_run(out, Run(header={"made_with": {}}, rows=(odd, *rows)))
    assert [path.name for path in out.parent.iterdir()] == ["run.json"]
    assert read_run(out).rows == (odd, *rows)


def test_a_run_that_cannot_be_written_says_so_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    system = Counted()
    with pytest.raises(RunWrong, match=r"file/run\.json\.part cannot be written"):
        run_cases(MADE, system, journal_of(tmp_path / "file" / "run.json"))
    assert not system.asked


def test_a_file_that_is_not_a_run_is_not_written_over(tmp_path: Path) -> None:
    mine, old = tmp_path / "cases.jsonl", tmp_path / "run.json"
    mine.write_text(cases_text(MADE))
    finish_run(old, Run(header={}, rows=()))
    refuse_foreign(old)
    refuse_foreign(tmp_path / "none.json")
    with pytest.raises(RunWrong, match="is not a run"):
        refuse_foreign(mine)


# Sourceline


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory, model_home: Path) -> Settings:
    """A home with the articles about Notre-Dame."""
    home = tmp_path_factory.mktemp("evals")
    shutil.copytree(model_home / "models", home / "models")
    shutil.copytree(ROOT / "corpus" / FOLDER, home / "corpus" / FOLDER)
    (home / "cases.jsonl").write_text(cases_text(CASES), encoding="utf-8")
    return Settings(home=home)


def given(settings: Settings, out: Path, **changed: Any) -> Evaluation:
    corpus, cases = settings.home / "corpus", settings.home / "cases.jsonl"
    return Evaluation(**{"settings": settings, "cases": cases, "corpus": corpus, "out": out, **changed})


@pytest.fixture(scope="session")
def quotes(settings: Settings) -> Run:
    """A run that nothing has interrupted."""
    return evaluate(given(settings, settings.home / "quotes.json"))


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


def test_a_language_model_that_is_not_there_stops_the_run(settings: Settings, tmp_path: Path) -> None:
    dead = settings.model_copy(update={"llm_url": "http://127.0.0.1:9", "llm_model": "m", "llm_seconds": 0.5})
    with pytest.raises(ModelFailed):
        evaluate(given(dead, tmp_path / "run.json", limit=1))
    assert count_kept(journal_of(tmp_path / "run.json")) == 0


# The header


def test_what_a_run_was_made_with_tells_runs_apart(settings: Settings, quotes: Run) -> None:
    changed = settings.model_copy(update={"hits": 5})
    with opened(settings, settings.home / "corpus", "quotes") as (system, _):
        assistant = system.assistant
        same = made_with(settings.model_copy(update={"home": Path("elsewhere")}), assistant, CASES, "quotes")
        assert json.loads(json.dumps(same)) == quotes.header["made_with"]
        others = {
            "settings": made_with(changed, assistant, CASES, "quotes"),
            "cases": made_with(settings, assistant, CASES[1:], "quotes"),
            "mode": made_with(settings, assistant, CASES, "search"),
        }
    for key, other in others.items():
        assert [k for k in same if same[k] != other[k]] == [key]


def test_the_header_names_the_model_that_wrote_though_no_setting_does(settings: Settings, tmp_path: Path) -> None:
    server = ModelServer()
    server.says(written("It is so. [1]"))
    serving = settings.model_copy(update={"llm_url": server.url, "answer_above": 0.0})
    made = evaluate(given(serving, tmp_path / "run.json", limit=1)).header["made_with"]
    server.close()
    assert (made["mode"], made["settings"]["llm_model"], made["language_model"]) == ("written", "", "tiny")


def test_the_header_says_where_the_figures_come_from(settings: Settings, quotes: Run) -> None:
    header = quotes.header
    assert header["corpus_folder"] == str(settings.home / "corpus")
    assert header["articles"] > 0
    assert header["seconds"] > 0
    assert header["machine"]["cores"] == os.cpu_count()
    assert header["made_with"]["versions"].keys() >= {"python", "sourceline", "chromadb"}
    assert header["made_with"]["prompts"].keys() >= {"refusal.en.txt"}


def test_no_secret_is_in_a_header() -> None:
    secret = {
        "embedder_key": "s3cret",
        "llm_key": "s3cret",
        "embedder_url": "https://me:s3cret@host/v1?api-key=s3cret",
        "llm_url": "https://s3cret@host/v1",
        "chroma_url": "http://host:8000/?token=s3cret",
        "embedder_arguments": {"auth": "s3cret", "model_name": "m", "headers": {"X": "s3cret"}, "dimensions": 256},
        "llm_arguments": {"extra": ["s3cret"]},
    }
    shown = open_settings(Settings(**secret), written=True)  # type: ignore[arg-type]
    assert "s3cret" not in json.dumps(shown)
    assert shown["embedder_url"] == "https://…@host/v1"
    assert shown["embedder_arguments"] == {"auth": "…", "model_name": "m", "headers": "…", "dimensions": 256}
    assert not [name for name in open_settings(Settings(**secret), written=False) if name.startswith("llm")]  # type: ignore[arg-type]


def test_the_hash_of_the_cases_is_of_what_they_say(tmp_path: Path) -> None:
    spaced = tmp_path / "cases.jsonl"
    spaced.write_text("\n\n" + cases_text(CASES).replace('": ', '":   '), encoding="utf-8")
    assert cases_hash(load_cases(spaced)) == cases_hash(CASES) != cases_hash(CASES[::-1])


# Killed


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
