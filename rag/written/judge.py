"""A second opinion: a language model is asked about the few sentences on which verification is not sure.

It is off unless the settings name one. It is asked where the cited text has every number and day of a claim, and says only a part
of it or is near to another verdict (`Verdict.close`): what is missing or surely wrong it cannot make right. Its yes makes such a
claim supported, its no makes a supported one partial. One that does not answer leaves the verdict as it is, and that is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import prompts
from index.errors import ModelFailed
from rag.llm import LanguageModel, Message, Usage, complete
from rag.types import Candidate
from rag.verify import Verdict
from rag.written.sources import harmless

SUPPORT = "judge_support"
TOKENS = 8  # a model that thinks aloud first cannot judge
_ANSWER = re.compile(r"\W*(yes|no)\b", re.IGNORECASE)
_REASONING = re.compile(r"<think>.*?</think>", re.DOTALL)


@dataclass(kw_only=True)
class Judge:
    """Asks `model` about the sentences of one answer, and after a failure no more. `spent` is what that took."""

    model: LanguageModel
    spent: list[Usage] = field(default_factory=list)
    fault: str = ""

    def verdict(self, claim: str, cited: Sequence[Candidate], before: Verdict) -> Verdict:
        """The verdict, heard the model's where it is close."""
        if not before.close or self.fault:
            return before
        try:
            said = self._said(claim, cited)
        except ModelFailed as error:
            self.fault = str(error)
            return before
        if said == "failed":
            self.fault = "it answers neither yes nor no"
            return before
        if said == "yes":
            return Verdict(support="supported", reasons=(f"{self.model.name} finds it in the cited text",))
        reasons = (f"{self.model.name} does not find all of it in the cited text", *before.reasons)
        return replace(before, support="partial" if before.support == "supported" else before.support, reasons=reasons)

    def warnings(self) -> list[str]:
        """What a reader should know about it."""
        return [f"{self.model.name} gave no second opinion on support: {self.fault}"] if self.fault else []

    def _said(self, claim: str, cited: Sequence[Candidate]) -> str:
        reply = complete(self.model, support_question(claim, (c.text for c in cited)), max_tokens=TOKENS)
        self.spent += [reply.usage] if reply.usage else []
        return vote(reply.text)


def support_question(claim: str, quotes: Iterable[str]) -> list[Message]:
    """What a model is asked: whether the quoted sentences say what a claim says."""
    quoted = "\n".join(f"- {harmless(q)}" for q in quotes)
    asked = prompts.load(SUPPORT).render(claim=harmless(claim), quotes=quoted)
    return [Message(role="user", content=asked)]


def vote(reply: str) -> str:
    """ "yes", "no", or "failed" for a reply that begins with neither."""
    found = _ANSWER.match(_REASONING.sub("", reply))
    return found[1].lower() if found else "failed"
