"""Train the models "sentence" and "answerability" of `rag/weights.json`, and say how good they are on other questions.

    python -m benchmarks.quality.train ../shared/data/xquad [--write]

Training part: XQuAD articles 0-15 and half of the sample corpus' cases (`benchmarks.quality.parts`); test part: the others. Of
XQuAD's articles, a half is indexed in English and a half in German, so every question meets articles in its own and in the
other language; for questions without an answer, the half of the articles that holds it is left out. Questions of the sample
corpus that have no answer come close to its articles. Without --write only the figures are printed. The model "passage" comes
before them: `benchmarks.quality.train_ranking`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.quality.parts import XQUAD_TRAINS, trains
from evals.cases import load_cases
from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder, make_embedder
from index.sync import sync
from index.types import Span
from rag import extract, refuse
from rag.assistant import Assistant
from rag.model import Logistic, learned, weights_file
from rag.rerank import DEPTH, rerank
from rag.types import Reading

EVERY = 3  # of XQuAD's questions
SAMPLE, SAMPLE_CASES = Path("corpus"), Path("evals/gold/sample.jsonl")
Gold = list[tuple[str, Span]]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question with what was found for it. `values` and `right` have one entry for each sentence that may be quoted."""

    part: str
    trains: bool
    reading: Reading
    answerable: bool
    values: list[dict[str, float]]
    right: list[bool]


def asked(part: str, assistant: Assistant, question: str, gold: Gold, *, trains: bool) -> Asked:
    """Ask, and mark the sentences that overlap the gold evidence."""
    reading = rerank(assistant.finder.reading(assistant.finder.query(question), DEPTH), learned("passage"))
    found = extract.quotable(reading)
    right = [any(c.article.id == f and c.span.overlaps(s) for f, s in gold) for c in found]
    values = extract.features(reading.query, found)
    return Asked(part=part, trains=trains, reading=reading, answerable=bool(gold), values=values, right=right)


def xquad(data: Path, embedder: Embedder, home: Path, articles: range) -> Iterator[Asked]:
    """The questions about `articles`, over an index of all of them, over one of their first half, and over a few of two each."""
    middle = articles.start + len(articles) // 2
    everything = {n: "en" if n < middle else "de" for n in articles}
    half = {n: "en" if n % 2 else "de" for n in articles if n < middle}
    pairs = {f"pair {n}": {n: "en", n + 1: "de"} for n in range(articles.start, middle, 2)}
    for name, indexed in {"all": everything, "half": half, **pairs}.items():
        assistant = _over(data, embedder, home / f"{name}-{articles.start}", indexed)
        for case in _cases(data, articles):
            language = indexed.get(case["article"])
            if case["doc_lang"] != (language or case["q_lang"]):
                continue
            if name in pairs and not language and case["article"] % len(pairs):
                continue  # of the many questions without an answer, as many as there are with one
            gold = [(Path(e["file"]).name, Span(start=e["start"], end=e["end"])) for e in case["evidence"]]
            part = f"xquad {case['q_lang']}->{language or 'none'}{', two articles' if name in pairs else ''}"
            yield asked(part, assistant, case["question"], gold if language else [], trains=articles == XQUAD_TRAINS)
        assistant.close()


def _over(data: Path, embedder: Embedder, home: Path, indexed: dict[int, str]) -> Assistant:
    corpus = home / "corpus"
    corpus.mkdir(parents=True)
    for number, language in indexed.items():
        shutil.copy(data / "corpus" / language / f"xq_{language}_{number:03}.md", corpus)
    return _indexed(corpus, embedder, home)


def _indexed(corpus: Path, embedder: Embedder, home: Path) -> Assistant:
    catalog = Catalog(home)
    sync(catalog, embedder, corpus)
    return Assistant(catalog, embedder, DenseSearch(catalog))


def _cases(data: Path, articles: range) -> list[dict[str, Any]]:
    cases = (json.loads(line) for line in (data / "questions.jsonl").open(encoding="utf-8"))
    return [c for c in cases if c["article"] in articles][::EVERY]


def sample_corpus(embedder: Embedder, home: Path) -> list[Asked]:
    """The gold questions; follow-ups are left out, because they cannot stand alone."""
    assistant = _indexed(SAMPLE, embedder, home)
    cases = [c for c in load_cases(SAMPLE_CASES) if not c.history]
    found = [
        asked("sample corpus", assistant, c.question, [(e.file, e.span) for e in c.evidence], trains=trains(c.id))
        for c in cases
    ]
    assistant.close()
    return found


def fit(rows: Sequence[dict[str, float]], labels: Sequence[bool], weights: Sequence[float]) -> Logistic:
    """Logistic regression; deterministic."""
    names = list(rows[0])
    model = LogisticRegression(C=1.0, max_iter=5000)
    model.fit(np.array([[r[n] for n in names] for r in rows]), np.array(labels), sample_weight=np.array(weights))
    rounded = {n: round(float(w), 4) for n, w in zip(names, model.coef_[0], strict=True)}
    return Logistic(bias=round(float(model.intercept_[0]), 4), weights=rounded)


