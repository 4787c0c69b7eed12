"""Questions with and without an answer, each with what is found for it: what answerability is trained and measured on.

    xquad    off the corpus   the article that answers is not indexed
    halves   close            of every article each second paragraph is not indexed; questions about these have no answer
    topic    close            a few paragraphs of one article are all that is indexed, each as an article; others answer nothing
    sample   close            questions about the very people and events of the articles, written to have no answer
    clapnq   close            a question's own paragraph is indexed and was judged not to answer it; the others were never judged
    multihop off the corpus   null queries: most name outlets and people that no article names

Of XQuAD's articles, a half is indexed in English and a half in German, so every question meets articles in its own and in the
other language. Which questions train says `parts.py`. What was found is kept below the work folder until the code that finds
or the cases change, so a second look at the same questions takes seconds.
"""

from __future__ import annotations

import json
import pickle
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.quality.parts import XQUAD_TRAINS, trains
from evals.cases import Case, load_cases
from evals.sets import convert
from evals.systems import question_of
from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder
from index.sync import sync
from index.types import Article, Span
from rag.assistant import Assistant
from rag.model import learned
from rag.question.types import Question
from rag.quotes import extract
from rag.retrieval.rerank import DEPTH, rerank
from rag.types import Reading

ROOT = Path(__file__).parents[2]
WORK = Path("var/benchmarks/refusing")
EVERY = 3  # of XQuAD's questions
XQUAD_PARTS = (XQUAD_TRAINS, range(16, 32))
CLOSE = {"xquad": False, "halves": True, "topic": True, "sample": True, "clapnq": True, "multihop": False}
"""The sets, and whether their unanswerable questions come close to the articles."""
Gold = list[tuple[str, Span | None]]
_AFTER = "refuse expect lacking offices cover parts model settings build assistant cite contract sources drafts write".split()
"""Modules that only judge, or use, what was found."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question with what was found for it. `right` has one entry for each sentence that may be quoted."""

    set: str
    part: str
    trains: bool
    reading: Reading
    answerable: bool
    right: list[bool]


def asked(part: str, assistant: Assistant, question: Question, gold: Gold, *, trains: bool) -> Asked:
    """Ask, and mark the sentences that overlap the gold evidence; evidence without a span is a whole article."""
    reading = rerank(assistant.finder.reading(assistant.finder.query(question), DEPTH), learned("passage"))
    found = extract.quotable(reading)
    right = [any(c.article.id == f and (s is None or c.span.overlaps(s)) for f, s in gold) for c in found]
    return Asked(set=part.split()[0], part=part, trains=trains, reading=reading, answerable=bool(gold), right=right)


