"""Answers, hits and citations on a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from index.shown import one_line, shown
from rag.question.types import Query
from rag.types import Answer, Claim, Hit
from ui.render import about, asked_as, line_range, searched, snippet, source_lines

if TYPE_CHECKING:
    from rich.console import Console

    from index.doctor import Finding
    from rag.cite import Located


def print_claim(claim: Claim) -> None:
    """One sentence of an answer with its marks; what is wrong with it stands behind it."""
    console = _console()
    console.print(claim.lead.rpartition("\n")[2].lstrip(), end="")  # the mark of a list
    console.print(shown(claim.text), end="", style="bold" if claim.support == "supported" else "")
    console.print("".join(f" [{n}]" for n in claim.citations), style="cyan", end="")
    wrong = f"  ({claim.support}: {'; '.join(claim.reasons)})" if claim.support in ("partial", "unsupported") else ""
    console.print(wrong, style="yellow")


def print_answer(answer: Answer, *, without_claims: bool = False) -> None:
    """An answer with its sources below it; `without_claims` when they have been printed already."""
    console = _console()
    for line in asked_as(answer.question, answer.rewritten):
        console.print(line, style="dim")
    for claim in () if without_claims else answer.claims:
        print_claim(claim)
    for disagreement in answer.disagreements:
        console.print(one_line(disagreement.text), style="yellow")
    if answer.refusal:
        console.print(shown(answer.refusal.reason))
        for closest in answer.refusal.closest:
            console.print(
                f"  {about(closest.title, closest.outlet, closest.date)}  {one_line(closest.file)}", style="dim"
            )
    for citation in answer.citations:
        first, *rest = source_lines(citation)
        console.print(f"\n[{citation.number}]", style="cyan", end=" ")
        console.print(first)
        for line in rest:
            console.print(f"    {line}", style="dim")
    for line in searched(answer.periods, answer.outlets, dated=answer.dated):
        console.print(f"\n{line}", style="dim")
    print_warnings(answer.warnings)


def print_warnings(warnings: Iterable[str]) -> None:
    """What went another way than it should."""
    console = _console()
    for warning in warnings:
        console.print(f"\nwarning: {one_line(warning)}", style="yellow")


_SHOWN = ("standing", "lexical", "time", "outlet", "reranker")  # what moves a hit up or down; --json has all


def print_hits(question: str, query: Query, hits: Iterable[Hit]) -> None:
    """Found passages, one after the other, after what was searched in place of the question, and what its days did."""
    console = _console()
    for line in (*asked_as(question, query.text), *searched(query.periods, query.outlets, dated=query.dated)):
        console.print(line, style="dim")
    for hit in hits:
        span, parts = hit.passage.span, ", ".join(f"{k} {hit.parts[k]:.3f}" for k in _SHOWN if k in hit.parts)
        console.print(f"{hit.rank:>3}.", style="cyan", end=" ")
        console.print(f"{one_line(hit.passage.article_id)}#char={span.start},{span.end}", end="  ")
        console.print(f"{hit.score:.3f} ({parts})", style="dim")
        console.print(f"     {snippet(hit.passage.text)}")
        if hit.copies:
            console.print(f"     also in {', '.join(one_line(c) for c in hit.copies)}", style="dim")


def print_located(located: Located, around: int = 2) -> None:
    """The cited lines with `around` lines before and after them."""
    from rag.cite import line_starts, lines_of

    console, article = _console(), located.article
    first, last = lines_of(located.text, located.span)
    console.print(about(article.title, article.outlet, article.date) or one_line(article.id), style="bold")
    console.print(f"{one_line(article.id)}:{line_range(first, last)} ", style="dim", end="")
    console.print(_STATES[located.state], style="green" if located.state == "unchanged" else "yellow")
    starts = [*line_starts(located.text), len(located.text)]
    for number, (start, end) in enumerate(pairwise(starts), start=1):
        if first - around <= number <= last + around:
            console.print(f"{number:>5} ", style="dim", end="")
            line = located.text[start:end].rstrip("\r\n")
            _print_marked(console, line, located.span.start - start, located.span.end - start)


_STATES = {
    "unchanged": "unchanged: the file says so",
    "moved": "moved: the file has changed, and says so here",
    "gone": "gone: the file no longer says so, or is no longer there; this is what was indexed",
}


def _print_marked(console: Console, text: str, start: int, end: int) -> None:
    """One line, with what lies between `start` and `end` (which may be outside of it) marked."""
    start, end = (max(0, min(offset, len(text))) for offset in (start, end))
    console.print(shown(text[:start]), end="")
    opened, closed = ("", "") if console.is_terminal or start == end else ("⟦", "⟧")
    console.print(f"{opened}{shown(text[start:end])}{closed}", style="reverse", end="")
    console.print(shown(text[end:]))


def print_status(values: dict[str, Any]) -> None:
    """The state of a home; below it what to set for each server of language models that was found."""
    told = {**values, "language_model": _trial_in_words(values["language_model"])}
    found = told.pop("language_models_nearby")
    print_table(told)
    if not values["articles"]:
        print("nothing is indexed in this home: run `sourceline index PATH` first")
    for server in found:
        others = f" (or {', '.join(server['models'][1:])})" if len(server["models"]) > 1 else ""
        todo = server["setting"] + others if server["models"] else f"{server['url']} has no model that chats yet"
        print(one_line(f"found on the port of {server['whose']}: {todo}"))


def _trial_in_words(told: dict[str, Any] | None) -> str:
    if told is None:
        return "none: answers are the articles' own sentences"
    if "error" in told:
        return f"does not answer: {told['error']}"
    return f"{told['name']} answers, after {told['seconds']:.1f} s"


def print_table(values: dict[str, Any]) -> None:
    """Names and values, one a line."""
    for name, value in values.items():
        print(f"{name.replace('_', ' '):<20} {one_line(_in_words(name, value))}")


def _in_words(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} {v}" for k, v in value.items()) or "-"
    if isinstance(value, list):
        return (" to " if name == "dates" else ", ").join(value) or "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None else str(value)


def print_findings(findings: Iterable[Finding]) -> None:
    """What the doctor found."""
    console = _console()
    for finding in findings:
        console.print("ok   " if finding.ok else "FAULT", style="green" if finding.ok else "red", end=" ")
        console.print(f"{finding.what}: {one_line(finding.detail)}")


def _console() -> Console:
    """Colours on a terminal only; text of articles is never read as markup."""
    from rich.console import Console

    return Console(markup=False, highlight=False, emoji=False, soft_wrap=True)