def fit_sentences(questions: Sequence[Asked]) -> Logistic:
    """From every sentence of every answerable question; each question counts the same, and so does each part."""
    some = [a for a in questions if a.answerable and any(a.right)]
    rows = [(f, r, _weight(a, some) / len(a.right)) for a in some for f, r in zip(a.values, a.right, strict=True)]
    return fit([f for f, _, _ in rows], [r for _, r, _ in rows], [w * 10 for _, _, w in rows])


def answerability_of(questions: Sequence[Asked], sentence: Logistic) -> list[dict[str, float]]:
    """The features of each question."""
    return [refuse.features(a.reading, extract.ranked(a.reading, sentence)) for a in questions]


def fit_answerability(questions: Sequence[Asked], sentence: Logistic) -> Logistic:
    """Answerable and unanswerable questions of each set count the same."""
    rows = answerability_of(questions, sentence)
    labels = [a.answerable for a in questions]
    totals = {
        (s, y): sum((_set(a), a.answerable) == (s, y) for a in questions)
        for s in ("xquad", "sample")
        for y in (True, False)
    }
    return fit(rows, labels, [len(questions) / 4 / totals[_set(a), a.answerable] for a in questions])


def _set(one: Asked) -> str:
    return one.part.split()[0]


def _weight(one: Asked, among: Sequence[Asked]) -> float:
    return len(among) / sum(_set(a) == _set(one) for a in among)


def report(name: str, questions: Sequence[Asked], sentence: Logistic, answerable: Logistic) -> None:
    """Print the figures of one part."""
    print(f"\n{name}\n{'questions':<40}{'n':>5}{'best sentence':>15}{'one of three':>14}{'refused':>9}")
    rows = answerability_of(questions, sentence)
    sure = [answerable.probability(r) if r else 0.0 for r in rows]
    for part in dict.fromkeys(a.part for a in questions):
        some = [(a, p) for a, p in zip(questions, sure, strict=True) if a.part == part]
        for kind, wanted in (("", True), (" (no answer)", False)):
            these = [(a, p) for a, p in some if a.answerable == wanted]
            if these:
                best = (
                    f"{_first(these, sentence, 1):>15.3f}{_first(these, sentence, 3):>14.3f}"
                    if wanted
                    else f"{'-':>15}{'-':>14}"
                )
                print(f"{(part + kind):<40}{len(these):>5}{best}{np.mean([p < 0.5 for _, p in these]):>9.3f}")
    for which in ("xquad", "sample"):
        some = [(a.answerable, p) for a, p in zip(questions, sure, strict=True) if _set(a) == which]
        auc = roc_auc_score([y for y, _ in some], [p for _, p in some])
        print(f"answerable or not, area under ROC, {which}: {auc:.3f}")
        for above in (0.3, 0.4, 0.5):
            refused = np.mean([p < above for y, p in some if y])
            answered = np.mean([p >= above for y, p in some if not y])
            print(f"  answering from {above} on: {refused:.3f} wrongly refused, {answered:.3f} wrongly answered")


def _first(some: Sequence[tuple[Asked, float]], sentence: Logistic, k: int) -> float:
    """The share of questions for which one of the best k sentences is right."""

    def is_right(one: Asked) -> bool:
        order = sorted(range(len(one.right)), key=lambda i: -sentence.probability(one.values[i]))
        return any(one.right[i] for i in order[:k])

    return float(np.mean([is_right(a) for a, _ in some]))


def main() -> None:
    """Train, report, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("xquad", type=Path)
    parser.add_argument("--write", action="store_true", help="replace rag/weights.json")
    given = parser.parse_args()
    embedder = make_embedder("local", Path("var"))
    with tempfile.TemporaryDirectory() as folder:
        questions = [
            *xquad(given.xquad, embedder, Path(folder), XQUAD_TRAINS),
            *xquad(given.xquad, embedder, Path(folder), range(16, 32)),
            *sample_corpus(embedder, Path(folder) / "sample"),
        ]
    train, test = ([q for q in questions if q.trains == which] for which in (True, False))
    sentence = fit_sentences(train)
    answerable = fit_answerability(train, sentence)
    print(f"{date.today()}  {embedder.model}")
    report("trained on", train, sentence, answerable)
    report("test", test, sentence, answerable)
    models = {
        n: {"bias": m.bias, "weights": dict(m.weights)}
        for n, m in (("passage", learned("passage")), ("sentence", sentence), ("answerability", answerable))
    }
    text = json.dumps(models, indent=1) + "\n"
    print(f"\n{text}")
    if given.write:
        weights_file().write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
