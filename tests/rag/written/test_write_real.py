"""Written answers by a real model, so tiny that it writes nonsense: whatever it writes, what is shown is sound."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.assistant import Assistant
from rag.llm import ModelSpec, make_model
from rag.types import Answer, Claim
from rag.written.write import Writer
from tests.smollm import GGUF, needs_model

QUESTION = "How many articles does the treaty between Russia and Iran have?"


@pytest.fixture
def written(sample: Assistant) -> Iterator[Assistant]:
    model = make_model(ModelSpec(engine=str(GGUF), seconds=100, arguments={"threads": 1}))
    sample.writer = Writer(model, budget=100, tokens=30)
    yield sample
    sample.writer = None


@needs_model
def test_whatever_it_writes_every_citation_is_exact_or_known_to_lead_nowhere(written: Assistant) -> None:
    *told, answer = written.stream(QUESTION, "written", or_quotes=False)
    assert isinstance(answer, Answer)
    assert list(answer.claims) == [piece for piece in told if isinstance(piece, Claim)]
    assert bool(answer.claims) is (answer.refusal is None)
    known = {c.number for c in answer.citations}
    for claim in answer.claims:
        assert claim.text.strip()
        assert set(claim.citations) <= known or claim.support == "unsupported"
    for citation in answer.citations:
        article = written.catalog.article(citation.file)
        assert article
        assert citation.span.of(article.text) == citation.quote
    assert 0 < answer.usage["completion"] <= 30
