"""Answers as HTML: nothing of an answer is ever markup."""

from __future__ import annotations

import json
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from benchmarks.quality.harm import active
from tests.conftest import Tried
from tests.ui.web.conftest import HOSTILE
from ui.web.answer_html import turn_html
from ui.web.claims_html import claim_html, claims_html
from ui.web.words import words

EN = words("en")


def answer(**changed: Any) -> dict[str, Any]:
    citation: dict[str, Any] = {
        "number": 1,
        "file": "a.txt",
        "start": 3,
        "end": 9,
        "line_start": 1,
        "line_end": 2,
        "quote": "So it is.",
    }
    citation |= {"title": "Title", "date": "2025-01-17", "outlet": "Post", "language": "en", "uri": "a.txt#char=3,9"}
    citation |= {"place": None, "also_in": ["b.txt"]}
    claims = [{"text": "So it is.", "support": "supported", "reasons": ["quoted word for word"], "citations": [1]}]
    whole: dict[str, Any] = {
        "question": "Is it so?",
        "rewritten": "Is it so?",
        "mode": "quotes",
        "answer": "So it is. [1]",
    }
    whole |= {"refused": False, "refusal": None, "claims": claims, "citations": [citation], "disagreements": []}
    whole |= {"warnings": [], "timings": {"total": 0.41}, "filters": {}, "periods": []}
    return whole | changed


def parsed(made: str) -> HTMLParser:
    return HTMLParser(f"<body>{made}</body>")


def hostile() -> dict[str, Any]:
    """An answer that is hostile in every text that it has."""

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                k: v if k in ("support", "mode", "date", "kind", "since", "until") else filled(v)
                for k, v in value.items()
            }
        return [filled(v) for v in value] if isinstance(value, list) else HOSTILE if isinstance(value, str) else value

    closest = [{"file": "a", "title": "t", "date": None, "outlet": "o"}]
    values = [{"text": "7", "citation": 1, "start": 0, "end": 1, "outlet": "o", "date": "2025-01-01"}]
    periods = [{"since": "2025-01-01", "until": None, "text": "t", "kind": "event"}]
    return filled(
        answer(warnings=["w"], periods=periods, disagreements=[{"matter": "m", "text": "t", "values": values}])
        | {"outlets": [{"name": "n", "text": "t", "only": True}], "refusal_told": {"reason": "r", "closest": closest}}
    )


@pytest.mark.parametrize("refused", [False, True])
def test_acceptance_34_nothing_hostile_becomes_markup(refused: bool, tried: Tried) -> None:
    told = hostile()
    made = turn_html(
        0, {"filters": {"outlets": [HOSTILE]}}, told | {"refusal": told["refusal_told"] if refused else None}, EN
    )
    assert active(made) == []
    assert "window.owned" in parsed(made).text()
    tried(places=made.count("window.owned=1&gt;"))


