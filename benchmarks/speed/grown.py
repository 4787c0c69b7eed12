"""A catalog of any size out of a real one: its articles, and then as many as are wanted that are recombined from them.

A made-up passage is one of the real ones with some of its sentences exchanged for others of the same language and with two words
that no other passage has, because the vocabulary of a real corpus grows, too. So the lexical index is a real one. Its vector is
that of the real passage, turned a little in a random direction: nothing is embedded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from index.catalog import Catalog
from index.database import groups
from index.days.mentioned import named_days
from index.exact import keep_vectors, stored_vectors, text_hash
from index.rows import written_days
from index.stored import Entry, FileState
from index.terms import terms
from index.types import Article, Passage, Sentence, Span
from index.vectors import Vectors

_PASSAGES = 10  # of a made-up article
_KEPT = 0.6  # of a passage's sentences
_TURNED = 0.35  # the length of what is added to a vector of length 1: the cosine with the real one is .94
_OUTLETS = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Real:
    """What is recombined: passages, their vectors, float32 [passages, dimension], and sentences by language."""

    passages: list[Passage]
    vectors: Vectors
    sentences: dict[str, list[str]]

    @classmethod
    def of(cls, catalog: Catalog) -> Real:
        """Everything in a catalog."""
        batches = list(stored_vectors(catalog))
        ids = [i for some, _ in batches for i in some]
        known = catalog.passages(ids)
        found = [known[i] for i in ids]
        sentences: dict[str, list[str]] = {}
        for passage in found:
            sentences.setdefault(passage.language, []).extend(_sentences(passage))
        return cls(passages=found, vectors=np.concatenate([v for _, v in batches]), sentences=sentences)


def grown(source: Catalog, home: Path, size: int, seed: int = 0) -> Catalog:
    """A catalog in `home` of about `size` passages, made of those of `source`; one that is there already is taken."""
    catalog = Catalog(home)
    if catalog.counts()["passage"] >= size:
        _read_days(catalog)
        return catalog
    model = source.model
    assert model, "the source is empty"
    catalog.claim_model(*model)
    with catalog.transaction() as run:
        run.execute("INSERT OR IGNORE INTO root VALUES (1, '/made-up', '')")
    real = Real.of(source)
    room = size - sum(_copied(source, catalog, real, size, model.name))
    for number, some in enumerate(_made(real, room, np.random.default_rng(seed))):
        _store(catalog, f"made-up/{number:07}.txt", some, model.name)
    return catalog


def _read_days(catalog: Catalog) -> None:
    """Give passages that an older version has made what indexing gives them now: the days that they name."""
    undated = [r["id"] for r in catalog.rows("SELECT id FROM passage WHERE days IS NULL")]
    for some in groups(undated):
        named = {i: named_days(p.text, p.language, None) for i, p in catalog.passages(some).items()}
        with catalog.transaction() as run:
            run.executemany(
                "UPDATE passage SET days = ? WHERE id = ?", [(written_days(d), i) for i, d in named.items()]
            )


def _copied(source: Catalog, catalog: Catalog, real: Real, size: int, model: str) -> Iterator[int]:
    """Passages as they are, of every article that still has room; how many each has."""
    by_article: dict[str, list[int]] = {}
    for n, passage in enumerate(real.passages):
        by_article.setdefault(passage.article_id, []).append(n)
    for article_id, numbers in by_article.items():
        if len(numbers) > size:
            continue
        _store(catalog, article_id, [(real.passages[n], real.vectors[n]) for n in numbers], model)
        size -= len(numbers)
        yield len(numbers)


def _made(real: Real, room: int, rng: np.random.Generator) -> Iterator[list[tuple[Passage, Vectors]]]:
    """Articles of made-up passages with their vectors."""
    for start in range(0, room, _PASSAGES):
        chosen = rng.integers(0, len(real.passages), size=min(_PASSAGES, room - start))
        yield [(_recombined(real, int(n), rng), _turned(real.vectors[n], rng)) for n in chosen]


def _recombined(real: Real, number: int, rng: np.random.Generator) -> Passage:
    passage = real.passages[number]
    others = real.sentences[passage.language]
    own = [s if rng.random() < _KEPT else others[rng.integers(len(others))] for s in _sentences(passage)]
    new = " ".join(f"{_word(rng)}." for _ in range(2))
    return Passage(
        article_id="", span=Span(start=0, end=0), text=" ".join([*own, new]), language=passage.language, sentences=()
    )


def _word(rng: np.random.Generator) -> str:
    return "".join(rng.choice(list("abdefgiklmnoprstuvz"), size=9)).capitalize()


def _turned(vector: Vectors, rng: np.random.Generator) -> Vectors:
    noise = rng.standard_normal(len(vector))
    turned = vector + _TURNED * noise / np.linalg.norm(noise)
    found: Vectors = (turned / np.linalg.norm(turned)).astype(np.float32)
    return found


def _sentences(passage: Passage) -> list[str]:
    start = passage.span.start
    return [passage.text[s.span.start - start : s.span.end - start] for s in passage.sentences]


def _store(catalog: Catalog, article_id: str, some: list[tuple[Passage, Vectors]], model: str) -> None:
    """One article out of passages, each a paragraph of one sentence."""
    text = ""
    entries: list[Entry] = []
    for passage, _ in some:
        span = Span(start=len(text), end=len(text) + len(passage.text))
        text += passage.text + "\n\n"
        placed = Passage(
            article_id=article_id,
            span=span,
            text=passage.text,
            language=passage.language,
            sentences=(Sentence(number=len(entries), span=span),),
        )
        entries.append(_entry(placed))
    number = int(sha256(article_id.encode()).hexdigest(), 16)
    article = Article(
        id=article_id,
        text=text,
        sha256="",
        format="txt",
        language=some[0][0].language,
        outlet=f"Outlet {number % _OUTLETS}",
    )
    for hashes in groups([e.text_hash for e in entries]):
        by_hash = {e.text_hash: v for e, (_, v) in zip(entries, some, strict=True)}
        keep_vectors(catalog, model, hashes, np.stack([by_hash[h] for h in hashes]))
    catalog.put(article, FileState(root=1, path=article_id, size=0, mtime_ns=0), entries)


def _entry(passage: Passage) -> Entry:
    return Entry(
        passage=passage,
        text_hash=text_hash(f"{passage.article_id} {passage.text}"),
        title_terms="",
        body_terms=" ".join(terms(passage.text, passage.language)),
        days=named_days(passage.text, passage.language, None),
    )
