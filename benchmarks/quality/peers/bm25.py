"""BM25 alone (Robertson and Zaragoza 2009, in Lucene's form), over our passages and their titles.

A word is stemmed (Snowball) in the language of its passage, the question's words in the language of the question, and stop words
are left out. Chinese and Japanese characters count one by one, as in Lucene's standard analyzer. The parameters are Anserini's.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import bm25s
import numpy as np
import Stemmer

from benchmarks.quality.peers.corpus import Corpus, Place, searched
from benchmarks.quality.peers.given import Given
from evals.cases import Case
from evals.runs import Outcome, System
from index.language import detect_language
from index.split import embedding_text

_WORDS = r"(?u)[\u3040-\u30ff\u3400-\u9fff]|\b\w\w+\b"

K1, B = 0.9, 0.4  # on 400 questions of XQuAD better than bm25s' own 1.5 and 0.75, which suit longer passages
STOPPED = frozenset({"da", "de", "en", "es", "fr", "it", "ko", "nl", "no", "pt", "ru", "sv", "tr", "zh"})
"""The languages for which bm25s has stop words."""


@contextmanager
def opened(given: Given) -> Iterator[System]:
    """A system that ranks passages by BM25."""
    corpus = given.corpus
    passages = [passage for some in corpus.passages.values() for passage in some]
    texts = [embedding_text(corpus.articles[p.article_id], p) for p in passages]
    ranker = bm25s.BM25(k1=K1, b=B)
    ranker.index([terms(t, p.language) for t, p in zip(texts, passages, strict=True)], show_progress=False)

    def search(case: Case) -> Outcome:
        start = time.perf_counter()
        wanted = terms(case.question, language_of(case))
        scores = ranker.get_scores(wanted, weight_mask=_mask(corpus, case, [p.article_id for p in passages]))
        best = [i for i in np.argsort(-scores, kind="stable")[: given.hits] if scores[i] > 0]
        found = [Place(file=passages[i].article_id, span=passages[i].span, score=float(scores[i])) for i in best]
        return Outcome(answer=searched(case.question, found, time.perf_counter() - start))

    yield search


def terms(text: str, language: str) -> list[str]:
    """The words of a text as they are counted."""
    words = bm25s.tokenize(
        [text],
        token_pattern=_WORDS,
        stopwords=language if language in STOPPED else None,
        stemmer=_stemmer(language),
        return_ids=False,
        show_progress=False,
    )
    return list(words[0])


def language_of(case: Case) -> str:
    """The language of the question, found out where the case does not say."""
    return detect_language(case.question) if case.q_lang == "und" else case.q_lang


@lru_cache
def _stemmer(language: str) -> Any:
    try:
        return Stemmer.Stemmer(language)
    except KeyError:  # no stemmer for this language
        return None


def _mask(corpus: Corpus, case: Case, files: Sequence[str]) -> Any:
    allowed = corpus.allowed(case.filters)
    return None if allowed is None else np.isin(files, allowed).astype(np.float32)
