"""The one place where settings become objects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Thread

from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder, EmbedderSpec, make_embedder
from index.language import prepare as prepare_language
from rag.assistant import Assistant
from rag.settings import Settings


def embedder(settings: Settings) -> Embedder:
    """The embedder that the settings name."""
    spec = EmbedderSpec(
        engine=settings.embedder,
        model=settings.embedder_model,
        base_url=settings.embedder_url,
        key=settings.embedder_key,
        options=settings.embedder_arguments,
    )
    return make_embedder(spec, settings.home)


@contextmanager
def catalog(settings: Settings, *, create: bool = False) -> Iterator[Catalog]:
    """The open catalog of the settings' home."""
    opened = Catalog(settings.home, create=create)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def assistant(settings: Settings, model: Embedder | None = None) -> Iterator[Assistant]:
    """An assistant over the settings' home; `model` is the embedder, where there is one already.

    Raises ModelChanged when the home was indexed with another embedding model.
    """
    with catalog(settings) as opened, closing(DenseSearch(opened, settings.chroma_url or None)) as dense:
        model = model or embedder(settings)
        opened.check_model(model.model, model.dimension)
        for prepare in (prepare_language, dense.prepare):  # beside the loading of the embedder
            Thread(target=prepare, daemon=True).start()
        yield Assistant(
            opened,
            model,
            dense,
            hits=settings.hits,
            sentences=settings.sentences,
            answer_above=settings.answer_above,
        )
