"""The one place where settings become objects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from ipaddress import ip_address
from threading import Thread
from typing import NamedTuple
from urllib.parse import urlsplit

from index.address import shown_url, usable_url
from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder, EmbedderSpec, make_embedder
from index.errors import SettingsWrong
from index.language import prepare as prepare_language
from rag import refuse
from rag.assistant import Assistant
from rag.llm import LanguageModel, ModelSpec, make_model
from rag.llm.trial import Trial, try_out
from rag.rerankers import Reranker, RerankerSpec, make_reranker
from rag.settings import Settings
from rag.written.write import Prices, Writer

NO_MODEL = (
    "set SOURCELINE_LLM_URL, OPENAI_API_KEY with OPENAI_MODEL, or SOURCELINE_LLM to a .gguf file;"
    " `sourceline status` says what runs on this machine"
)
_SMALL, _LARGE = 450, 4000  # tokens of articles: two cores read 60 a second
_RULES = 300  # tokens of the rest of a prompt
_EXACT = 50_000  # passages: to read so many vectors takes less time than importing Chroma
_MORE = 1.5  # times as many tokens as ours a model's own tokenizer counts at most


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


def language_model(settings: Settings) -> LanguageModel | None:
    """The language model that the settings name; None where they name none. Raises SettingsWrong."""
    if not _named(settings):
        return None
    return make_model(
        ModelSpec(
            engine=settings.llm or "openai",
            model=settings.llm_model,
            base_url=settings.llm_url,
            key=settings.llm_key,
            arguments=settings.llm_arguments,
            seconds=settings.llm_seconds,
        )
    )


def _named(settings: Settings) -> bool:
    return bool(settings.llm or settings.llm_url or (settings.llm_key and settings.llm_model))


def tried(settings: Settings) -> Trial | None:
    """What one call to the language model that answers gives; None where none does."""
    try:
        model = language_model(settings) if settings.mode != "quotes" else None
    except SettingsWrong as error:
        return Trial(error=str(error))
    return try_out(model, settings.llm_tokens) if model else None


def writer(settings: Settings) -> Writer | None:
    """What writes answers; None where the mode is quotes. Raises SettingsWrong for written mode without a model."""
    model = language_model(settings) if settings.mode != "quotes" else None
    if model is None:
        if settings.mode == "written":
            raise SettingsWrong("no language model is configured", NO_MODEL)
        return None
    return Writer(
        model,
        budget=_budget(settings, getattr(model, "context", None)),
        tokens=settings.llm_tokens,
        prices=Prices(prompt=settings.llm_price_prompt, completion=settings.llm_price_completion),
        policy=settings.support_policy,
        judge=_judge(settings, model),
    )


def _judge(settings: Settings, model: LanguageModel) -> LanguageModel | None:
    """The model that is asked where verification is not sure; `model` is the one that writes."""
    if settings.judge == "same" and settings.llm.lower().endswith(".gguf"):
        remedy = "serve it at an address and set SOURCELINE_LLM_URL, or leave SOURCELINE_JUDGE empty"
        raise SettingsWrong(
            "a model in this process does one thing at a time, and cannot judge while it writes", remedy
        )
    if settings.judge in ("", "same"):
        return model if settings.judge else None
    if settings.llm not in ("", "openai"):
        raise SettingsWrong("another judge needs an endpoint", "set SOURCELINE_JUDGE=same")
    return language_model(settings.model_copy(update={"llm_model": settings.judge}))


def _budget(settings: Settings, context: int | None) -> int:
    """How many tokens of articles the model is given, within its context of so many tokens, where it is known."""
    wanted = settings.llm_context or (_SMALL if _on_this_machine(settings) else _LARGE)
    return wanted if context is None else max(1, min(wanted, int((context - settings.llm_tokens) / _MORE) - _RULES))


def reranker(settings: Settings) -> Reranker | None:
    """The reranker that the settings name; None where they name none. Raises SettingsWrong."""
    if not (settings.reranker or settings.reranker_url):
        return None
    return make_reranker(
        RerankerSpec(
            engine=settings.reranker or "cohere",
            url=settings.reranker_url,
            model=settings.reranker_model,
            key=settings.reranker_key,
            arguments=settings.reranker_arguments,
            seconds=settings.reranker_seconds,
        )
    )


def reranker_in_words(settings: Settings) -> str:
    """Which reranker puts the first passages in order, for a person."""
    made = reranker(settings)
    return f"{made.name} for the first {settings.reranker_hits} passages" if made else "none but our own"


def mode_in_words(settings: Settings) -> str:
    """Which mode answers, and by which model, for a person."""
    if settings.mode == "quotes":
        return "quotes"
    if not _named(settings):
        half = settings.llm_key and not settings.llm_model
        why = "a key is set, but no model: set SOURCELINE_LLM_MODEL" if half else "no language model is configured"
        return f"{'nothing' if settings.mode == 'written' else 'quotes'} ({why})"
    if settings.llm not in ("", "openai"):
        return f"written by {settings.llm}"
    return f"written by {settings.llm_model or 'the model'} at {_where(settings)}"


def _where(settings: Settings) -> str:
    try:
        return shown_url(usable_url(settings.llm_url, "language model")) if settings.llm_url else "OpenAI"
    except SettingsWrong:
        return "an address that cannot be used"


def _on_this_machine(settings: Settings) -> bool:
    """Whether the model is a file, or behind an address of this machine."""
    host = urlsplit(settings.llm_url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:  # a name
        return host == "localhost" or settings.llm.lower().endswith(".gguf")


@contextmanager
def catalog(settings: Settings, *, create: bool = False) -> Iterator[Catalog]:
    """The open catalog of the settings' home."""
    opened = Catalog(settings.home, create=create)
    try:
        yield opened
    finally:
        opened.close()


