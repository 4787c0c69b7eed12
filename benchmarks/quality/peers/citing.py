"""llama-index's CitationQueryEngine over the same index: an answer by a language model, with [n] after what it took from source n.

Everything is as llama-index has it by default; only the language model and the number of hits are configured. `cited.py` says how
its answers are read.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from llama_index.core import VectorStoreIndex
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.query_engine import CitationQueryEngine
from llama_index.core.schema import QueryBundle
from llama_index.llms.openai_like import OpenAILike

from benchmarks.quality.peers.cited import answered, sources
from benchmarks.quality.peers.corpus import searched
from benchmarks.quality.peers.given import Given, LanguageModel
from benchmarks.quality.peers.llama_stack import built, places, retriever
from evals.cases import Case
from evals.runs import Outcome, System

HITS = 3
"""How many passages the model gets, as in llama-index's own example of this engine (its default is 2): about 3,000 tokens."""


@contextmanager
def opened(given: Given) -> Iterator[System]:
    """A system that answers with `given.model`."""
    assert given.model
    yield partial(_ask, given, built(given, SentenceSplitter()), _language_model(given.model))


def _language_model(model: LanguageModel) -> OpenAILike:
    return OpenAILike(
        model=model.name,
        api_base=model.url,
        api_key=model.key,
        context_window=model.context,
        is_chat_model=True,
        temperature=0.0,
        timeout=model.seconds,
        max_retries=1,
    )


def _ask(given: Given, index: VectorStoreIndex, model: OpenAILike, case: Case) -> Outcome:
    start = time.perf_counter()
    engine = CitationQueryEngine.from_args(
        index, llm=model, retriever=retriever(replace(given, hits=HITS), index, case)
    )
    question = QueryBundle(case.question)
    found = engine.retrieve(question)
    response = engine.synthesize(question, found)
    said = searched(case.question, places(found), time.perf_counter() - start)
    cited = sources(given.corpus, [(node.metadata, node.node.get_content()) for node in response.source_nodes])
    return Outcome(answer=said | answered(str(response), cited, given.corpus))
