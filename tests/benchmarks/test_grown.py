"""Made-up catalogs have the size that is asked for, real passages among them, and can be searched."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.speed.grown import grown
from index.catalog import Catalog
from index.embed import make_embedder
from index.exact import ExactIndex, stored_vectors
from index.lexical import LexicalIndex
from index.sync import sync


def test_a_catalog_grows_out_of_a_real_one(tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "bridge.txt").write_text(
        "Bridge\n\nThe bridge closed in May. It opened again in June.", encoding="utf-8"
    )
    (articles / "tax.txt").write_text("Tax\n\nThe council raised the tax. Nobody was asked.", encoding="utf-8")
    source = Catalog(tmp_path / "source")
    sync(source, make_embedder("local", tmp_path), articles)
    catalog = grown(source, tmp_path / "grown", 57)
    assert catalog.counts()["passage"] == 57
    ids, vectors = zip(*stored_vectors(catalog), strict=True)
    matrix = np.concatenate(vectors)
    assert matrix.shape == (57, 384)
    assert np.allclose(np.linalg.norm(matrix, axis=1), 1, atol=1e-3)
    assert len(np.unique(matrix, axis=0)) == 57
    found = ExactIndex(catalog).search(next(stored_vectors(source))[1][0], 1)[0]
    assert found[1] > 0.999, "a real passage is still the nearest to itself"
    words = LexicalIndex(catalog).search("When did the bridge open?", "en", 57)
    assert 1 < len(words) < 57
    with catalog.transaction() as run:
        run.execute("UPDATE passage SET days = NULL")
    assert grown(source, tmp_path / "grown", 57).counts()["passage"] == 57, "what is there is taken"
    assert not catalog.rows("SELECT 1 FROM passage WHERE days IS NULL"), "and has what indexing gives it now"
    assert sum(map(len, ids)) == 57