def line(settings: Settings) -> float:
    """The answerability from which on a question is answered."""
    return refuse.answer_above(settings.wrongly_refused) if settings.answer_above is None else settings.answer_above


class Opened(NamedTuple):
    """An open home: its articles, what embeds, and what finds by meaning."""

    catalog: Catalog
    embedder: Embedder
    dense: DenseSearch


@contextmanager
def opened(settings: Settings, model: Embedder | None = None, *, one_question: bool = False) -> Iterator[Opened]:
    """The settings' home; `model` is the embedder, where there is one already; with `one_question` no more will be asked.

    Raises ModelChanged when the home was indexed with another embedding model.
    """
    exact = _EXACT if one_question and not settings.chroma_url else 0
    with (
        catalog(settings) as articles,
        closing(DenseSearch(articles, settings.chroma_url or None, exact_up_to=exact)) as dense,
    ):
        model = model or embedder(settings)
        articles.check_model(model.model, model.dimension)
        for prepare in (prepare_language, dense.prepare):  # beside the loading of the embedder
            Thread(target=prepare, daemon=True).start()
        yield Opened(articles, model, dense)


def answering(settings: Settings, home: Opened, written_by: Writer | None, ordered_by: Reranker | None) -> Assistant:
    """What answers over an open home as the settings say."""
    return Assistant(
        *home,
        hits=settings.hits,
        sentences=settings.sentences,
        answer_above=line(settings),
        writer=written_by,
        reranker=ordered_by,
        reranked=settings.reranker_hits,
    )


@contextmanager
def assistant(settings: Settings, model: Embedder | None = None, *, one_question: bool = False) -> Iterator[Assistant]:
    """An assistant over the settings' home. Raises what `opened` raises, and SettingsWrong."""
    written_by, ordered_by = writer(settings), reranker(settings)
    with opened(settings, model, one_question=one_question) as home:
        yield answering(settings, home, written_by, ordered_by)
