"""Which written sentences are false, as somebody says who reads them beside what they cite.

    python -m benchmarks.quality.labels RUN.json... [--show]

Asks for each sentence that has no label yet: t where the articles say so, f where they do not, s to leave it out. `--show` prints
them instead. `written_labels.jsonl` keeps what was said by a hash of the case and the sentence: no text of an article is in it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from evals.runs import Row, read_run
from rag.written.claims import WRONGLY_CITED

LABELS = Path(__file__).with_name("written_labels.jsonl")
CITED_WRONGLY = WRONGLY_CITED.partition(";")[0]
"""What stays of the reason where no other source is found any more."""
Labels = Mapping[str, bool]
"""Whether a sentence is true, by its key."""


def key(case_id: str, text: str) -> str:
    """The key of a written sentence."""
    return sha256(f"{case_id}\0{' '.join(text.split())}".encode()).hexdigest()[:16]


def kept_labels(path: Path = LABELS) -> dict[str, bool]:
    """The labels that are there."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {label["key"]: label["true"] for label in map(json.loads, lines)}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """How many written sentences there are, on how many a verifier has an opinion, and how many look supported, false ones and true."""

    claims: int
    checked: int
    labelled: int
    false: int
    before: int
    after: int
    true: int
    true_after: int


def shown_false(rows: Iterable[Row], labels: Labels) -> Shown:
    """Counted over the claims of rows that were answered."""
    claims = [(labels.get(key(row.case.id, claim["text"])), claim, row) for row, claim in claims_of(rows)]
    false = [(claim, row) for label, claim, row in claims if label is False]
    true = [claim for label, claim, _ in claims if label is True]
    return Shown(
        claims=len(claims),
        checked=sum(claim["support"] != "unchecked" for _, claim, _ in claims),
        labelled=len(false) + len(true),
        false=len(false),
        before=sum(_is_cited(claim, row) for claim, row in false),
        after=sum(claim["support"] == "supported" for claim, _ in false),
        true=len(true),
        true_after=sum(claim["support"] == "supported" for claim in true),
    )


def claims_of(rows: Iterable[Row]) -> Iterator[tuple[Row, Mapping[str, Any]]]:
    """Every claim of the rows that were answered."""
    return ((row, claim) for row in rows if row.answered for claim in row.answer.get("claims") or ())


def is_wrongly_cited(claim: Mapping[str, Any]) -> bool:
    """Whether its writer cited a sentence that does not say it, and that is named no longer."""
    return any(reason.startswith(CITED_WRONGLY) for reason in claim["reasons"])


def _is_cited(claim: Mapping[str, Any], row: Row) -> bool:
    """Whether a reader would believe a claim that nobody checked: it cites something, and all of it is there, and its writer gave it."""
    own = set(claim["citations"]) - set(claim.get("added", ()))
    return is_wrongly_cited(claim) or (bool(own) and own <= row.citations.keys())


def _unlabelled(rows: Iterable[Row], labels: Labels) -> Iterator[tuple[str, str]]:
    """Key, and what is read: the question, the sentence, what is cited."""
    for row, claim in claims_of(rows):
        if (found := key(row.case.id, claim["text"])) not in labels:
            quotes = [c for c in row.answer["citations"] if c["number"] in claim["citations"]]
            cited = "\n".join(
                f"  [{c['number']}] {c['title']} ({c['date']}): {' '.join(c['quote'].split())}" for c in quotes
            )
            gold = ", ".join(row.case.answers) or ("unanswerable" if not row.case.answerable else "-")
            yield (
                found,
                f"{row.case.question}\n  known: {gold}\n> {claim['text']}   ({claim['support']}: {'; '.join(claim['reasons'])})\n{cited}",
            )


def ask(unlabelled: Sequence[tuple[str, str]], path: Path) -> None:
    """One after the other, kept at once."""
    with path.open("a", encoding="utf-8") as file:
        for found, shown in unlabelled:
            said = input(f"\n{shown}\n[t]rue, [f]alse, [s]kip: ").strip().lower()
            if said in ("t", "f"):
                file.write(json.dumps({"key": found, "true": said == "t"}) + "\n")
                file.flush()


def main() -> None:
    """Ask, or show."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality.labels", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("runs", type=Path, nargs="+", help="runs in written mode")
    parser.add_argument("--show", action="store_true", help="print what has no label yet, with its key")
    given = parser.parse_args()
    rows = [row for path in given.runs for row in read_run(path).rows]
    found = list(dict(_unlabelled(rows, kept_labels())).items())
    if given.show:
        print("\n\n".join(f"{k}  {text}" for k, text in found))
    else:
        ask(found, LABELS)


if __name__ == "__main__":
    main()
