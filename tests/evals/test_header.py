"""A run says what it was made with, and where its figures come from."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

import prompts
from evals.cases import cases_text, load_cases
from evals.evaluate import evaluate
from evals.header import cases_hash, made_with, open_settings, prompts_hashes
from evals.runs import Run
from evals.systems import opened
from index.errors import RerankerFailed
from rag.settings import Settings
from tests.evals.sample import CASES, given
from tests.rag.llm.server import ModelServer, body, written


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
        assert [k for k in same if same[k] != other[k] and k != "prompts"] == [key]


def test_the_header_names_the_model_that_wrote_though_no_setting_does(settings: Settings, tmp_path: Path) -> None:
    server = ModelServer()
    server.says(written("It is so. [1]"))
    serving = settings.model_copy(update={"llm_url": server.url, "answer_above": 0.0})
    made = evaluate(given(serving, tmp_path / "run.json", limit=1)).header["made_with"]
    server.close()
    assert (made["mode"], made["settings"]["llm_model"], made["language_model"]) == ("written", "", "tiny")


def test_the_header_names_the_reranker_and_one_that_fails_stops_the_run(settings: Settings, tmp_path: Path) -> None:
    def scored(to: BaseHTTPRequestHandler) -> None:
        count = len(server.requests[-1]["documents"])
        body(200, {"results": [{"index": i, "relevance_score": -i} for i in range(count)]})(to)

    server = ModelServer()
    server.says(scored, scored, body(503, {"message": "loading"}))
    url = server.url.replace("http://", "http://me:secret@")
    reranking = settings.model_copy(update={"mode": "quotes", "reranker_url": url, "reranker_key": "k-1"})
    run = evaluate(given(reranking, tmp_path / "run.json", limit=1))
    assert run.header["made_with"]["reranker"] == f"{server.url}/rerank"
    assert "reranker" in run.rows[0].answer["hits"][0]["parts"]
    told = (tmp_path / "run.json").read_text()
    assert "secret" not in told
    assert "k-1" not in told
    for mode in ("quotes", "search"):  # one order in a run: what is measured is not covered by our own
        with pytest.raises(RerankerFailed, match=r"answered 503 \(loading\)"):
            evaluate(given(reranking, tmp_path / f"{mode}.json", limit=1, mode=mode))
    server.close()


def test_the_header_says_where_the_figures_come_from(settings: Settings, quotes: Run) -> None:
    header = quotes.header
    assert header["corpus_folder"] == str(settings.home / "corpus")
    assert header["articles"] > 0
    assert header["seconds"] > 0
    assert header["machine"]["cores"] == os.cpu_count()
    assert header["made_with"]["versions"].keys() >= {"python", "sourceline", "chromadb"}
    assert header["made_with"]["prompts"].keys() >= {"refusal.en.txt"}


def test_only_what_the_mode_says_or_asks_with_tells_runs_apart() -> None:
    search, quoted, wrote = (prompts_hashes(mode).keys() for mode in ("search", "quotes", "written"))
    assert not search
    assert quoted == {f"{name}.txt" for name in prompts.names() if "." in name}
    to_models = {name for name in prompts.names() if "." not in name}
    assert wrote - quoted == {f"{name}.txt" for name in to_models if not name.startswith("judge_")}


def test_what_does_not_reach_the_system_is_counted(settings: Settings, quotes: Run, tmp_path: Path) -> None:
    dated = replace(CASES[1], as_of=date(2024, 12, 8))
    (tmp_path / "cases.jsonl").write_text(cases_text([CASES[0], dated, CASES[2]]), encoding="utf-8")
    header = evaluate(given(settings, tmp_path / "run.json", cases=tmp_path / "cases.jsonl", mode="search")).header
    assert header["asked_without_as_of"] == 1
    assert quotes.header["asked_without_as_of"] == 0


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
