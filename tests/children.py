"""What the tests of the store do in other processes:  python -m tests.children NAME ARGUMENT...

A child prints one JSON value, or a named failure as {"error": class, "says": text}.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from index import vectors
from index.catalog import Catalog
from index.dense import DenseSearch
from index.errors import SourcelineError
from index.exact import ExactIndex, stored_vectors
from index.owner import Owner, chroma_folder
from index.sync import sync
from tests.store import WordEmbedder, add_lines, contents, in_chroma

REPOSITORY = Path(__file__).parents[1]


def start(name: str, *arguments: object, **options: Any) -> subprocess.Popen[str]:
    """Start a child; its standard input is a pipe that it may wait on."""
    command = [sys.executable, "-m", "tests.children", name, *map(str, arguments)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=REPOSITORY, text=True, **pipes, **options)


def finished(child: subprocess.Popen[str]) -> Any:
    """What a child printed last; fails when it did not end well."""
    out, err = child.communicate(timeout=100)
    assert child.returncode == 0, f"{child.args} ended with {child.returncode}: {err[-2000:]}"
    return json.loads(out.splitlines()[-1])


def call(name: str, *arguments: object, **options: Any) -> Any:
    """Run a child to its end."""
    return finished(start(name, *arguments, **options))


# The children


def index(home: str, *folders: str) -> object:
    catalog = Catalog(Path(home))
    report = [sync(catalog, WordEmbedder(), Path(folder)).passages for folder in folders]
    Owner(catalog).close()
    catalog.close()
    return report


def own(home: str) -> object:
    """Own Chroma until a line comes in."""
    catalog = Catalog(Path(home))
    owner = Owner(catalog)
    print("owning", flush=True)
    sys.stdin.readline()
    owner.close()
    catalog.close()
    return None


def picture(home: str) -> object:
    return contents(Path(home)) | {"chroma": in_chroma(Path(home))}


def write_without_owner(home: str, first: str) -> object:
    """500 vectors straight into Chroma, as two careless indexers would."""
    catalog = Catalog(Path(home))
    opened = vectors.open_folder(chroma_folder(catalog.home), catalog.collection)
    print("open", flush=True)
    sys.stdin.readline()
    ids = [r[0] for r in catalog.rows("SELECT id FROM passage ORDER BY id")]
    for start_at in range(int(first), len(ids), 100):
        for some, matrix in stored_vectors(catalog, ids[start_at : start_at + 50]):
            opened.upsert(some, matrix)
    opened.close()
    catalog.close()
    return None


def answers(home: str) -> object:
    """How many of 100 passages Chroma's files answer as exact search does, looked at without any safeguard."""
    catalog = Catalog(Path(home), create=False)
    exact, opened = ExactIndex(catalog), vectors.open_folder(chroma_folder(Path(home)), catalog.collection)
    return _right(catalog, exact, opened.search)


def dense_answers(home: str) -> object:
    """The same through DenseSearch, with what it said."""
    catalog = Catalog(Path(home), create=False)
    dense = DenseSearch(catalog)
    right = _right(catalog, ExactIndex(catalog), dense.search)
    said = dense.warnings
    dense.close()
    return {"right": right, "warnings": said}


def damaged_while_open(home: str, kind: str) -> object:
    """A page that has Chroma open while its files are damaged; then more is indexed and asked."""
    catalog = Catalog(Path(home), create=False)
    dense, exact = DenseSearch(catalog), ExactIndex(catalog)
    first = _right(catalog, exact, dense.search)
    for file in [f for f in chroma_folder(Path(home)).rglob("*") if f.is_file()]:
        damage(file, kind)
    second = _right(catalog, exact, dense.search)
    add_lines(catalog, WordEmbedder(), "more.txt", [f"More of {n}.\n" for n in range(1500)])
    third, said = _right(catalog, exact, dense.search), dense.warnings
    dense.close()
    return {"right": [first, second, third], "warnings": said}


def _right(catalog: Catalog, exact: ExactIndex, search: Any) -> int:
    chosen = random.Random(5).sample([r[0] for r in catalog.rows("SELECT id FROM passage ORDER BY id")], 100)
    loaded = exact._current()
    ids = {r["number"]: r["id"] for r in catalog.rows("SELECT number, id FROM passage")}
    rows = {ids[number]: vector for number, vector in zip(loaded.numbers.tolist(), loaded.matrix, strict=True)}
    return sum(_same(search(rows[i], 3), exact.search(rows[i], 3)) for i in chosen)


def _same(found: list[tuple[str, float]], wanted: list[tuple[str, float]]) -> bool:
    return len(found) == len(wanted) and bool(np.allclose([s for _, s in found], [s for _, s in wanted], atol=1e-4))


def damage(file: Path, kind: str) -> None:
    """Spoil one file."""
    content = file.read_bytes()
    if kind == "deleted":
        file.unlink()
    elif kind == "emptied":
        file.write_bytes(b"")
    elif kind == "truncated":
        os.truncate(file, len(content) // 2)
    elif kind == "scribbled":
        noise = random.Random(3).randbytes(max(1, len(content) // 4))
        with file.open("r+b") as opened:
            opened.seek(len(content) // 3)
            opened.write(noise)
    elif kind == "overwritten":
        file.write_bytes(random.Random(4).randbytes(len(content)))


def hold(home: str, seconds: str) -> object:
    """Hold a write transaction on the catalog."""
    catalog = Catalog(Path(home))
    with catalog.transaction():
        print("holding", flush=True)
        time.sleep(float(seconds))
    catalog.close()
    return None


def search_and_write(home: str) -> object:
    """What a user without the right to write can do."""
    catalog = Catalog(Path(home), create=False)
    dense, words = DenseSearch(catalog), WordEmbedder()
    found = dense.search(words.embed_queries(["Line 7 names"])[0], 3)
    refused = []
    for attempt in (lambda: catalog.remove(["a"]), lambda: Owner(catalog)):
        try:
            attempt()
        except SourcelineError as error:  # noqa: PERF203
            refused.append(type(error).__name__)
    dense.close()
    catalog.close()
    return {"found": len(found), "warnings": dense.warnings, "writable": catalog.writable, "refused": refused}


def grow(home: str, articles: str) -> object:
    """A home of so many articles, each of one passage: those of the sample corpus, and many that are recombined from them."""
    from benchmarks.speed import grown
    from index.embed import make_embedder

    grown._PASSAGES = 1
    source = Catalog(Path(home) / "sample")
    sync(source, make_embedder("local", Path(home)), REPOSITORY / "corpus")
    catalog = grown.grown(source, Path(home), int(articles))
    Owner(catalog).close()
    count = catalog.counts()["article"]
    catalog.close()
    return count


def main() -> None:
    try:
        answer = globals()[sys.argv[1]](*sys.argv[2:])
    except SourcelineError as error:
        answer = {"error": type(error).__name__, "says": str(error)}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
