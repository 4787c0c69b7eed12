"""llama-index embedding classes by dotted path: queries as queries, passages as passages, failures by name."""

from typing import Any

import numpy as np
import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding

from index.embed import EmbedderSpec, make_embedder
from index.errors import EmbedderFailed, SettingsWrong
from tests.index.embed.conftest import Endpoint
from tests.index.embed.test_remote import good

HERE = f"{__name__}.Letters"


class Letters(BaseEmbedding):
    """Counts letters; queries point the other way."""

    letters: str = "aet"
    fault: str = ""
    api_key: str = ""

    def _get_text_embedding(self, text: str) -> list[float]:
        if self.fault:
            raise ConnectionError(f"{self.fault}\n{self.api_key}")
        return [1.0 + text.count(letter) for letter in self.letters]

    def _get_query_embedding(self, query: str) -> list[float]:
        return [-number for number in self._get_text_embedding(query)]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def embedder(**options: Any) -> Any:
    return make_embedder(EmbedderSpec(engine=HERE, options=options))


def test_queries_are_embedded_as_queries() -> None:
    letters = embedder(model_name="letters-1")
    texts = ["a tea", "tat", "", "\ud800\0"]
    passages, queries = letters.embed_passages(texts), letters.embed_queries(texts)
    assert np.allclose(passages, -queries)
    assert np.allclose(passages[0] * np.linalg.norm([3, 2, 2]), [3, 2, 2])
    assert (letters.dimension, letters.model) == (3, f"{HERE}:letters-1")


def test_more_passages_than_one_batch() -> None:
    texts = ["a" * number for number in range(25)]
    expected = np.array([[1 + number, 1, 1] for number in range(25)])
    assert np.allclose(embedder().embed_passages(texts), expected / np.linalg.norm(expected, axis=1, keepdims=True))


def test_the_class_for_openai_compatible_servers(endpoint: Endpoint) -> None:
    endpoint.reply = good
    options = {"model_name": "e5", "api_base": endpoint.url, "api_key": "k", "max_retries": 0, "reuse_client": False}
    remote = make_embedder(
        EmbedderSpec(engine="llama_index.embeddings.openai_like.OpenAILikeEmbedding", options=options)
    )
    assert remote.embed_queries(["tide?", "ebb"]).shape == (2, 4)
    assert remote.model.endswith("OpenAILikeEmbedding:e5")


def test_a_failure_of_the_class_is_ours_in_one_line_without_the_key() -> None:
    with pytest.raises(EmbedderFailed, match="ConnectionError: no route") as failed:
        embedder(fault="no route", api_key="sk-4711").embed_passages(["x"])
    assert "\n" not in str(failed.value)
    assert "4711" not in str(failed.value)
    assert failed.value.__cause__ is None


def test_a_zero_vector_is_caught() -> None:
    with pytest.raises(EmbedderFailed, match="shape"):
        embedder(letters="").embed_passages(["x"])


@pytest.mark.parametrize(
    ("engine", "options"),
    [
        ("no_such_package.Embedding", {}),
        (f"{__name__}.NoSuchClass", {}),
        ("collections.OrderedDict", {}),
        (f"{__name__}.HERE", {}),
        (HERE, {"letters": 7}),
    ],
)
def test_a_class_that_cannot_be_used(engine: str, options: dict[str, Any]) -> None:
    with pytest.raises(SettingsWrong, match=engine.replace(".", r"\.")):
        make_embedder(EmbedderSpec(engine=engine, options=options))
