"""How well sentences are told apart, and how fast: `python -m benchmarks.splitting.borders ../shared/data`.

Two golds: tests/index/sentence_borders.tsv (rows right as a whole), and NTREX, where a document's lines are joined by
spaces and each line's end is a border (headlines without a full stop are then beyond any segmenter, and some lines hold
several sentences, so neither precision nor recall can reach 1).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timezone
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path

from benchmarks.splitting.corpora import read_ntrex
from index.sentences import sentence_spans
from index.split import split_article
from index.types import Article

TABLE = Path(__file__).parents[2] / "tests" / "index" / "sentence_borders.tsv"
Segmenter = Callable[[str, str], list[str]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder with ntrex")
    folder = parser.parse_args().folder
    segmenters = {"index.sentences": _ours, "sentencex alone": _sentencex, "llama-index (nltk Punkt)": _punkt()}
    versions = ", ".join(f"{name} {version(name)}" for name in ("sentencex", "llama-index-core", "nltk", "tiktoken"))
    print(f"{datetime.now(timezone.utc):%Y-%m-%d}, Python {sys.version.split()[0]}, {versions}\n")
    _compare_on_table(segmenters)
    _compare_on_ntrex(segmenters, folder / "ntrex")
    _time_splitting(folder / "ntrex")


def _ours(text: str, language: str) -> list[str]:
    return [span.of(text) for span in sentence_spans(text, language)]


def _sentencex(text: str, language: str) -> list[str]:
    import sentencex

    return [piece.strip() for piece in sentencex.segment(language, text) if piece.strip()]


def _punkt() -> Segmenter:
    from llama_index.core.node_parser.text.utils import split_by_sentence_tokenizer

    split = split_by_sentence_tokenizer()
    return lambda text, _: [piece.strip() for piece in split(text) if piece.strip()]


def _compare_on_table(segmenters: dict[str, Segmenter]) -> None:
    rows = [row.split("\t") for row in TABLE.read_text(encoding="utf-8").splitlines() if not row.startswith("#")]
    cases = [(language, marked.replace("\\n", "\n")) for language, marked in rows]
    total = Counter(language for language, _ in cases)
    print(f"| rows right of {len(cases)} | all | " + " | ".join(f"{name} ({n})" for name, n in total.items()) + " |")
    print("|---" * (len(total) + 2) + "|")
    for name, segment in segmenters.items():
        right = Counter(
            language for language, marked in cases if segment(marked.replace("¦", ""), language) == _parts(marked)
        )
        print(f"| {name} | {right.total()} | " + " | ".join(str(right[language]) for language in total) + " |")


def _parts(marked: str) -> list[str]:
    return [part.strip() for part in marked.split("¦")]


def _compare_on_ntrex(segmenters: dict[str, Segmenter], folder: Path) -> None:
    print("\n| NTREX | en P | R | F | de P | R | F | ms/400 words |\n|---|---|---|---|---|---|---|---|")
    for name, segment in segmenters.items():
        began = time.perf_counter()
        figures = [
            figure for language in ("en", "de") for figure in _scores(segment, _documents(folder, language), language)
        ]
        seconds = time.perf_counter() - began
        words = sum(len(line.split()) for language in ("en", "de") for d in _documents(folder, language) for line in d)
        print(f"| {name} | " + " | ".join(f"{x:.3f}" for x in figures) + f" | {seconds / words * 400 * 1000:.2f} |")


def _documents(folder: Path, language: str) -> list[list[str]]:
    file = {"en": "newstest2019-src.eng.txt", "de": "newstest2019-ref.deu.txt"}[language]
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    documents: dict[str, list[str]] = {}
    for name, line in zip((folder / "DOCUMENT_IDS.tsv").read_text(encoding="utf-8").split(), lines, strict=True):
        documents.setdefault(name, []).append(line.strip())
    return list(documents.values())


def _scores(segment: Segmenter, documents: list[list[str]], language: str) -> tuple[float, float, float]:
    """Precision, recall and F of the borders; counted without white space, which segmenters may trim."""
    both = wanted = got = 0
    for lines in documents:
        gold, found = _borders(lines), _borders(segment(" ".join(lines), language))
        both, wanted, got = both + len(gold & found), wanted + len(gold), got + len(found)
    return both / got, both / wanted, 2 * both / (got + wanted)


def _borders(pieces: list[str]) -> set[int]:
    return set(accumulate(len("".join(piece.split())) for piece in pieces))


def _time_splitting(folder: Path) -> None:
    articles = list(read_ntrex(folder, every=1).articles.values())
    split_article(articles[0])
    words = sum(len(article.text.split()) for article in articles)
    spent = min(_seconds(articles) for _ in range(5))
    print(f"\nsplit_article: {spent / words * 400 * 1000:.2f} ms per 400 words (best of 5 over {words} words)")


def _seconds(articles: list[Article]) -> float:
    began = time.process_time()
    for article in articles:
        split_article(article)
    return time.process_time() - began


if __name__ == "__main__":
    main()
