from pathlib import Path

import ir_measures
import pytest

from evals.cases import Case, Evidence, cases_text
from evals.header import cases_hash
from evals.measures import scores
from evals.runs import Region, Row
from evals.sets import SetWrong
from evals.sets.trec import imported, qrels_text, ranking_text, read_qrels, read_run_file, run_of
from index.types import Span

PLACES = (
    Evidence(file="sea/the ferry.txt", quote="noon", start=3, end=7, relevance=1),
    Evidence(file="sea/the ferry.txt", relevance=2),
    Evidence(file="100%.txt"),
)
CASES = (
    Case(id="a 1", question="When?", answerable=True, evidence=PLACES),
    Case(id="b", question="Who?", answerable=False),
)


def row(*files: str) -> Row:
    hits = [{"file": file, "start": number, "end": number + 5} for number, file in enumerate(files)]
    return Row(case=CASES[0], answer={"question": "When?", "hits": hits, "timings": {}})


def test_qrels_come_back_with_the_highest_grade_of_an_article(tmp_path: Path) -> None:
    (tmp_path / "qrels").write_text(qrels_text(CASES), encoding="utf-8")
    assert read_qrels(tmp_path / "qrels") == {"a 1": {"sea/the ferry.txt": 2, "100%.txt": 1}}
    assert (tmp_path / "qrels").read_text(encoding="utf-8").splitlines()[0] == "a%201 0 sea/the%20ferry.txt 2"


def test_a_ranking_comes_back_with_each_article_once(tmp_path: Path) -> None:
    ranked = ranking_text([row("x.txt", "sea/the ferry.txt", "x.txt", "100%.txt")], "our own")
    (tmp_path / "run").write_text(ranked, encoding="utf-8")
    assert read_run_file(tmp_path / "run") == {"a 1": ["x.txt", "sea/the ferry.txt", "100%.txt"]}


def test_another_program_scores_what_is_written(tmp_path: Path) -> None:
    (tmp_path / "qrels").write_text(qrels_text(CASES), encoding="utf-8")
    (tmp_path / "run").write_text(ranking_text([row("x.txt", "sea/the ferry.txt", "100%.txt")]), encoding="utf-8")
    judged = ir_measures.read_trec_qrels(str(tmp_path / "qrels"))
    ranked = ir_measures.read_trec_run(str(tmp_path / "run"))
    assert ir_measures.calc_aggregate([ir_measures.RR], judged, ranked) == {ir_measures.RR: 0.5}


def test_a_ranking_is_read_by_score_then_rank(tmp_path: Path) -> None:
    lines = ("b Q0 one 1 1.5 t", "b Q0 two 2 1e1 t", "", "b Q0 three 4 -2 t", "b Q0 four 3 -2 t")
    (tmp_path / "run").write_text("\n".join(lines), encoding="utf-8")
    assert read_run_file(tmp_path / "run") == {"b": ["two", "one", "four", "three"]}


def test_an_article_twice_in_a_ranking_is_named(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("b Q0 one 1 2 t\nc Q0 one 1 2 t\nb Q0 one 2 1 t\n", encoding="utf-8")
    with pytest.raises(SetWrong, match="run:3: one is ranked for b already"):
        read_run_file(tmp_path / "run")


def test_a_foreign_ranking_becomes_a_run_of_whole_articles(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("Twelve chars", encoding="utf-8")
    run = run_of(CASES, {"a 1": ["one"]}, tmp_path, "bm25")
    assert run.header == {"system": "bm25"}
    assert run.rows[0].hits == (Region(file="one.txt", span=Span(start=0, end=12)),)
    assert (run.rows[1].case.id, run.rows[1].hits, run.rows[1].answered) == ("b", (), None)
    with pytest.raises(SetWrong, match="there is no article two in"):
        run_of(CASES, {"b": ["two"]}, tmp_path, "bm25")


def test_a_ranking_in_a_file_is_a_run_that_is_scored(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    for name in ("one.txt", "two.txt"):
        (tmp_path / "corpus" / name).write_text("Twelve chars", encoding="utf-8")
    cases = [Case(id=i, question="?", answerable=True, evidence=(Evidence(file="two.txt"),)) for i in ("a", "b")]
    (tmp_path / "cases.jsonl").write_text(cases_text(cases), encoding="utf-8")
    ranking = tmp_path / "bm25.trec"
    ranking.write_text("a Q0 one 1 2 t\na Q0 two 2 1 t\nother Q0 one 1 1 t\n", encoding="utf-8")
    run = imported(ranking, tmp_path / "cases.jsonl", tmp_path / "corpus")
    assert scores(run.rows)["RR (article)"] == 0.25, "the second of one, nothing of the other"
    assert run.header["system"] == "bm25"
    assert run.header["made_with"] == {"cases": cases_hash(cases)}
    ranking.write_text("other Q0 one 1 1 t\n", encoding="utf-8")
    with pytest.raises(SetWrong, match=r"ranks nothing for any case of .*cases\.jsonl"):
        imported(ranking, tmp_path / "cases.jsonl", tmp_path / "corpus")


@pytest.mark.parametrize("line", ["b Q0 one 1 1.5", "b Q0 one first 1.5 t", "b Q0 one 1 high t"])
def test_a_faulty_line_of_a_ranking_is_named(line: str, tmp_path: Path) -> None:
    (tmp_path / "run").write_text(f"b Q0 one 1 1.5 t\n{line}\n", encoding="utf-8")
    with pytest.raises(SetWrong, match=r"run:2: not a place in a ranking: write: case Q0 file rank score tag"):
        read_run_file(tmp_path / "run")


@pytest.mark.parametrize("line", ["b 0 one", "b 0 one yes", "b 0 one 1 more", "one 1"])
def test_a_faulty_line_of_judgements_is_named(line: str, tmp_path: Path) -> None:
    (tmp_path / "qrels").write_text(f"query-id\tcorpus-id\tscore\n{line}\n", encoding="utf-8")
    with pytest.raises(SetWrong, match=r"qrels:2: not a judgement: write: case 0 file relevance"):
        read_qrels(tmp_path / "qrels")
