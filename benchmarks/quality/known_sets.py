"""The public sets that are measured, ours beside them: what each can show, what it cannot, and which parts of it are told apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.quality.parts import unseen
from evals.report.contents import languages
from evals.runs import Row

Parts = Callable[[Sequence[Row]], Sequence[str]]
"""The name of the part to which each row belongs, in the order of the rows; "" for none."""


@dataclass(frozen=True, kw_only=True)
class Unseen:
    """The rows that neither chose nor trained anything of ours, where others of the same set did."""

    name: str
    rows: Callable[[Sequence[Row]], list[Row]]


@dataclass(frozen=True, kw_only=True)
class KnownSet:
    """One set. `folder` lies below the public data; where there is none, `cases` and `corpus` are in the repository."""

    name: str
    title: str
    licence: str
    can: str
    cannot: str
    adapter: str = ""
    folder: str = ""
    cases: Path = Path()
    corpus: Path = Path()
    parts: dict[str, Parts] = field(default_factory=dict)
    unseen: Unseen | None = None


def by_languages(rows: Sequence[Row]) -> list[str]:
    """The languages of the question and of the evidence."""
    return [languages(row) for row in rows]


def by_type(rows: Sequence[Row]) -> list[str]:
    """The types that the set itself gives."""
    return [row.case.type for row in rows]


def unseen_rows(rows: Sequence[Row]) -> list[Row]:
    """The rows of cases that trained nothing and chose nothing."""
    return [row for row in rows if unseen(row.case)]


def _unseen_languages(rows: Sequence[Row]) -> list[str]:
    return [languages(row) if unseen(row.case) else "" for row in rows]


KNOWN = (
    KnownSet(
        name="sample",
        title="Our sample corpus",
        licence="as the project",
        cases=Path("evals/gold/sample.jsonl"),
        corpus=Path("corpus"),
        can="Questions in eight languages on news written for it, close questions that no article answers, sources that disagree.",
        cannot="We wrote articles and questions, and every second case that stands alone trained our weights: see the row of the "
        "others. The languages searched are not restricted. A citation is right when it overlaps one of the marked places, "
        "and another sentence may answer too, so the figures are lower bounds.",
        parts={"type": by_type, "language of the question": by_languages},
        unseen=Unseen(name="cases that trained nothing", rows=unseen_rows),
    ),
    KnownSet(
        name="xquad",
        title="XQuAD, English and German",
        licence="CC BY-SA 4.0",
        adapter="common",
        folder="xquad",
        can="826 questions in four directions, 32 articles in each language, with the exact span: search across languages, and "
        "whether the right sentence is quoted.",
        cannot="Each case searches the articles of one language alone, so it does not show two languages side by side (`xquad.py` "
        "does). Articles 0-15 chose our fusion and trained our weights: see the rows of 16-31. Paragraphs of Wikipedia, and "
        "questions written while reading them. The marked span is the bare answer, often one word, so IoU and precision "
        "by span are small for any whole sentence: read those by sentence. Every question is answerable: a refusal is always wrong here.",
        parts={"languages": by_languages, "languages, articles 16-31": _unseen_languages},
        unseen=Unseen(name="articles 16-31", rows=unseen_rows),
    ),
    KnownSet(
        name="multihop",
        title="MultiHop-RAG, 250 questions",
        licence="ODC-BY; the quotes belong to their publishers",
        adapter="common",
        folder="multihop_rag_500",
        can="Questions that need several articles, by outlet and date, and questions that none answers.",
        unseen=Unseen(name="cases that trained nothing", rows=unseen_rows),
        cannot="The articles are digests (header and gold sentences), so search is much easier than in the paper: these figures must not "
        "stand beside its own. Many answers are yes or no, which no quote holds.",
        parts={"type": by_type},
    ),
    KnownSet(
        name="ramdocs",
        title="RAMDocs",
        licence="MIT",
        adapter="ramdocs",
        folder="ramdocs",
        can="Sources that disagree: several right answers, misinformation and noise; how often a wrong answer is given.",
        cannot="The evidence is whole documents, so there is nothing by passage or span, and a citation counts by article. Which "
        "sentence bears the answer out was never marked. Every question is answerable.",
        parts={"type": by_type},
    ),
    KnownSet(
        name="mtrag",
        title="MTRAG-UN",
        licence="Apache-2.0",
        adapter="mtrag",
        folder="mtrag_un",
        can="The last question of a conversation: answerable, in part, not at all, or underspecified.",
        cannot="The rules for follow-ups were chosen on the cases whose id has an even SHA-256. "
        "Evidence is whole passages, each an article of its own; the "
        "articles are those of all tasks, so another task's may answer too. An underspecified question counts as unanswerable.",
        parts={"type": by_type},
    ),
    KnownSet(
        name="clapnq",
        title="ClapNQ",
        licence="Apache-2.0; passages of Wikipedia, CC BY-SA",
        adapter="clapnq",
        folder="clapnq",
        can="The sentences that bear a long answer out, and refusing.",
        cannot="A question counts as unanswerable because its own paragraph does not answer it; the other paragraphs, which are all "
        "searched, were never judged: some of what is called wrongly answered is right.",
    ),
    KnownSet(
        name="chunking",
        title="Chroma's evaluation of passage sizes",
        licence="MIT",
        adapter="chunking",
        folder="chunking_eval",
        can="How much of the exact evidence is among the hits, in long texts.",
        cannot="Only 317 of its 472 questions: the other texts are not here. Three long texts: by article it shows next to nothing. Every "
        "question is answerable.",
        parts={"type": by_type},
    ),
    KnownSet(
        name="ntrex",
        title="NTREX-128, English and German",
        licence="CC BY-SA 4.0",
        adapter="ntrex",
        folder="ntrex",
        can="A known sentence of a news article found in its translation, both ways.",
        cannot="The question is a statement, and the longest of its article: search in earnest, but no question that anybody "
        "asks, so refusing and answering say little. Each case searches the articles of one language alone.",
        parts={"languages": by_languages},
    ),
)
