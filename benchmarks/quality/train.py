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
from hashlib import sha256
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.quality.questions import CLOSE, Asked, questions
from index.embed import make_embedder
from rag import refuse
from rag.model import Logistic, weights_file
from rag.quotes import extract
from rag.types import Candidate, Reading

SENTENCES = ("xquad", "sample")
"""The sets that the sentence model is learned from."""
FOLDS, TARGETS = 5, (0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
Models = Mapping[str, Logistic]


def fit(rows: Sequence[dict[str, float]], labels: Sequence[bool], weights: Sequence[float]) -> Logistic:
    """Logistic regression over standardised values, written for values as they are; deterministic."""
    names = list(rows[0])
    values = np.array([[r[n] for n in names] for r in rows])
    middle, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=5000)
    model.fit((values - middle) / spread, np.array(labels), sample_weight=np.array(weights))
    slopes = model.coef_[0] / spread
    rounded = {n: round(float(w), 4) for n, w in zip(names, slopes, strict=True)}
    return Logistic(bias=round(float(model.intercept_[0] - slopes @ middle), 4), weights=rounded)


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


def cross_validated(asked: Sequence[Asked], sentence: Logistic) -> list[float]:
    """The answerability of each question by models that saw others only; a question asked over several indexes is in one fold."""
    folds = [sha256(a.reading.query.text.encode()).digest()[0] % FOLDS for a in asked]
    sure = [0.0] * len(asked)
    for fold in range(FOLDS):
        others = [a for a, f in zip(asked, folds, strict=True) if f != fold]
        models = {"sentence": sentence, "answerability": fit_answerability(others, sentence)}
        for i in (i for i, f in enumerate(folds) if f == fold):
            sure[i] = judged_by(models, asked[i].reading)[1]
    return sure


def lines(asked: Sequence[Asked], sure: Sequence[float]) -> dict[str, float]:
    """For each target, the answerability below which that share of answerable questions lies; each set counts the same."""
    sizes = Counter(a.set for a in asked if a.answerable)
    ordered = sorted((p, 1 / sizes[a.set] / len(sizes)) for a, p in zip(asked, sure, strict=True) if a.answerable)
    below = np.cumsum([weight for _, weight in ordered])
    return {str(t): round(ordered[int(np.searchsorted(below, t))][0], 4) for t in TARGETS}


def report_lines(asked: Sequence[Asked], sure: Sequence[float], above: Mapping[str, float]) -> None:
    """Print what each target costs, by cross-validation within the training part."""
    print(f"\n{'wrongly refused, at most':<26}{'answered from':<15}wrongly refused and wrongly answered, by set")
    for target, line in above.items():
        cells = []
        for name in dict.fromkeys(a.set for a in asked):
            some = [(a.answerable, p >= line) for a, p in zip(asked, sure, strict=True) if a.set == name]
            refused = np.mean([not answered for answerable, answered in some if answerable])
            fooled = np.mean([answered for answerable, answered in some if not answerable])
            cells.append(f"{name} {refused:.3f} {fooled:.3f}")
        print(f"{target:<26}{line:<15}" + "   ".join(cells))


def judged_by(models: Models, reading: Reading) -> tuple[list[Candidate], float]:
    """The sentences, best first, and the probability that they hold the answer, as the product comes to them."""
    best = extract.ranked(reading, models["sentence"])
    return best, refuse.sure(reading, best, models["answerability"])


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
        held = {(c.article.id, c.span) for c, r in zip(extract.quotable(one.reading), one.right, strict=True) if r}
        return any((c.article.id, c.span) in held for c in extract.ranked(one.reading, sentence)[:k])

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
    sure = cross_validated(train, sentence)
    above = lines(train, sure)
    report_lines(train, sure, above)
    kept = json.loads(weights_file().read_text(encoding="utf-8"))
    kept |= {n: {"bias": m.bias, "weights": dict(m.weights)} for n, m in models.items()} | {"answer_above": above}
    text = json.dumps(kept, indent=1) + "\n"
    print(f"\n{text}")
    if given.write:
        weights_file().write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
