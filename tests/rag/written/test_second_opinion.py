"""A second opinion on sentences where verification is not sure, from a model behind a loopback server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index.errors import SettingsWrong
from rag.assistant import Assistant
from rag.build import writer
from rag.llm import LanguageModel, ModelSpec, Usage, make_model
from rag.settings import Settings
from rag.verify import Verdict, Verifier
from rag.written.judge import Judge
from rag.written.write import Writer
from tests.rag.llm.server import ModelServer, Reply, fault, written

QUESTION = "How many articles does the treaty between Russia and Iran have?"
PARTIAL = Verdict(support="partial", reasons=("only a part",), close=True)
SURE = Verdict(support="unsupported", reasons=("8 months",))


@pytest.fixture
def model(server: ModelServer) -> LanguageModel:
    return make_model(ModelSpec(engine="openai", model="tiny", base_url=server.url, seconds=30))


@pytest.mark.parametrize(
    ("before", "said", "support"),
    [
        (PARTIAL, "Yes.", "supported"),
        (PARTIAL, "no", "partial"),
        (Verdict(support="supported", close=True), "No, it does not.", "partial"),
        (Verdict(support="unsupported", close=True), "yes", "supported"),
        (Verdict(support="unsupported", close=True), "no", "unsupported"),
    ],
)
def test_what_is_close_is_decided_and_its_reason_is_the_models(
    model: LanguageModel, server: ModelServer, before: Verdict, said: str, support: str
) -> None:
    server.says(written(said))
    judge = Judge(model=model)
    verdict = judge.verdict("It has 47 articles.", [], before)
    assert verdict.support == support
    assert verdict.reasons[0].startswith("tiny ")
    assert verdict.reasons[1:] == (() if said.lower().startswith("yes") else before.reasons)
    assert judge.spent == [Usage(prompt=11, completion=7)]
    assert judge.warnings() == []


def test_what_is_sure_is_not_asked(model: LanguageModel, server: ModelServer) -> None:
    server.says(written("yes"))
    assert Judge(model=model).verdict("It took 8 months.", [], SURE) == SURE
    assert server.requests == []


@pytest.mark.parametrize(
    ("reply", "why"), [(fault(500, "out of order"), "out of order"), (written("Maybe"), "neither")]
)
def test_a_failure_leaves_the_verdict_and_is_said_once(
    model: LanguageModel, server: ModelServer, reply: Reply, why: str
) -> None:
    server.says(reply)
    judge = Judge(model=model)
    assert judge.verdict("It has 47 articles.", [], PARTIAL) == PARTIAL
    asked = len(server.requests)
    assert judge.verdict("It runs for 20 years.", [], PARTIAL) == PARTIAL
    assert len(server.requests) == asked
    (warning,) = judge.warnings()
    assert why in warning


@pytest.fixture
def answering(sample: Assistant, server: ModelServer, model: LanguageModel) -> Iterator[Callable[..., Assistant]]:
    def make(*replies: Reply, **given: Any) -> Assistant:
        server.says(*replies)
        sample.writer = Writer(model, budget=500, **given)
        return sample

    yield make
    sample.writer = None


def test_an_invented_name_is_not_left_to_the_judge(
    answering: Callable[..., Assistant], model: LanguageModel, server: ModelServer
) -> None:
    said = "The treaty has 47 articles, and Lavrov signed it. [2]"
    answer = answering(written(said), written("yes"), judge=model).ask(QUESTION)
    assert (answer.claims[0].support, len(server.requests)) == ("partial", 1)


def test_an_answer_counts_what_its_judge_took(
    answering: Callable[..., Assistant], model: LanguageModel, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Verifier, "verdict", lambda *_: PARTIAL)
    said = "The treaty has 47 articles, and lawyers wrote it. [2]"

    alone = answering(written(said)).ask(QUESTION)
    assert (alone.claims[0].support, len(server.requests)) == ("partial", 1)
    answer = answering(written(said), written("yes"), judge=model).ask(QUESTION)
    assert answer.claims[0].support == "supported"
    assert answer.usage == {"prompt": 22, "completion": 14}
    assert said.removesuffix(" [2]") in server.requests[-1]["messages"][0]["content"]


def test_the_setting_names_the_model(tmp_path: Path) -> None:
    given = {"llm_url": "http://127.0.0.1:9/v1", "llm_model": "big"}
    for judge, name in (("", None), ("same", "big"), ("small", "small")):
        made = writer(Settings(**given, judge=judge))
        assert made
        assert (made.judge.name if made.judge else None) == name
    (tmp_path / "model.gguf").write_bytes(b"GGUF")
    with pytest.raises(SettingsWrong, match="another judge needs an endpoint"):
        writer(Settings(llm=str(tmp_path / "model.gguf"), judge="small"))
    with pytest.raises(SettingsWrong, match="one thing at a time"):
        writer(Settings(llm=str(tmp_path / "model.gguf"), judge="same"))
