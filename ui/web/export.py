"""A conversation as a file: Markdown with footnotes, or JSON with everything."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from index.shown import one_line
from ui.render import about, line_range

_MARKUP = re.compile(
    r"[\\`*_{}\[\]<>|~]|(?<=])\(|&(?=[#\w]+;)"  # wherever it stands
    r"|(?<=\w)\.(?=[^\W\d_])|:(?=[^\s\d])"  # in what some make a link of: www.x, evil.test, http://x, mailto:x
    r"|^[#+\-=:]|!$"  # a heading, a list; an image, if a mark follows
)
_NUMBERED = re.compile(r"^(\d+)([.)])(?=\s|$)")
_NAME = 60  # characters of a file's name


def markdown_text(value: str) -> str:
    """Text that Markdown shows as it is, escaped where it could be more: no link, image or element can be in it."""
    return _NUMBERED.sub(r"\1\\\2", _MARKUP.sub(r"\\\g<0>", one_line(value).strip()))


def file_name(title: str, ending: str) -> str:
    """What a conversation's file is called: the words of its title."""
    return ("-".join(re.findall(r"\w+", title))[:_NAME].strip("-") or "conversation") + f".{ending}"


def markdown(title: str, answers: Sequence[Mapping[str, Any]]) -> str:
    """The questions as headings, the answers below them, their sources as footnotes, numbered over the whole conversation."""
    lines, notes = [f"# {markdown_text(title)}"], list[str]()
    for answer in answers:
        numbers = {c["number"]: len(notes) + i for i, c in enumerate(answer["citations"], 1)}
        lines += ["", f"## {markdown_text(answer['question'])}", "", _answer(answer, numbers)]
        notes += [_note(numbers[c["number"]], c) for c in answer["citations"]]
    return "\n".join([*lines, "", *notes, ""])


def _answer(answer: Mapping[str, Any], numbers: Mapping[int, int]) -> str:
    if answer["refusal"]:
        return markdown_text(answer["refusal"]["reason"])
    return "\n\n".join(_claim(claim, numbers) for claim in answer["claims"])


def _claim(claim: Mapping[str, Any], numbers: Mapping[int, int]) -> str:
    notes = "".join(f"[^{numbers[n]}]" if n in numbers else f" \\[{n}: no source\\]" for n in claim["citations"])
    doubt = (
        f" *({claim['support']}: {markdown_text('; '.join(claim['reasons']))})*"
        if claim["support"] != "supported"
        else ""
    )
    return markdown_text(claim["text"]) + notes + doubt


def _note(number: int, citation: Mapping[str, Any]) -> str:
    first, last = citation["line_start"], citation["line_end"]
    lines = f"{'line' if first == last else 'lines'} {line_range(first, last)}"
    source = markdown_text(about(citation["title"], citation["outlet"], citation["date"]))
    return (
        f"[^{number}]: “{markdown_text(citation['quote'])}” {source}, `{citation['uri'].replace('`', '%60')}`, {lines}"
    )


def as_json(title: str, answers: Sequence[Mapping[str, Any]]) -> str:
    """The conversation with its answers as `ask --json` prints them."""
    return json.dumps({"title": title, "answers": list(answers)}, ensure_ascii=False, indent=2)
