"""A small home as an earlier commit made it, kept so that later versions prove that they upgrade it:

git archive COMMIT index | tar -x -C /tmp/COMMIT
PYTHONPATH=/tmp/COMMIT python tests/index/homes/make.py NAME.sqlite.gz
"""

from __future__ import annotations

import gzip
import sys
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

ARTICLES = {
    "news/a.txt": "The mayor of Altstadt resigned on Monday. Nobody had expected it.\n",
    "b.md": "# Brücke gesperrt\n\nDie Brücke in Neudorf bleibt zwei Jahre lang gesperrt. Das kostet vier Millionen Euro.\n",
    "c.txt": "Der Stadtrat von Neudorf tagte am Dienstag. Er beschloss die Sanierung der Brücke.\n",
}
BEFORE = {"c.txt": "Der Stadtrat von Neudorf vertagte sich am Montag.\n"}


class Digests:
    """Vectors that are the digest of their text, float32 [n, 16]."""

    model, dimension = "digests", 16

    def embed_passages(self, texts: Sequence[str]) -> Any:
        rows = np.array([list(sha256(t.encode()).digest()[:16]) for t in texts], np.float32).reshape(-1, 16) - 127.5
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    embed_queries = embed_passages


def write(folder: Path, texts: dict[str, str]) -> Path:
    """The articles, as files."""
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def main(target: str) -> None:
    """Index the articles, one of them twice, and keep the catalog; its folder is called /articles."""
    from index.catalog import Catalog
    from index.sync import sync

    with tempfile.TemporaryDirectory() as work:
        catalog = Catalog(Path(work) / "home")
        for texts in (ARTICLES | BEFORE, ARTICLES):
            sync(catalog, Digests(), write(Path(work) / "articles", texts))
        with catalog.transaction() as run:
            run.execute("UPDATE root SET path = '/articles'")
            run.execute("DELETE FROM outbox WHERE sequence % 2")
        catalog.close()
        Path(target).write_bytes(gzip.compress((Path(work) / "home" / "catalog.sqlite").read_bytes(), 9, mtime=0))


if __name__ == "__main__":
    main(sys.argv[1])
