"""Train the models "sentence" and "answerability" of `rag/weights.json`, and say how good they are on other questions.

    python -m benchmarks.quality.train ../shared/data [--write]

Training part (`benchmarks.quality.parts`): XQuAD articles 0-15, and of every other set of `benchmarks.quality.questions` those
whose id has an even SHA-256; test part: the others. The sentence model is learned from XQuAD and the sample corpus,
answerability from all sets, each of them, and in it the answerable and the others, counting the same. Without --write only the
figures are printed. The model "passage" comes before them: `benchmarks.quality.train_ranking`.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.quality.questions import CLOSE, Asked, questions
from index.embed import make_embedder
from rag import extract, refuse
from rag.model import Logistic, weights_file
from rag.types import Candidate, Reading

SENTENCES = ("xquad", "sample")
"""The sets that the sentence model is learned from."""
Models = Mapping[str, Logistic]


def fit(rows: Sequence[dict[str, float]], labels: Sequence[bool], weights: Sequence[float]) -> Logistic:
    """Logistic regression; deterministic."""
    names = list(rows[0])
    model = LogisticRegression(C=1.0, max_iter=5000)
    model.fit(np.array([[r[n] for n in names] for r in rows]), np.array(labels), sample_weight=np.array(weights))
    rounded = {n: round(float(w), 4) for n, w in zip(names, model.coef_[0], strict=True)}
    return Logistic(bias=round(float(model.intercept_[0]), 4), weights=rounded)


def fit_sentences(asked: Sequence[Asked]) -> Logistic:
    """From every sentence of every answerable question; each question counts the same, and so does each set."""
    some = [a for a in asked if a.set in SENTENCES and a.answerable and any(a.right)]
    sizes = Counter(a.set for a in some)
    rows = [
        (values, right, 10 * len(some) / sizes[a.set] / len(a.right))
        for a in some
        for values, right in zip(_values(a), a.right, strict=True)
    ]
    return fit([v for v, _, _ in rows], [r for _, r, _ in rows], [w for _, _, w in rows])


def fit_answerability(asked: Sequence[Asked], sentence: Logistic) -> Logistic:
    """Answerable and unanswerable questions of each set count the same."""
    sizes = Counter((a.set, a.answerable) for a in asked)
    known = [(a, refuse.features(a.reading, extract.ranked(a.reading, sentence))) for a in asked]
    some = [(a, values) for a, values in known if values]
    weights = [len(some) / len(sizes) / sizes[a.set, a.answerable] for a, _ in some]
    return fit([values for _, values in some], [a.answerable for a, _ in some], weights)


def judged_by(models: Models, reading: Reading) -> tuple[list[Candidate], float]:
    """The sentences, best first, and the probability that they hold the answer, as the product comes to them."""
    best = extract.ranked(reading, models["sentence"])
    values = refuse.features(reading, best)
    return best, models["answerability"].probability(values) if values else 0.0


def report(name: str, asked: Sequence[Asked], models: Models) -> None:
    """Print the figures of one part."""
    print(f"\n{name}\n{'questions':<40}{'n':>5}{'best sentence':>15}{'one of three':>14}{'refused':>9}")
    sure = [(a, judged_by(models, a.reading)[1]) for a in asked]
    for part, wanted in dict.fromkeys((a.part, a.answerable) for a in asked):
        some = [(a, p) for a, p in sure if (a.part, a.answerable) == (part, wanted)]
        best, three = (f"{_first(some, models['sentence'], k):.3f}" if wanted else "-" for k in (1, 3))
        refused = np.mean([p < 0.5 for _, p in some])
        print(f"{part + ('' if wanted else ' (no answer)'):<40}{len(some):>5}{best:>15}{three:>14}{refused:>9.3f}")
    for which in dict.fromkeys(a.set for a in asked):
        pairs = [(a.answerable, p) for a, p in sure if a.set == which]
        auc = roc_auc_score([y for y, _ in pairs], [p for _, p in pairs])
        print(f"answerable or not, area under ROC, {which}: {auc:.3f}")


def _values(one: Asked) -> list[dict[str, float]]:
    return extract.features(one.reading.query, extract.quotable(one.reading))


def _first(some: Sequence[tuple[Asked, float]], sentence: Logistic, k: int) -> float:
    """The share of questions for which one of the best k sentences is right."""

    def is_right(one: Asked) -> bool:
        values = _values(one)
        order = sorted(range(len(one.right)), key=lambda i: -sentence.probability(values[i]))
        return any(one.right[i] for i in order[:k])

    return float(np.mean([is_right(a) for a, _ in some]))


def main() -> None:
    """Train, report, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder with the public sets")
    parser.add_argument("--write", action="store_true", help="replace the models in rag/weights.json")
    given = parser.parse_args()
    embedder = make_embedder("local", Path("var"))
    asked = [one for name in CLOSE for one in questions(name, given.data, embedder)]
    train, test = ([a for a in asked if a.trains == which] for which in (True, False))
    sentence = fit_sentences(train)
    models = {"sentence": sentence, "answerability": fit_answerability(train, sentence)}
    print(f"{date.today()}  {embedder.model}")
    for name, part in (("trained on", train), ("test", test)):
        report(name, part, models)
    kept = json.loads(weights_file().read_text(encoding="utf-8"))
    kept |= {n: {"bias": m.bias, "weights": dict(m.weights)} for n, m in models.items()}
    text = json.dumps(kept, indent=1) + "\n"
    print(f"\n{text}")
    if given.write:
        weights_file().write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
