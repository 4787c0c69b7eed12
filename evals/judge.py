"""An optional judge: a language model that says whether an answer is right, and whether its citations say what it says.

Nothing else here needs one. It is asked several times, the majority counts, and how often it agrees with itself is a measure
beside its verdicts. A reply that is neither yes nor no, and one that never came, is no verdict: it is left out, never a no.

A judged row keeps the votes, and the verdicts are derived from them (`evals/measures/judged.py`):

    "judge": {"model": "...", "repeats": 3, "correct": {"yes": 2, "no": 1, "failed": 0} | null,
              "claims": [{"yes": 3, "no": 0, "failed": 0} | null, ...]}

"correct" is null for a case without accepted answers and for a refusal; a claim is null where it cites nothing that exists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import prompts
from evals.runs import Row
from index.errors import ModelFailed, ModelNotAllowed, SettingsWrong
from rag.llm import LanguageModel, Message, complete
from rag.written.judge import SUPPORT, TOKENS, support_question, vote
from rag.written.sources import harmless

CORRECTNESS = "judge_correctness"
PROMPTS = (CORRECTNESS, SUPPORT)
_VARIED = 0.7  # the temperature of repeated questions: at 0 every repetition would be the same

Votes = dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Judge:
    """Asks `model` about every answer `repeats` times, an odd number. `tokens` are those of one reply: more for one that thinks."""

    model: LanguageModel
    repeats: int = 3
    tokens: int = TOKENS

    def __post_init__(self) -> None:
        if self.repeats < 1 or self.repeats % 2 == 0:
            raise SettingsWrong(f"a judge cannot be asked {self.repeats} times", "ask an odd number of times")

    def judged(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows with the judge's votes, one after the other. Raises ModelFailed when the model answers nothing any more."""
        self._try_out()
        for row in rows:
            if _silent(told := self.judge(row)):
                self._try_out()  # was it this row, or is the model gone?
            yield told

    def judge(self, row: Row) -> Row:
        """The row with the judge's votes; a row that has no answer to judge stays as it is."""
        if not row.answered:
            return row
        told = {"model": self.model.name, "repeats": self.repeats, "correct": self._correct(row)}
        claims = [self._supported(row, claim) for claim in row.answer.get("claims", ())]
        return replace(row, answer={**row.answer, "judge": {**told, "claims": claims}})

    def _correct(self, row: Row) -> Votes | None:
        accepted = (*row.case.answers, *row.case.references)
        if not accepted:
            return None
        asked = prompts.load(CORRECTNESS).render(
            question=row.case.question,
            answers="\n".join(f"- {harmless(a)}" for a in accepted),
            answer=harmless(row.answer["answer"]),
        )
        return self._votes([Message(role="user", content=asked)])

    def _supported(self, row: Row, claim: dict[str, Any]) -> Votes | None:
        quotes = [c["quote"] for c in row.answer.get("citations", ()) if c["number"] in claim["citations"]]
        return self._votes(support_question(claim["text"], quotes)) if quotes else None

    def _votes(self, asked: list[Message]) -> Votes:
        votes = Counter(self._vote(asked) for _ in range(self.repeats))
        return {name: votes[name] for name in ("yes", "no", "failed")}

    def _vote(self, asked: list[Message]) -> str:
        try:
            return vote(self._reply(asked))
        except ModelNotAllowed:
            raise
        except ModelFailed:
            return "failed"

    def _reply(self, asked: list[Message]) -> str:
        temperature = 0.0 if self.repeats == 1 else _VARIED
        return complete(self.model, asked, max_tokens=self.tokens, temperature=temperature).text

    def _try_out(self) -> None:
        """Ask what every model can answer. Raises ModelFailed."""
        asked = prompts.load(CORRECTNESS).render(question="1 + 1 = ?", answers="- 2", answer="2")
        try:
            self._reply([Message(role="user", content=asked)])
        except ModelFailed as error:
            if type(error) is not ModelFailed:  # its kinds know what to do
                raise
            raise ModelFailed(error.what, f"give its replies more room with --tokens, or {error.remedy}") from error


def _silent(row: Row) -> bool:
    """Whether the judge was asked about a row and never gave a verdict."""
    judge = row.answer.get("judge", {})
    votes = [v for v in (judge.get("correct"), *judge.get("claims", ())) if v]
    return bool(votes) and not any(v["yes"] or v["no"] for v in votes)


def verdict(votes: Votes | None) -> float | None:
    """1 for a majority of yes, 0 for one of no; None where there is none."""
    if votes is None or votes["yes"] == votes["no"]:
        return None
    return float(votes["yes"] > votes["no"])
