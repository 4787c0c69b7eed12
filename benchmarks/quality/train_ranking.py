"""Train the model "passage" of `rag/weights.json`, which puts the first hits in order, and say what it gains.

    python -m benchmarks.quality.train_ranking ../shared/data [--write]

Training part: the questions about XQuAD's articles 0-15 in every direction and index of `benchmarks.quality.xquad`, and of
MultiHop-RAG and of the sample corpus those whose id has an even SHA-256. Test part: the others. What is learned is which of two
hits should stand first (Joachims, 2002); each part counts the same, MultiHop-RAG and the sample as much as half of XQuAD each.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import fmean as mean

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from benchmarks.quality.parts import XQUAD_TRAINS, trains
from benchmarks.quality.xquad import SETTINGS, Asked, asked, corpora
from evals.cases import Case, load_cases
from evals.measures.ranking import listed, ndcg
from evals.sets import convert
from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder, make_embedder
from index.sync import sync
from rag.assistant import Assistant
from rag.model import Logistic, weights_file
from rag.question.types import Question
from rag.retrieval.rerank import DEPTH, features
from rag.retrieval.retrieve import preference
from rag.types import Reading

SETS_WEIGH = len(SETTINGS) / 2  # what each of the two other sets weighs, in settings of XQuAD


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """The first hits for one question: what each is judged by, what the question prefers, and which evidence it holds."""

    part: str
    trains: bool
    values: list[dict[str, float]]
    preferred: list[float]
    held: list[frozenset[str]]
    pieces: int

    def ndcg(self, order: Sequence[int]) -> float:
        """nDCG@10 of the hits in that order; a piece counts once."""
        pieces = [piece for i in order for piece in (sorted(self.held[i]) or [f"hit {i}"])]
        return ndcg(listed(pieces, {f"piece {n}": 1 for n in range(self.pieces)}), 10)


def from_xquad(data: Path, embedder: Embedder, work: Path) -> Iterator[Ranked]:
    """Every question in every setting."""
    folders = corpora(data, work)
    for name, corpus in folders.items():
        sync(Catalog(work / f"home-{name}"), embedder, corpus)
    for setting in SETTINGS:
        for one in asked(work / f"home-{setting.folder}", setting, data, embedder, DEPTH):
            yield _of_xquad(str(setting), one)


def _of_xquad(part: str, one: Asked) -> Ranked:
    """The paragraph is one piece, whichever of its two languages is found."""
    held = [frozenset({"piece 0"}) if one.gold & set(places) else frozenset[str]() for places in one.places]
    return _ranked(part, one.reading, held, trains=one.article in XQUAD_TRAINS, pieces=1)


def _ranked(part: str, reading: Reading, held: list[frozenset[str]], *, trains: bool, pieces: int) -> Ranked:
    preferred = [preference(hit.parts) for hit in reading.hits[:DEPTH]]
    return Ranked(part=part, trains=trains, values=features(reading), preferred=preferred, held=held, pieces=pieces)


def from_cases(part: str, cases: Sequence[Case], corpus: Path, embedder: Embedder, home: Path) -> Iterator[Ranked]:
    """Every question that has evidence."""
    catalog = Catalog(home)
    sync(catalog, embedder, corpus)
    assistant = Assistant(catalog, embedder, DenseSearch(catalog))
    for case in cases:
        if case.evidence:
            query = assistant.finder.query(Question(text=case.question, filters=case.filters))
            reading = assistant.finder.reading(query, DEPTH)
            held = _held(reading, case)
            yield _ranked(part, reading, held, trains=trains(case.id), pieces=len(case.evidence))
    assistant.close()


def _held(reading: Reading, case: Case) -> list[frozenset[str]]:
    return [
        frozenset(
            f"piece {n}"
            for n, e in enumerate(case.evidence)
            if e.file == hit.passage.article_id and (e.span is None or e.span.overlaps(hit.passage.span))
        )
        for hit in reading.hits[:DEPTH]
    ]


def fit(ranked: Sequence[Ranked]) -> Logistic:
    """From every pair of a hit with evidence and one without; each question of a part counts the same. Deterministic."""
    names = list(ranked[0].values[0])
    sizes = {part: sum(one.part == part for one in ranked) for part in {one.part for one in ranked}}
    pairs = [(pair, share / sizes[one.part]) for one in ranked for pair, share in _pairs(one, names)]
    x, weights = np.array([pair for pair, _ in pairs]), np.array([weight for _, weight in pairs])
    model = LogisticRegression(C=1.0, fit_intercept=False, max_iter=5000)
    model.fit(np.vstack([x, -x]), np.repeat([1, 0], len(x)), sample_weight=np.tile(weights / weights.mean(), 2))
    return Logistic(bias=0.0, weights={n: round(float(w), 4) for n, w in zip(names, model.coef_[0], strict=True)})


def _pairs(one: Ranked, names: list[str]) -> list[tuple[NDArray[np.float64], float]]:
    """The differences of what two hits are judged by, and what each counts."""
    rows = [np.array([values[n] for n in names]) for values in one.values]
    pairs = [
        a - b for a, x in zip(rows, one.held, strict=True) if x for b, y in zip(rows, one.held, strict=True) if not y
    ]
    weigh = SETS_WEIGH if " -> " not in one.part else 1.0
    return [(pair, weigh / len(pairs)) for pair in pairs]


def report(ranked: Sequence[Ranked], model: Logistic) -> str:
    """nDCG@10 of the first hits as they were found and as the model orders them."""
    lines = [f"{'first ' + str(DEPTH) + ' hits':<32}{'n':>5}{'found':>9}{'ordered':>9}"]
    for part in dict.fromkeys(one.part for one in ranked):
        some = [one for one in ranked if one.part == part]
        found = mean(one.ndcg(range(len(one.values))) for one in some)
        lines.append(f"{part:<32}{len(some):>5}{found:>9.4f}{mean(_ordered(one, model) for one in some):>9.4f}")
    return "\n".join(lines)


def _ordered(one: Ranked, model: Logistic) -> float:
    return one.ndcg(sorted(range(len(one.values)), key=lambda i: -model.score(one.values[i]) - one.preferred[i]))


def main() -> None:
    """Train, report, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--write", action="store_true", help="replace the model in rag/weights.json")
    given = parser.parse_args()
    embedder = make_embedder("local", Path("var"))
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        digests = convert("common", given.data / "multihop_rag_500", work / "multihop")
        ranked = [
            *from_xquad(given.data / "xquad", embedder, work),
            *from_cases("MultiHop-RAG", load_cases(digests.cases), digests.corpus, embedder, work / "home-multihop"),
            *from_cases(
                "sample corpus",
                load_cases(Path("evals/gold/sample.jsonl")),
                Path("corpus"),
                embedder,
                work / "home-sample",
            ),
        ]
    model = fit([one for one in ranked if one.trains])
    print(f"{date.today()}  {embedder.model}\n\ntrained on\n{report([o for o in ranked if o.trains], model)}")
    print(f"\ntest\n{report([o for o in ranked if not o.trains], model)}\n\n{model}")
    if given.write:
        models = json.loads(weights_file().read_text(encoding="utf-8"))
        models["passage"] = {"bias": model.bias, "weights": dict(model.weights)}
        weights_file().write_text(json.dumps(models, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
