"""BM25 is what FTS5's own bm25() makes of the same places."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.bm25 import Bm25
from index.catalog import Catalog
from index.sync import sync
from tests.conftest import WriteArticles
from tests.store import WordEmbedder

WORDS = ["bridge", "tower", "river", "harbour", "council", "mayor"]


def fts5(catalog: Catalog, term: str) -> dict[int, float]:
    """By passage number the score that FTS5 gives it."""
    sql = "SELECT rowid, -bm25(lexical, 0.5, 1.0) FROM lexical WHERE lexical MATCH ?"
    return {r[0]: r[1] for r in catalog.rows(sql, (f'"{term}"',))}


def article(title: str, counts: Sequence[int]) -> str:
    return (
        f"# {title}\n\n" + " ".join(f"{word} " * count for word, count in zip(WORDS, counts, strict=True)) + "stands."
    )


def test_the_scores_are_those_of_fts5(tmp_path: Path, write_articles: WriteArticles) -> None:
    drawn = np.random.default_rng(7)
    texts = {f"{n}.md": article(WORDS[n % 6], drawn.integers(0, 1 + n, size=6).tolist()) for n in range(40)}
    catalog = Catalog(tmp_path / "home")
    sync(catalog, WordEmbedder(), write_articles(tmp_path / "news", texts))
    bm25 = Bm25(catalog)
    passages = bm25.passages
    assert passages.count == catalog.counts()["passage"]
    assert passages.length.max() > 2 * passages.length[1:].min(), "some are long, with sizes of two bytes"
    for (term,) in catalog.rows("SELECT term FROM vocabulary"):
        ours, theirs = bm25.scores("en", {term: (1.0, 1.0)}), fts5(catalog, term)
        assert set(np.flatnonzero(ours)) == set(theirs)
        assert np.allclose([ours[n] for n in theirs], list(theirs.values()), rtol=1e-12, atol=0)
    catalog.close()


def test_what_a_term_counts_depends_on_the_language(tmp_path: Path, write_articles: WriteArticles) -> None:
    texts = {
        "en.txt": "The mayor of Skarholm opened the old bridge over the river again on Monday.",
        "de.txt": "Die Bürgermeisterin von Skarholm hat die alte Brücke am Montag wieder geöffnet.",
        "fr.txt": "Le pont est fermé depuis lundi, a dit la maire de la ville hier soir à la radio.",
    }
    catalog = Catalog(tmp_path / "home")
    sync(catalog, WordEmbedder(), write_articles(tmp_path / "news", texts))
    bm25 = Bm25(catalog)
    found = bm25.scores("en", {"skarholm": (1.0, 0.5)})
    own, other = (found[bm25.passages.within(name)].max() for name in ("en", "de"))
    assert 0 < other < own
    assert not bm25.scores("it", {"skarholm": (1.0, 0.0)}).any(), "no passage is in that language"
    assert not bm25.scores("en", {"unheard": (1.0, 1.0)}).any()
    catalog.close()


def test_an_empty_catalog_has_no_scores(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    assert len(Bm25(catalog).scores("en", {"word": (1.0, 1.0)})) == 0
    catalog.close()
