"""The gold questions over the sample corpus: what is found, what is cited, and what is wrongly answered or refused.

    python -m evals.sample [--out RESULTS.jsonl]

A citation is right when it overlaps a gold evidence span; "first right", "any right" and "precision" are over the questions
that were answered, "refused" over all. Follow-ups are asked without the questions before them, so they stand for what a
reader gets who asks them alone.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from evals.cases import Case, load_cases
from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder, make_embedder
from index.sync import sync
from rag.assistant import Assistant
from rag.types import Answer

CORPUS, CASES = Path("corpus"), Path("evals/gold/sample.jsonl")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One case, asked. Shares are 0 to 1; None where the measure does not apply."""

    id: str
    type: str
    language: str
    answerable: bool
    answerability: float
    refused: bool
    article_found: float | None = None  # a gold article is among the ten hits
    evidence_found: float | None = None  # a gold span overlaps one of the ten hits
    first_right: float | None = None  # the first citation overlaps a gold span
    any_right: float | None = None  # one of the citations does
    precision: float | None = None  # the share of citations that do


def outcome(case: Case, answer: Answer) -> Outcome:
    """What became of one case."""
    about = {"id": case.id, "type": case.type, "language": case.q_lang, "answerable": case.answerable}
    judged = {"answerability": answer.answerability, "refused": answer.refusal is not None}
    if not case.answerable:
        return Outcome(**about, **judged)  # type: ignore[arg-type]
    gold = [(e.file, e.span) for e in case.evidence if e.span]
    hits = [any(h.passage.article_id == f and h.passage.span.overlaps(s) for f, s in gold) for h in answer.hits]
    cited = [any(c.file == f and c.span.overlaps(s) for f, s in gold) for c in answer.citations]
    files = {h.passage.article_id for h in answer.hits}
    return Outcome(
        **about,  # type: ignore[arg-type]
        **judged,  # type: ignore[arg-type]
        article_found=float(any(f in files for f, _ in gold)),
        evidence_found=float(any(hits)),
        first_right=float(cited[0]) if cited else None,
        any_right=float(any(cited)) if cited else None,
        precision=sum(cited) / len(cited) if cited else None,
    )


def run(assistant: Assistant, cases: Sequence[Case]) -> list[Outcome]:
    """Ask every case."""
    return [outcome(case, assistant.ask(case.question)) for case in cases]


def table(outcomes: Sequence[Outcome]) -> str:
    """A row for each type, and one for all."""
    measures = ("article_found", "evidence_found", "first_right", "any_right", "precision", "refused")
    lines = [f"{'type':<18}{'n':>4}" + "".join(f"{m.replace('_', ' '):>16}" for m in measures)]
    types = list(dict.fromkeys(o.type for o in outcomes))
    rows = {
        **{t: [o for o in outcomes if o.type == t] for t in types},
        "all answerable": [o for o in outcomes if o.answerable],
    }
    for name, some in rows.items():
        cells = (_mean(getattr(o, m) for o in some) for m in measures)
        lines.append(f"{name:<18}{len(some):>4}" + "".join(f"{'-' if c is None else f'{c:.3f}':>16}" for c in cells))
    return "\n".join(lines)


def _mean(values: Iterable[float | None]) -> float | None:
    """The mean of those that apply."""
    known = [float(v) for v in values if v is not None]
    return sum(known) / len(known) if known else None


def open_sample(home: Path, embedder: Embedder) -> Assistant:
    """An assistant over the sample corpus, indexed into `home`."""
    catalog = Catalog(home)
    sync(catalog, embedder, CORPUS)
    return Assistant(catalog, embedder, DenseSearch(catalog))


def main() -> None:
    """Index, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        assistant = open_sample(Path(folder), make_embedder("local", Path("var")))
        outcomes = run(assistant, load_cases(CASES))
        assistant.close()
    print(f"{date.today()}  {len(outcomes)} questions over {CORPUS}\n\n{table(outcomes)}")
    if given.out:
        given.out.write_text("".join(json.dumps(asdict(o)) + "\n" for o in outcomes), encoding="utf-8")


if __name__ == "__main__":
    main()
