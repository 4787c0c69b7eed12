"""What the bench of refusals prints and draws, of judgements made by hand; and the training on questions made by hand."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from benchmarks.quality import questions
from benchmarks.quality.questions import CLOSE, Asked, halves
from benchmarks.quality.refusing import Judged, auc, by_part, curves, risks, summary, truth
from benchmarks.quality.train import fit, lines
from index.embed import Embedder
from rag.question.types import Query
from rag.types import Reading

RIGHT = Judged(part="sample", sure=0.9, answerable=True, wrong=False)
MISQUOTED = Judged(part="sample", sure=0.8, answerable=True, wrong=True)
FOOLED = Judged(part="sample", sure=0.7, answerable=False, wrong=True)
SILENT = Judged(part="sample", sure=0.1, answerable=False, wrong=True)
SETS = {"sample": [RIGHT, MISQUOTED, FOOLED, SILENT] * 5}


def test_area_under_roc_by_hand() -> None:
    assert auc([(0.9, 1.0), (0.8, 1.0), (0.85, 0.0), (0.1, 0.0)]) == pytest.approx(3 / 4)
    assert auc([(0.9, 1.0)]) is None


def test_both_errors_are_told_at_the_line_that_is_drawn() -> None:
    row = summary(SETS, 0.5)[1]
    assert row.startswith("sample    close ")
    cells = re.findall(r"\d\.\d+ \[", row)
    assert cells == ["1.000 [", "0.000 [", "0.500 ["]  # sorts all; refuses none wrongly; answers half wrongly
    assert re.findall(r"\d\.\d+ \[", summary(SETS, 0.75)[1]) == ["1.000 [", "0.000 [", "0.000 ["]
    assert [line.split()[-1] for line in by_part(SETS, 0.5)[1:]] == ["0.500", "-"]


def test_risk_counts_wrong_quotes_and_wrong_answers() -> None:
    row = risks(SETS, 0.5)[1]
    assert row.split() == ["sample", "0.000", "0.375", "0.583", "0.688", "0.750", "75%", "0.667"]
    assert "0.90→1.00 (5)" in truth(SETS)[1]


def test_the_curves_are_one_file_that_draws_itself() -> None:
    drawn = ET.fromstring(curves(dict.fromkeys(CLOSE, SETS["sample"])))
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(drawn.findall("{http://www.w3.org/2000/svg}svg")) == len(CLOSE)


def test_half_of_the_paragraphs_are_left_out_and_the_gold_moves(
    tmp_path: Path, words: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Questions about a paragraph that is indexed have an answer, in its place; the others have none."""
    paragraphs = ["The ferry sank in the harbour.", "The mayor bought a red bicycle.", "Snow closed the northern pass."]
    text = "\n\n".join(paragraphs)
    (tmp_path / "data/corpus/de").mkdir(parents=True)
    (tmp_path / "data/corpus/de/xq_de_000.md").write_text(text, encoding="utf-8")
    cases = []
    for number, (asked, quote) in enumerate(
        [("What sank?", "ferry"), ("Who bought it?", "mayor"), ("What closed?", "Snow")]
    ):
        place = {
            "file": "corpus/de/xq_de_000.md",
            "start": text.index(quote),
            "end": text.index(quote) + len(quote),
            "para_start": text.index(paragraphs[number]),
        }
        cases.append({"article": 0, "q_lang": "en", "doc_lang": "de", "question": asked, "evidence": [place]})
    (tmp_path / "data/questions.jsonl").write_text("\n".join(map(json.dumps, cases)), encoding="utf-8")
    monkeypatch.setattr(questions, "EVERY", 1)
    found = list(halves(tmp_path / "data", words, tmp_path / "homes", range(1)))
    assert [one.answerable for one in found] == [True, False, True, False, True, False]
    held = [
        next(c.text for c, r in zip(one.reading.sentences, one.right, strict=True) if r)
        for one in found
        if one.answerable
    ]
    assert held == [paragraphs[0], paragraphs[2], paragraphs[1]]


def test_the_line_of_a_target_refuses_no_larger_share_and_each_set_counts_the_same() -> None:
    reading = Reading(query=Query(text="", language="en"), hits=(), sentences=(), wanted=())
    few, many = (
        Asked(set=name, part=name, trains=True, reading=reading, answerable=True, right=[]) for name in ("few", "many")
    )
    some = [few] * 2 + [many] * 8
    sure = [0.1, 0.9] + [0.2] * 4 + [0.8] * 4  # by weight: a quarter at 0.1, then a sixteenth each
    found = lines(some, sure)
    assert (found["0.2"], found["0.3"], found["0.5"]) == (0.1, 0.2, 0.2)


def test_a_fit_is_of_the_values_as_they_are() -> None:
    rows = [{"far": 1000.0 + i, "near": 0.001 * (i % 3)} for i in range(40)]
    model = fit(rows, [i >= 20 for i in range(40)], [1.0] * 40)
    assert model.probability(rows[5]) < 0.2 < 0.8 < model.probability(rows[35])
