"""Answers as HTML: from the JSON form that is kept and exported, so that an old answer looks like a new one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from ui.render import about, line_range
from ui.web.claims_html import AnswerObject, claims_html, mark_html
from ui.web.html_text import button, element, icon, isolated, text
from ui.web.messages import said
from ui.web.words import Words, day_in_words, days_in_words


def turn_html(number: int, asked: AnswerObject, answer: AnswerObject, words: Words) -> str:
    """A question with its answer, as one element with the id `turn-NUMBER`."""
    parts = [
        question_html(number, answer["question"], words),
        searched_html(asked, answer, words),
        _refusal(answer["refusal"], words) if answer["refusal"] else answered_html(number, answer, words),
        _warnings(answer["warnings"], words),
        _actions(number, answer, asked.get("verdict"), words),
    ]
    return "".join(parts)


def question_html(number: int, question: str, words: Words) -> str:
    """The question as it was asked."""
    edit = button(
        "✎", class_="quiet edit", data_act="edit", aria_label=words("edit_question"), title=words("edit_question")
    )
    return element("div", element("h2", text(question), dir="auto", id=f"question-{number}") + edit, class_="question")


def answered_html(number: int, answer: AnswerObject, words: Words) -> str:
    """The claims of an answer, whole or so far, and below them their sources."""
    known = {c["number"]: c for c in answer["citations"]}
    claims = claims_html(answer["claims"], known, number, words, quoted=answer["mode"] == "quotes")
    return (
        element("div", claims, class_="claims")
        + "".join(_disagreement(d, answer, known, words) for d in answer["disagreements"])
        + sources_html(answer["citations"], words)
    )


def sources_html(citations: Sequence[AnswerObject], words: Words) -> str:
    """The sources below an answer, each a button that opens its article."""
    items = "".join(element("li", _source(c, words)) for c in citations)
    heading = element("h3", text(words("sources")))
    return element("div", heading + element("ol", items), class_="sources") if items else ""


def _source(citation: AnswerObject, words: Words) -> str:
    lines = f"{citation['file']}:{line_range(citation['line_start'], citation['line_end'])}"
    copies = words.counted("copies", len(citation["also_in"])) if citation["also_in"] else ""
    about_it = (
        element("span", str(citation["number"]), class_="n", aria_hidden="true")
        + element("span", text(citation["title"] or citation["file"]), class_="title", dir="auto")
        + _where(citation, words, copies)
        + element("span", text(lines), class_="lines")
    )
    return button(
        about_it,
        class_="source",
        data_act="cite",
        data_n=citation["number"],
        data_file=citation["file"],
        data_start=citation["start"],
        data_end=citation["end"],
        data_also=json.dumps(citation["also_in"]) if citation["also_in"] else None,
        aria_label=words(
            "open_source", n=citation["number"], about=about(citation["title"], citation["outlet"], citation["date"])
        ),
    )


def _where(article: AnswerObject, words: Words, *more: str) -> str:
    parts = (article["outlet"], day_in_words(article["date"], words))
    printed = ", ".join(isolated(part) for part in parts if part)
    return element("span", " · ".join(filter(None, (printed, *map(text, more)))), class_="where")


def _disagreement(told: AnswerObject, answer: AnswerObject, known: Mapping[int, AnswerObject], words: Words) -> str:
    """What sources differ in, one row a source, oldest first."""
    titles = (words("says"), words("outlet"), words("date"), words("source"))
    heads = "".join(element("th", text(title), scope="col") for title in titles)
    rows = "".join(
        element(
            "tr",
            element("th", text(value["text"]), scope="row", dir="auto")
            + element("td", text(value["outlet"] or "—"), dir="auto")
            + element("td", text(day_in_words(value["date"], words) or "—"))
            + element("td", mark_html(value["citation"], known, words)),
        )
        for value in told["values"]
    )
    asked = told["matter"] in answer["question"]  # a reader has just read it
    heading = words("differ") if asked else words("differ_in", matter=told["matter"])
    caption = element("caption", text(heading), dir="auto")
    table = element("table", caption + element("thead", element("tr", heads)) + element("tbody", rows))
    return element("div", table, class_="differ")


def _refusal(refusal: AnswerObject, words: Words) -> str:
    """Why there is no answer; the closest articles are named once, as buttons."""
    items = [
        button(
            element("span", text(c["title"] or c["file"]), class_="title") + _where(c, words),
            class_="closest",
            data_act="article",
            data_file=c["file"],
        )
        for c in refusal["closest"]
    ]
    listed = element("ul", "".join(element("li", item, dir="auto") for item in items)) if items else ""
    first = refusal["closest"][0]["title"] if items else None
    told = said(refusal["reason"], words)
    reason, named, _ = told.partition(first) if first else (told, "", "")
    heading = "" if named or not items else element("h3", text(words("closest")))
    return element("div", element("p", text(reason), dir="auto") + heading + listed, class_="refusal")


def searched_html(asked: AnswerObject, answer: AnswerObject, words: Words) -> str:
    """What was searched: the completed question, and each filter with a button that takes it off and asks again."""
    chips = [*_chosen(asked.get("filters", {}), words), *(_period(p, words) for p in answer["periods"])]
    chips += [_outlet(outlet, words) for outlet in answer.get("outlets", ())]
    rewritten = answer["rewritten"]
    if rewritten != " ".join(answer["question"].split()):
        label = text(words("asked_as"))
        edit = button(
            f"{label} <q dir='auto'>{text(rewritten)}</q> ✎",
            class_="quiet rewritten",
            data_act="edit-rewritten",
            data_text=rewritten,
        )
        chips.insert(0, edit)
    return element("div", "".join(chips), class_="searched") if chips else ""


def _chosen(filters: AnswerObject, words: Words) -> list[str]:
    return [
        _chip(f"{words(f'filter_{name}')}: {_named(name, value, words)}", words, data_filter=name, data_value=value)
        for name, values in filters.items()
        for value in (values if isinstance(values, list | tuple) else [values])
    ]


def _named(name: str, value: str, words: Words) -> str:
    return words.language_name(value) if name == "languages" else value


def _period(period: AnswerObject, words: Words) -> str:
    days = days_in_words(period["since"], period["until"], words)
    key = "only_published" if period["kind"] == "published" else "preferred_days"
    return _chip(words(key, days=days, text=period["text"]), words, data_filter="dates", data_value="")


def _outlet(outlet: AnswerObject, words: Words) -> str:
    key = "only_outlet" if outlet["only"] else "preferred_outlet"
    return _chip(words(key, name=outlet["name"], text=outlet["text"]), words, data_filter="named", data_value="")


def _chip(label: str, words: Words, **values: object) -> str:
    off = words("take_off", filter=label)
    inside = element("span", text(label), dir="auto") + element("span", "✕", class_="off", aria_hidden="true")
    return button(inside, class_="chip", data_act="unfilter", aria_label=off, title=off, **values)


def _warnings(warnings: Sequence[str], words: Words) -> str:
    items = "".join(
        element("li", f"<span aria-hidden='true'>⚠</span> {text(said(warning, words))}", dir="auto")
        for warning in warnings
    )
    return element("ul", items, class_="warnings", aria_label=words("warnings")) if items else ""


def _actions(number: int, answer: AnswerObject, verdict: str | None, words: Words) -> str:
    """What can be done with an answer; `verdict` is what its reader said of it."""

    def act(name: str, symbol: str, **more: object) -> str:
        return button(
            f"<span aria-hidden='true'>{symbol}</span>",
            class_="quiet",
            data_act=name,
            aria_label=words(name),
            title=words(name),
            **more,
        )

    def vote(name: str) -> str:
        given = "good" if verdict == "good" else "bad" if verdict else ""
        return act(name, icon(name), aria_pressed=str(name == given).lower())

    took = answer["timings"].get("total")
    facts = [words("seconds", n=f"{took:.1f}")] if took else []
    facts += [words(f"mode_{answer['mode']}")] if answer["claims"] else []
    votes = "" if answer["refusal"] is None and not answer["claims"] else vote("good") + vote("bad")
    made = act("copy", icon("copy")) + act("retry", "↻") + votes
    return element(
        "footer", made + element("span", text(" · ".join(facts)), class_="took"), class_="actions", data_turn=number
    )
