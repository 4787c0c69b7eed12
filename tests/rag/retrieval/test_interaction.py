"""Late interaction: worked by hand, against brute force, and over real articles with both kinds of embedder."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from index.embed import Embedder, TokenEmbedder, Tokens
from index.vectors import Vectors
from rag.assistant import Assistant
from rag.quotes.extract import candidates
from rag.retrieval.interaction import Interaction, interaction, question_tokens, sentence_tokens

NOTHING = {"en": np.zeros(2, np.float32)}
EAST, NORTH = [1.0, 0.0], [0.0, 1.0]


def states(*rows: list[float]) -> Vectors:
    return np.array(rows, np.float32).reshape(len(rows), 2)


def of(question: Tokens, *sentences: Vectors) -> Interaction:
    return interaction(question, sentences, NOTHING, "en", ["en"] * len(sentences))


def test_each_word_of_the_question_counts_by_its_weight_where_a_sentence_comes_nearest() -> None:
    question = Tokens(states=states(EAST, NORTH), weights=np.array([3.0, 1.0], np.float32))
    found = of(question, states(EAST, EAST), states(NORTH), states([0.6, 0.8]), states())
    assert found.nearest.tolist() == [[1, 0], [0, 1], [np.float32(0.6), np.float32(0.8)], [0, 0]]
    assert np.allclose(found.likeness(), [0.75, 0.25, 0.65, 0])
    assert np.allclose(found.firsts(), [0.75, 0.25, 0, 0])
    assert np.allclose(found.with_previous([False, True, False, True]), [0.75, 1, 0.65, 0.65])


def test_words_that_two_sentences_say_alike_are_shared() -> None:
    question = Tokens(states=states(EAST, NORTH), weights=np.array([1.0, 1.0], np.float32))
    assert np.allclose(of(question, states(EAST), states(EAST, NORTH)).firsts(), [0.25, 0.75])


def test_what_all_tokens_of_a_language_share_says_nothing() -> None:
    question = Tokens(states=states(EAST), weights=np.ones(1, np.float32))
    near, far = states([1.0, 0.1]), states([1.0, -0.1])
    shared = {"en": np.array([1.0, 0.0], np.float32), "de": np.array([0.0, 1.0], np.float32)}
    found = interaction(question, [near, far, far], shared, "en", ["en", "en", "de"])
    assert np.allclose(found.nearest[:2, 0], [0.2 / np.hypot(0.2, 0.1)] * 2)
    assert found.nearest[2, 0] < found.nearest[1, 0]  # what is due to the other language is not what it says


@given(
    arrays(np.float32, (3, 4), elements=st.floats(-1, 1, width=32)),
    st.lists(st.integers(0, 5), min_size=1, max_size=4),
    st.integers(0, 2**32 - 1),
)
def test_it_is_the_greatest_cosine_of_any_pair(asked: Vectors, lengths: list[int], seed: int) -> None:
    told = [np.random.default_rng(seed + n).normal(size=(n, 4)).astype(np.float32) for n in lengths]
    question = Tokens(states=asked, weights=np.ones(3, np.float32))
    found = interaction(question, told, {"en": np.zeros(4, np.float32)}, "en", ["en"] * len(told))

    def cosine(a: Vectors, b: Vectors) -> float:
        return float(a @ b / max(float(np.linalg.norm(a)), 1e-9) / max(float(np.linalg.norm(b)), 1e-9))

    brute = [[max([0.0, *(cosine(q, s) for s in some)]) for q in asked] for some in told]
    assert np.allclose(found.nearest, brute, atol=1e-3)
    assert np.all(found.with_previous([True] * len(told)) >= found.likeness() - 1e-6)
    assert np.isclose(found.firsts().sum(), 1.0)


class VectorsOnly:
    """An embedder that tells nothing of its tokens."""

    def __init__(self, embedder: Embedder) -> None:
        self.model, self.dimension = embedder.model, embedder.dimension
        self.embed_passages, self.embed_queries = embedder.embed_passages, embedder.embed_queries


def test_every_sentence_of_real_hits_is_read_in_its_passage(sample: Assistant, embedder: Embedder) -> None:
    query = sample.finder.query("Why was the bridge in Altstadt closed?")
    found = candidates(sample.finder.search(query, 5), sample.catalog)
    assert isinstance(embedder, TokenEmbedder)
    tokens = sentence_tokens(sample.catalog, embedder, found)
    assert len(tokens) == len(found)
    assert all(len(t) > 2 and np.allclose(np.linalg.norm(t, axis=1), 1, atol=1e-3) for t in tokens)
    asked = question_tokens(embedder, query.text, embedder.embed_queries([query.text])[0])
    assert len(asked.states) == len(asked.weights) > 5


def test_an_embedder_of_vectors_only_has_one_token_a_sentence(sample: Assistant, embedder: Embedder) -> None:
    only = VectorsOnly(embedder)
    assert not isinstance(only, TokenEmbedder)
    query = sample.finder.query("Why was the bridge in Altstadt closed?")
    found = candidates(sample.finder.search(query, 3), sample.catalog)
    tokens = sentence_tokens(sample.catalog, only, found)
    expected = embedder.embed_passages([c.text for c in found])
    assert np.allclose(np.concatenate(tokens), expected, atol=1e-3)
    asked = question_tokens(only, query.text, only.embed_queries([query.text])[0])
    assert np.allclose(asked.states, embedder.embed_queries([query.text]))
    assert sentence_tokens(sample.catalog, only, []) == []