def test_control_34_a_renderer_without_escaping_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A renderer that does not escape."""
    monkeypatch.setattr("ui.web.html_text.escape", str)
    assert active(turn_html(0, {}, hostile() | {"refusal": None}, EN))


def test_directions_and_control_characters_are_shown() -> None:
    made = claim_html({"text": "a\u202eb\x07", "support": "supported", "reasons": [], "citations": []}, {}, "0", EN)
    assert "a&lt;U+202E&gt;b&lt;U+0007&gt;" in made


def test_a_citation_is_a_button_with_a_name() -> None:
    cite = parsed(turn_html(0, {}, answer(), EN)).css_first("button.cite")
    assert cite.text() == "1"
    assert cite.attributes["aria-label"] == "Open source 1: Title (Post, 2025-01-17)"


def test_an_outlet_in_arabic_does_not_take_the_day_with_it() -> None:
    where = parsed(turn_html(0, {}, answer(), EN)).css_first(".source .where")
    assert [part.text() for part in where.css("bdi")] == ["Post", "17 January 2025"]
    assert where.text().startswith("Post, 17 January 2025 · ")


def test_support_is_a_symbol_and_a_word_with_its_reason() -> None:
    tree = parsed(turn_html(3, {}, answer(), EN))
    support = tree.css_first("button.support")
    assert support.text() == "❝ quoted"
    assert tree.css_first(f"#{support.attributes['aria-describedby']}").text() == "quoted word for word"
    written = {"text": "So.", "support": "supported", "reasons": [], "citations": [1]}
    assert parsed(claim_html(written, {}, "0", EN)).css_first("button.support").text() == "✓ supported"


def test_an_invented_citation_opens_nothing_and_says_so() -> None:
    claims = [{"text": "So.", "support": "unsupported", "reasons": ["invented"], "citations": [7]}]
    for citations in ([], answer()["citations"]):
        tree = parsed(turn_html(0, {}, answer(claims=claims, citations=citations), EN))
        assert not tree.css(".claim button.cite")
        assert "made it up" in (tree.css_first(".cite.unknown").attributes["aria-label"] or "")


def test_where_sources_differ_is_a_table() -> None:
    values = [
        {"text": t, "citation": 1, "start": 0, "end": 1, "outlet": o, "date": d}
        for t, o, d in (("6.7", "Post", "2024-10-08"), ("7.6", None, None))
    ]
    tree = parsed(turn_html(0, {}, answer(disagreements=[{"matter": "tonnes", "text": "…", "values": values}]), EN))
    rows = [[cell.text() for cell in row.css("th, td")] for row in tree.css("tbody tr")]
    assert rows == [["6.7", "Post", "8 October 2024", "1"], ["7.6", "—", "—", "1"]]


def test_what_was_searched_can_be_taken_off() -> None:
    named = [{"name": "Tidewater Review", "text": "the Review", "only": False}]
    periods = [{"since": "2022-03-01", "until": "2022-03-31", "text": "in March 2022", "kind": "published"}]
    tree = parsed(
        turn_html(
            0,
            {"filters": {"outlets": ["Post"]}},
            answer(rewritten="Is the treaty so?", periods=periods, outlets=named),
            EN,
        )
    )
    chips = {chip.attributes["data-filter"]: chip.text() for chip in tree.css(".chip")}
    assert chips.pop("named") == "Preferred: Tidewater Review (“the Review”)✕"
    assert chips == {"outlets": "Outlet: Post✕", "dates": "Only articles of March 2022 (“in March 2022”)✕"}
    assert tree.css_first(".rewritten").attributes["data-text"] == "Is the treaty so?"


def test_a_refusal_names_each_closest_article_once() -> None:
    closest = [{"file": f"{t}.txt", "title": t, "date": None, "outlet": None} for t in ("One", "Two")]
    refusal = {"reason": "The articles do not answer this. The closest ones are about: One; Two.", "closest": closest}
    tree = parsed(turn_html(0, {}, answer(refusal=refusal, claims=[], citations=[]), EN))
    assert tree.css_first(".refusal p").text().strip().endswith("The closest ones are about:")
    assert [b.attributes["data-file"] for b in tree.css(".closest")] == ["One.txt", "Two.txt"]


@pytest.mark.parametrize(
    ("verdict", "pressed"), [(None, ["false", "false"]), ("good", ["true", "false"]), ("passage", ["false", "true"])]
)
def test_what_was_said_of_an_answer_is_shown(verdict: str | None, pressed: list[str]) -> None:
    tree = parsed(turn_html(0, {"verdict": verdict}, answer(), EN))
    assert [button.attributes["aria-pressed"] for button in tree.css("[aria-pressed]")] == pressed


def test_in_german() -> None:
    made = turn_html(0, {}, answer(), words("de"))
    assert "❝</span> zitiert" in made
    assert "17. Januar 2025" in made


def test_written_claims_keep_their_layout() -> None:
    leads = (
        ("One.", ""),
        ("Two.", " "),
        ("Three.", "\n- "),
        ("Four.", "\n- "),
        ("a", "\n| "),
        ("b", " | "),
        ("Five.", "\n1. "),
        ("**Six**.", "\n\n"),
    )
    claims = [
        {"text": said, "support": "unchecked", "reasons": [], "citations": [], "lead": lead} for said, lead in leads
    ]
    tree = parsed(claims_html(claims, {}, 0, EN, quoted=False))
    said = {
        name: [" ".join(s.text() for s in block.css(".said")) for block in tree.css(name)]
        for name in ("p", "ul", "tr", "ol")
    }
    assert said == {"p": ["One. Two.", "Six."], "ul": ["Three. Four."], "tr": ["a b"], "ol": ["Five."]}
    assert len(tree.css("ul li")) == len(tree.css("td")) == 2
    assert tree.css_first("strong").text() == "Six"


def test_a_citation_may_begin_at_the_first_character() -> None:
    citations = [answer()["citations"][0] | {"start": 0}]
    source = parsed(turn_html(0, {}, answer(citations=citations), EN)).css_first(".source")
    assert (source.attributes["data-start"], source.attributes["data-end"]) == ("0", "9")


def test_copies_are_named_one_by_one() -> None:
    citations = [answer()["citations"][0] | {"also_in": ["a b.txt", "c, d.txt"]}]
    tree = parsed(turn_html(0, {}, answer(citations=citations), EN))
    assert json.loads(tree.css_first(".source").attributes["data-also"] or "") == ["a b.txt", "c, d.txt"]
    assert "also in 2 copies" in tree.text()


def test_a_citation_that_the_check_added_says_so() -> None:
    claim = answer()["claims"][0] | {"added": [1]}
    cite = parsed(turn_html(0, {}, answer(claims=[claim]), EN)).css_first("button.cite")
    assert cite.attributes["class"] == "cite added"
    assert (cite.attributes["aria-label"] or "").endswith("(added when the sentence was checked)")
