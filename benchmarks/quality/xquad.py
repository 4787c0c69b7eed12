"""nDCG@10 by paragraph on XQuAD in every direction: each leg alone, reciprocal rank fusion, our fusion, and our reranking.

    python -m benchmarks.quality.xquad ../shared/data/xquad

Indexes `corpus/en` alone, `corpus/de` alone, both together, and every second article in each language, with the product's own
reader, splitter, embedder and store. In the index that holds both, the paragraph is right in either language, and the
better-ranked of the two counts. Everything that was chosen or learned was so on articles 0-15; articles 16-31 chose nothing.
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
from statistics import fmean as mean
from typing import Any

from evals.measures.ranking import listed, ndcg
from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder, make_embedder
from index.sync import sync
from index.types import Span
from index.vectors import Vectors
from rag.assistant import Assistant
from rag.model import learned
from rag.question.types import Query
from rag.retrieval.rerank import rerank
from rag.retrieval.retrieve import Fusion, Retriever, fuse
from rag.types import Reading

Paragraph = tuple[str, int]
LEGS = ("dense", "lexical", "rrf", "fused", "reranked")
DEPTH, READ = 100, 40
_RRF = 60  # Cormack, Clarke and Büttcher, 2009
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
    """The passages in the order of each leg, and of both together."""
    parts = retriever.scored(query, vector, DEPTH)
    dense = sorted(parts, key=lambda i: (-parts[i]["dense"], i))
    lexical = sorted((i for i in parts if parts[i]["lexical"]), key=lambda i: (-parts[i]["lexical"], i))
    yield "dense", dense
    yield "lexical", lexical
    ranks = [{i: rank for rank, i in enumerate(leg, start=1)} for leg in (dense, lexical)]
    reciprocal = {i: sum(1 / (_RRF + leg[i]) for leg in ranks if i in leg) for i in parts}
    yield "rrf", sorted(parts, key=lambda i: (-reciprocal[i], i))
    fused = fuse(parts, Fusion())
    yield "fused", sorted(parts, key=lambda i: (-fused[i], i))


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question of a setting: what is right, and the first hits, read, with the paragraphs that each holds.

    `answer` is the marked answer, at `span` of the file `name`.
    """

    article: int
    answer: str
    name: str
    span: Span
    query: Query
    gold: set[Paragraph]
    reading: Reading
    places: list[list[Paragraph]]


def asked(home: Path, setting: Setting, data: Path, embedder: Embedder, depth: int) -> Iterator[Asked]:
    """Ask every question of a setting of the corpus that is indexed in `home`."""
    catalog = Catalog(home)
    assistant, bounds = Assistant(catalog, embedder, DenseSearch(catalog)), paragraphs(data / "corpus")
    doc_lang = setting.questions if setting.answers == "either" else setting.answers
    for case in _cases(data):
        if (case["q_lang"], case["doc_lang"]) != (setting.questions, doc_lang):
            continue
        if setting.folder == "half" and half_language(case["article"]) != doc_lang:
            continue
        query = Query(text=case["question"], language=case["q_lang"])
        reading = assistant.finder.reading(query, depth)
        found = [h.passage for h in reading.hits]
        places = [_paragraphs_of(p.article_id, p.span.start, p.span.end, bounds) for p in found]
        (mark,) = case["evidence"]
        yield Asked(
            article=case["article"],
            answer=mark["quote"],
            name=Path(mark["file"]).name,
            span=Span(start=mark["start"], end=mark["end"]),
            query=query,
            gold=_gold(case, either=setting.answers == "either"),
            reading=reading,
            places=places,
        )
    assistant.close()


def measure(home: Path, setting: Setting, data: Path, embedder: Embedder) -> list[dict[str, Any]]:
    """nDCG@10 of every question, by leg."""
    catalog, bounds = Catalog(home), paragraphs(data / "corpus")
    retriever = Retriever(catalog, DenseSearch(catalog))
    ids = [r["id"] for r in catalog.rows("SELECT id FROM passage")]
    where = {
        i: _paragraphs_of(p.article_id, p.span.start, p.span.end, bounds) for i, p in catalog.passages(ids).items()
    }
    scores = []
    for one in asked(home, setting, data, embedder, READ):
        legs = dict(rankings(retriever, one.query, embedder.embed_queries([one.query.text])[0]))
        legs["reranked"] = [h.passage.id for h in rerank(one.reading, learned("passage")).hits]
        scores.append(
            {"article": one.article}
            | {leg: _first_of(one.gold, [p for i in ranking for p in where[i]]) for leg, ranking in legs.items()}
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


def table(results: dict[Setting, list[dict[str, Any]]], articles: range) -> str:
    """The mean of each leg over the questions about `articles`."""
    lines = [f"{'question -> articles':<30} {'n':>4}" + "".join(f"{leg:>10}" for leg in LEGS)]
    for setting, scores in results.items():
        some = [s for s in scores if s["article"] in articles]
        lines.append(
            f"{setting!s:<30} {len(some):>4}" + "".join(f"{mean(s[leg] for s in some):>10.4f}" for leg in LEGS)
        )
    return "\n".join(lines)


def corpora(data: Path, folder: Path) -> dict[str, Path]:
    """The four corpora that are indexed, by name."""
    every = data / "corpus"
    return {"en": every / "en", "de": every / "de", "both": every, "half": half(data, folder / "half")}


def main(data: Path) -> int:
    """Print the tables; exit status 1 if ours is anywhere worse than the better leg."""
    embedder = make_embedder("local", Path("var"))
    with tempfile.TemporaryDirectory() as folder:
        for name, corpus in corpora(data, Path(folder)).items():
            sync(Catalog(Path(folder) / f"home-{name}"), embedder, corpus)
        results = {s: measure(Path(folder) / f"home-{s.folder}", s, data, embedder) for s in SETTINGS}
    for name, articles in (("16-31, which chose nothing", range(16, 32)), ("0-15", range(16)), ("all", range(32))):
        print(
            f"\n{date.today()}  nDCG@10 by paragraph, {embedder.model}, articles {name}\n\n{table(results, articles)}"
        )
    means = {s: {leg: mean(one[leg] for one in scores) for leg in LEGS} for s, scores in results.items()}
    worse = sum(m["reranked"] < max(m["dense"], m["lexical"]) for m in means.values())
    print(f"\nworse than the better leg in {worse} of {len(SETTINGS)}")
    return int(worse > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
