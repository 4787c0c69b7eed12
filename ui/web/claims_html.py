"""The sentences of an answer as HTML, in the layout in which they were written: paragraphs, lists, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from rag.written.claims import QUOTED
from ui.render import about
from ui.web.html_text import button, element, text
from ui.web.messages import said
from ui.web.words import Words

SYMBOLS = {"quoted": "❝", "supported": "✓", "partial": "◐", "unsupported": "✕", "unchecked": "○"}
AnswerObject = Mapping[str, Any]
Known = Mapping[int, AnswerObject]
_BOLD = re.compile(r"(?<!\*)\*\*(?!\s)(.+?)(?<!\s)\*\*|(?<!`)`([^`]+)`")
_BLOCKS = {"|": "tr", "-": "ul", "1": "ol", "#": "h4"}


def claims_html(claims: Sequence[AnswerObject], known: Known, turn: int, words: Words, *, quoted: bool) -> str:
    """Every claim; `known` has the citations by number. Quotes stand alone."""
    shown = [claim_html(claim, known, f"{turn}-{place}", words) for place, claim in enumerate(claims)]
    lines = (
        [[one] for one in zip(claims, shown, strict=True)]
        if quoted
        else list(_lines(list(zip(claims, shown, strict=True))))
    )
    blocks = groupby(lines, key=lambda line: _kind(line[0][0].get("lead", " ")))
    return "".join(_block(kind, [[made for _, made in line] for line in some]) for kind, some in blocks)


def claim_html(claim: AnswerObject, known: Known, name: str, words: Words) -> str:
    """A sentence with its citation buttons and its support."""
    marks = "".join(mark_html(n, known, words, added=n in claim.get("added", ())) for n in claim["citations"])
    written = _BOLD.sub(lambda m: element("strong", m[1]) if m[1] else element("code", m[2]), text(claim["text"]))
    body = element("span", written, class_="said")  # without a direction of its own, which the block would pass over
    tail = element("span", marks + _support(claim, f"reason-{name}", words), class_="marks")
    return element("span", f"{body} {tail}", class_=f"claim {claim['support']}")


def mark_html(number: int, known: Known, words: Words, *, added: bool = False) -> str:
    """The button of a citation; one that a model made up opens nothing and says so. `added`: not the model's, found when it was checked."""
    citation = known.get(number)
    if citation is None:
        label = words("unknown_source", n=number)
        return element("span", f"{number}?", class_="cite unknown", role="img", aria_label=label, title=label)
    about_it = about(citation["title"], citation["outlet"], citation["date"])
    label = words("open_source", n=number, about=about_it) + (f" ({words('added')})" if added else "")
    kind = "cite added" if added else "cite"
    return button(str(number), class_=kind, data_act="cite", data_n=number, aria_label=label)


def _support(claim: AnswerObject, name: str, words: Words) -> str:
    """By symbol and word, not by colour alone, what is quoted as no more than that; why, when it is pointed at, focused or pressed."""
    kind = "quoted" if tuple(claim["reasons"]) == QUOTED else claim["support"]
    symbol = element("span", SYMBOLS[kind], aria_hidden="true")
    reason = element(
        "span",
        text("; ".join(said(reason, words) for reason in claim["reasons"])),
        class_="reason",
        role="tooltip",
        id=name,
    )
    shown = button(f"{symbol} {text(words(kind))}", class_=f"support {kind}", aria_describedby=name)
    return element("span", shown + reason, class_="why")


_Line = list[tuple[AnswerObject, str]]


def _lines(claims: _Line) -> Iterator[_Line]:
    """The claims of each line."""
    line: _Line = []
    for claim, made in claims:
        if line and "\n" in claim.get("lead", " "):
            yield line
            line = []
        line.append((claim, made))
    if line:
        yield line


def _kind(lead: str) -> str:
    """The element that a line with this layout before it belongs to."""
    mark = lead.rpartition("\n")[2].strip()[:1]
    mark = "1" if mark.isdigit() else "-" if mark and mark in "-*•–—+" else mark
    return _BLOCKS.get(mark, "p")


def _block(kind: str, lines: Sequence[Sequence[str]]) -> str:
    if kind == "tr":
        rows = "".join(element("tr", "".join(element("td", cell, dir="auto") for cell in line)) for line in lines)
        return element("div", element("table", rows), class_="wide-table")
    inside = [" ".join(line) for line in lines]
    if kind in ("ul", "ol"):
        return element(kind, "".join(element("li", one, dir="auto") for one in inside))
    return "".join(element(kind, one, dir="auto") for one in inside)
