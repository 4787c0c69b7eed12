"""Articles and questions whose answers are known to the character, read from public sets (see README.md)."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from index.types import Article, Mark, Span


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question and what answers it: for each article id, spans of its text."""

    text: str
    gold: tuple[tuple[str, Span], ...]


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """Articles by id, and the questions asked of all of them together."""

    name: str
    articles: dict[str, Article]
    questions: tuple[Question, ...]


def read_spans(folder: Path, name: str, *, most: int, every: int) -> Corpus:
    """One text of Chroma's chunking evaluation (folder `chunking_eval`), its first `most` characters, every n-th question."""
    text = (folder / f"{name}.md").read_bytes().decode()[:most]
    questions = []
    with (folder / "questions_df.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            spans = [(r["start_index"], r["end_index"]) for r in json.loads(row["references"])]
            if row["corpus_id"] == name and all(end <= most for _, end in spans):
                gold = tuple((name, Span(start=start, end=end)) for start, end in spans)
                questions.append(Question(text=row["question"], gold=gold))
    article = Article(id=name, text=text, sha256="", format="txt", language="en")
    return Corpus(name=name, articles={name: article}, questions=tuple(questions[::every]))


def read_xquad(folder: Path, language: str, *, every: int) -> Corpus:
    """XQuAD in one language, whole articles of several paragraphs."""
    articles = {
        f"corpus/{language}/{path.name}": Article(
            id=path.name, text=path.read_bytes().decode(), sha256="", format="txt", language=language
        )
        for path in sorted((folder / "corpus" / language).glob("*.md"))
    }
    records = [r for r in _records(folder) if r["q_lang"] == r["doc_lang"] == language]
    return Corpus(name=f"xquad {language}", articles=articles, questions=tuple(map(_question, records[::every])))


def read_multihop(folder: Path, *, every: int) -> Corpus:
    """MultiHop-RAG digests: news with title, outlet and date, of which only the sentences that are evidence are left."""
    articles = {f"corpus/{path.name}": _digest(path) for path in sorted((folder / "corpus").glob("*.md"))}
    records = [r for r in _records(folder) if r["evidence"]]
    return Corpus(name="multihop", articles=articles, questions=tuple(map(_question, records[::every])))


def read_ntrex(folder: Path, *, every: int) -> Corpus:
    """NTREX: English news, one line a paragraph, its first line as title; a German line asks for the English one."""
    names = (folder / "DOCUMENT_IDS.tsv").read_text(encoding="utf-8").split()
    english = _stripped_lines(folder / "newstest2019-src.eng.txt")
    german = _stripped_lines(folder / "newstest2019-ref.deu.txt")
    texts: dict[str, str] = {}
    questions = []
    for name, line, asked in zip(names, english, german, strict=True):
        start = len(texts.get(name, ""))
        texts[name] = texts.get(name, "") + line + "\n"
        if start:
            questions.append(Question(text=asked, gold=((name, Span(start=start, end=start + len(line))),)))
    articles = {name: _titled(name, text) for name, text in texts.items()}
    return Corpus(name="ntrex de-en", articles=articles, questions=tuple(questions[::every]))


def _titled(name: str, text: str) -> Article:
    title = text.splitlines()[0]
    mark = Mark(span=Span(start=0, end=len(title)), kind="title")
    return Article(id=name, text=text, sha256="", format="txt", language="en", title=title, marks=(mark,))


def _stripped_lines(path: Path) -> list[str]:
    return [line.strip() for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def _records(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()]


def _question(record: dict) -> Question:
    gold = tuple((e["file"], Span(start=e["start"], end=e["end"])) for e in record["evidence"])
    return Question(text=record["question"], gold=gold)


def _digest(path: Path) -> Article:
    text = path.read_bytes().decode()
    head = re.match(r"# (?P<title>.*)\n\n(?:(?:[A-Z]\w+|URL): .*\n)*", text)
    assert head, path
    fields = dict(re.findall(r"^(\w+): (.*)$", head.group(), re.MULTILINE))
    return Article(
        id=path.name,
        text=text,
        sha256="",
        format="md",
        language="en",
        title=head["title"],
        outlet=fields["Source"],
        date=date.fromisoformat(fields["Date"]),
        marks=(Mark(span=Span(start=0, end=head.end()), kind="header"),),
    )
