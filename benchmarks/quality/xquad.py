"""nDCG@10 by paragraph on XQuAD: dense alone, lexical alone and fused, in every direction, side by side.

    python -m benchmarks.quality.xquad ../shared/data/xquad

Indexes `corpus/en` alone, `corpus/de` alone, both together, and every second article in each language, with the product's own
reader, splitter, embedder and store. In the index that holds both, the paragraph is right in either language, and the
better-ranked of the two counts. The fusion's weight and those of centring were chosen on articles 0-15; the figures are given
for 0-15 and for 16-31, which chose nothing.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from evals.measures.ranking import listed, ndcg
from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import make_embedder
from index.sync import sync
from index.vectors import Vectors
from rag.retrieve import Fusion, Retriever, fuse
from rag.types import Query

Paragraph = tuple[str, int]
LEGS = ("dense", "lexical", "fused")
OTHER = {"en": "de", "de": "en"}


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Which part of the corpus is indexed, and the language of the questions."""

    questions: str
    folder: str  # of the index: en, de, or both
    answers: str  # the language of the paragraph that is right, or either

    def __str__(self) -> str:
        return f"{self.questions} -> {self.answers} (index: {self.folder})"


SETTINGS = [
    *(Setting(questions=q, folder=a, answers=a) for q, a in (("en", "en"), ("de", "de"), ("en", "de"), ("de", "en"))),
    *(Setting(questions=q, folder="both", answers="either") for q in ("en", "de")),
    *(Setting(questions=q, folder="half", answers=a) for q in ("en", "de") for a in ("en", "de")),
]


def half_language(article: int) -> str:
    """In which language an article is indexed when each language has half of them."""
    return ("en", "de")[article % 2]


def half(data: Path, folder: Path) -> Path:
    """A corpus that has every second article in English, the others in German."""
    folder.mkdir()
    for file in (data / "corpus").rglob("*.md"):
        if half_language(int(file.stem[-3:])) == file.parent.name:
            shutil.copy(file, folder)
    return folder


def paragraphs(corpus: Path) -> dict[str, list[tuple[int, int]]]:
    """The (start, end) of every paragraph, by file name."""
    found: dict[str, list[tuple[int, int]]] = {}
    for file in sorted(corpus.rglob("*.md")):
        start = 0
        for paragraph in file.read_text(encoding="utf-8").rstrip("\n").split("\n\n"):
            found.setdefault(file.name, []).append((start, start + len(paragraph)))
            start += len(paragraph) + 2
    return found


def rankings(retriever: Retriever, query: Query, vector: Vectors) -> Iterator[tuple[str, list[str]]]:
    """The passages in the order of each leg."""
    parts = retriever.scored(query, vector, Fusion().depth)
    yield "dense", sorted(parts, key=lambda i: (-parts[i]["dense"], i))
    yield "lexical", sorted((i for i in parts if parts[i]["lexical"]), key=lambda i: (-parts[i]["lexical"], i))
    fused = fuse(parts, Fusion())
    yield "fused", sorted(parts, key=lambda i: (-fused[i], i))


def measure(home: Path, setting: Setting, data: Path, vectors: dict[str, Vectors]) -> list[dict[str, Any]]:
    """nDCG@10 of every question, by leg."""
    catalog = Catalog(home)
    retriever, bounds = Retriever(catalog, DenseSearch(catalog)), paragraphs(data / "corpus")
    ids = [r["id"] for r in catalog.rows("SELECT id FROM passage")]
    where = {
        i: _paragraphs_of(p.article_id, p.span.start, p.span.end, bounds) for i, p in catalog.passages(ids).items()
    }
    doc_lang = setting.questions if setting.answers == "either" else setting.answers
    scores = []
    for case in _cases(data):
        if (case["q_lang"], case["doc_lang"]) != (setting.questions, doc_lang):
            continue
        if setting.folder == "half" and half_language(case["article"]) != doc_lang:
            continue
        gold = _gold(case, either=setting.answers == "either")
        query = Query(text=case["question"], language=case["q_lang"])
        legs = rankings(retriever, query, vectors[case["question"]])
        scores.append(
            {"article": case["article"]}
            | {leg: _first_of(gold, [p for i in ranking for p in where[i]]) for leg, ranking in legs}
        )
    catalog.close()
    return scores


def _first_of(gold: set[Paragraph], ranking: list[Paragraph]) -> float:
    """nDCG@10 where any of `gold` is as good as all of it."""
    unique = list(dict.fromkeys(ranking))
    return max(ndcg(listed([p for p in unique if p == one or p not in gold], {one: 1}), 10) for one in gold)


def _paragraphs_of(article_id: str, start: int, end: int, bounds: dict[str, list[tuple[int, int]]]) -> list[Paragraph]:
    name = article_id.rpartition("/")[2]
    return [(name, n) for n, (a, b) in enumerate(bounds[name]) if a < end and start < b]


def _gold(case: dict[str, Any], *, either: bool) -> set[Paragraph]:
    name, language = Path(case["evidence"][0]["file"]).name, case["doc_lang"]
    names = {name, name.replace(f"_{language}_", f"_{OTHER[language]}_")} if either else {name}
    return {(n, case["paragraph"]) for n in names}


def _cases(data: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (data / "questions.jsonl").open(encoding="utf-8")]


def main(data: Path) -> int:
    """Print the table; exit status 1 if fusion is anywhere worse than the better leg."""
    embedder = make_embedder("local", Path("var"))
    questions = sorted({c["question"] for c in _cases(data)})
    vectors = dict(zip(questions, embedder.embed_queries(questions), strict=True))
    print(f"{date.today()}  nDCG@10 by paragraph, {embedder.model}, articles 0-15 | 16-31 | all\n")
    print(f"{'question -> articles':<30} {'n':>4}  " + "  ".join(f"{leg:^22}" for leg in LEGS))
    worse = 0
    with tempfile.TemporaryDirectory() as folder:
        corpora = {"en": data / "corpus" / "en", "de": data / "corpus" / "de", "both": data / "corpus"}
        for name, corpus in (corpora | {"half": half(data, Path(folder) / "half")}).items():
            sync(Catalog(Path(folder) / f"home-{name}"), embedder, corpus)
        for setting in SETTINGS:
            scores = measure(Path(folder) / f"home-{setting.folder}", setting, data, vectors)
            halves = [s for s in scores if s["article"] < 16], [s for s in scores if s["article"] >= 16], scores
            means = {leg: [float(np.mean([s[leg] for s in half])) for half in halves] for leg in LEGS}
            print(
                f"{setting!s:<30} {len(scores):>4}  "
                + "  ".join(" | ".join(f"{m:.4f}" for m in means[leg]) for leg in LEGS)
            )
            worse += means["fused"][2] < max(means["dense"][2], means["lexical"][2])
    print(f"\nfusion is worse than the better leg in {worse} of {len(SETTINGS)}")
    return int(worse > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