def questions(name: str, data: Path, embedder: Embedder, work: Path = WORK) -> list[Asked]:
    """All questions of one set, as they were kept or found anew."""
    kept = work / f"{name}-{_digest(name, embedder)}.pickle"
    if not kept.exists():
        print(f"{name}: asking", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            found = _lean(_asked(name, data, embedder, Path(folder)))
        kept.parent.mkdir(parents=True, exist_ok=True)
        for old in kept.parent.glob(f"{name}-*.pickle"):
            old.unlink()
        kept.write_bytes(pickle.dumps(found))
    found: list[Asked] = pickle.loads(kept.read_bytes())
    return found


def _digest(name: str, embedder: Embedder) -> str:
    """Of what finds, so that nothing is kept longer than it is true."""
    code = [p for part in ("index", "rag") for p in sorted((ROOT / part).rglob("*.py")) if p.stem not in _AFTER]
    models = json.dumps({n: dict(learned(n).weights) for n in ("passage",)})
    gold = [*sorted((ROOT / "evals/gold").glob("*.jsonl")), Path(__file__)]
    texts = [p.read_bytes() for p in [*code, *gold]]
    return sha256(b"\0".join([*texts, models.encode(), name.encode(), embedder.model.encode()])).hexdigest()[:16]


def _asked(name: str, data: Path, embedder: Embedder, home: Path) -> Iterator[Asked]:
    if of_articles := {"xquad": xquad, "halves": halves, "topic": topic}.get(name):
        for articles in XQUAD_PARTS:
            yield from of_articles(data / "xquad", embedder, home, articles)
    elif name == "sample":
        cases = [
            c for c in load_cases(ROOT / "evals/gold/sample.jsonl") if not c.history
        ]  # a follow-up cannot stand alone
        yield from _of_cases(name, cases, ROOT / "corpus", embedder, home)
    else:
        adapter, folder = {"clapnq": ("clapnq", "clapnq"), "multihop": ("common", "multihop_rag_500")}[name]
        made = convert(adapter, data / folder, home / "set")
        yield from _of_cases(name, load_cases(made.cases), made.corpus, embedder, home)


def _of_cases(name: str, cases: Sequence[Case], corpus: Path, embedder: Embedder, home: Path) -> Iterator[Asked]:
    assistant = _indexed(corpus, embedder, home)
    for case in cases:
        gold = [(e.file, e.span) for e in case.evidence]
        if case.answerable != bool(gold):
            continue  # one of ClapNQ, whose evidence no annotator marked
        part = f"{name} {case.type}" if name == "multihop" and gold else name
        yield asked(part, assistant, question_of(case), gold, trains=trains(case.id))
    assistant.close()


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
            part = f"xquad {case['q_lang']}->{language or 'none'}{', two articles' if name in pairs else ''}"
            gold = _gold(case) if language else []
            yield asked(part, assistant, Question(text=case["question"]), gold, trains=articles == XQUAD_TRAINS)
        assistant.close()


def halves(data: Path, embedder: Embedder, home: Path, articles: range) -> Iterator[Asked]:
    """The questions about `articles`, over an index of each second paragraph of all of them, the first or the others."""
    languages = {n: "en" if n % 2 else "de" for n in articles}
    cases = [c for c in _cases(data, articles) if c["doc_lang"] == languages[c["article"]]]
    for odd in (0, 1):
        home_of = home / f"halves-{odd}-{articles.start}"
        corpus = home_of / "corpus"
        corpus.mkdir(parents=True)
        for number, language in languages.items():
            text = (data / "corpus" / language / _file(language, number)).read_text(encoding="utf-8")
            (corpus / _file(language, number)).write_text("\n\n".join(text.split("\n\n")[odd::2]), encoding="utf-8")
        assistant = _indexed(corpus, embedder, home_of)
        for case in cases:
            held = _paragraph(data, case) % 2 == odd
            part = f"halves {case['q_lang']}->{case['doc_lang']}"
            gold = _moved(data, case, odd) if held else []
            yield asked(part, assistant, Question(text=case["question"]), gold, trains=articles == XQUAD_TRAINS)
        assistant.close()


def topic(data: Path, embedder: Embedder, home: Path, articles: range) -> Iterator[Asked]:
    """The questions about each of `articles`, over an index of two thirds of its paragraphs: English, German, or by turns either.

    As where all articles are about the same, the nearest passage hardly stands out.
    """
    for number in articles:
        languages = (("en", "en"), ("de", "de"), ("en", "de"))[number % 3]
        corpus = home / f"topic-{number}" / "corpus"
        corpus.mkdir(parents=True)
        for turn, language in enumerate(languages):
            text = (data / "corpus" / language / _file(language, number)).read_text(encoding="utf-8")
            for place, paragraph in list(enumerate(text.split("\n\n")))[turn::3]:
                (corpus / f"{place}.md").write_text(paragraph, encoding="utf-8")
        assistant = _indexed(corpus, embedder, corpus.parent)
        for case in _cases(data, range(number, number + 1)):
            place, start = _paragraph(data, case), case["evidence"][0]["para_start"]
            held = (*languages, None)[place % 3]
            if case["doc_lang"] != (held or case["q_lang"]):
                continue
            marks = case["evidence"] if held else []
            gold = [(f"{place}.md", Span(start=e["start"] - start, end=e["end"] - start)) for e in marks]
            part, text = f"topic {case['q_lang']}->{held or 'none'}", Question(text=case["question"])
            yield asked(part, assistant, text, gold, trains=number in XQUAD_TRAINS)
        assistant.close()


def _paragraph(data: Path, case: dict[str, Any]) -> int:
    """The number, from 0, of the paragraph that answers."""
    (piece, *_), file = case["evidence"], case["evidence"][0]["file"]
    return (data / file).read_text(encoding="utf-8")[: piece["para_start"]].count("\n\n")


def _moved(data: Path, case: dict[str, Any], odd: int) -> Gold:
    """The evidence where it stands once each second paragraph is gone."""
    moved: Gold = []
    for piece in case["evidence"]:
        before = (data / piece["file"]).read_text(encoding="utf-8")[: piece["start"]].split("\n\n")
        start = len("\n\n".join(before[odd::2]))
        moved.append((Path(piece["file"]).name, Span(start=start, end=start + piece["end"] - piece["start"])))
    return moved


def _gold(case: dict[str, Any]) -> Gold:
    return [(Path(e["file"]).name, Span(start=e["start"], end=e["end"])) for e in case["evidence"]]


def _file(language: str, number: int) -> str:
    return f"xq_{language}_{number:03}.md"


def _over(data: Path, embedder: Embedder, home: Path, indexed: dict[int, str]) -> Assistant:
    corpus = home / "corpus"
    corpus.mkdir(parents=True)
    for number, language in indexed.items():
        shutil.copy(data / "corpus" / language / _file(language, number), corpus)
    return _indexed(corpus, embedder, home)


def _indexed(corpus: Path, embedder: Embedder, home: Path) -> Assistant:
    catalog = Catalog(home / "home")
    sync(catalog, embedder, corpus)
    return Assistant(catalog, embedder, DenseSearch(catalog))


def _cases(data: Path, articles: range) -> list[dict[str, Any]]:
    with (data / "questions.jsonl").open(encoding="utf-8") as lines:
        cases = [case for case in map(json.loads, lines) if case["article"] in articles]
    return cases[::EVERY]


def _lean(found: Iterator[Asked]) -> list[Asked]:
    """Each article once, however many questions found it."""
    known: dict[tuple[str, str], Article] = {}

    def shared(article: Article) -> Article:
        return known.setdefault((article.id, article.sha256), article)

    return [
        replace(
            one,
            reading=replace(
                one.reading, sentences=tuple(replace(s, article=shared(s.article)) for s in one.reading.sentences)
            ),
        )
        for one in found
    ]
