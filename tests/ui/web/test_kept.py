"""Conversations on disk, and as files to take away."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.ui.web.conftest import HOSTILE
from tests.ui.web.test_answer_html import answer
from ui.web.conversations import Conversations
from ui.web.export import as_json, file_name, markdown, markdown_text


def test_turns_are_kept_and_replaced(tmp_path: Path) -> None:
    kept = Conversations(tmp_path)
    name, first = kept.add("me", "", 0, {"dates": True}, answer(question="One?"))
    assert (kept.add("me", name, 1, {}, answer(question="Two?")), first) == ((name, 1), 0)
    kept.add("me", name, 0, {}, answer(question="Other?"))
    assert [t.answer["question"] for t in Conversations(tmp_path).turns("me", name)] == ["Other?"]


def test_only_the_turns_before_one_are_read(tmp_path: Path) -> None:
    kept, name = Conversations(tmp_path), ""
    for number in range(5):
        name, _ = kept.add("me", name, number, {}, answer())
    assert [t.number for t in kept.turns("me", name, before=4, most=2)] == [2, 3]


def test_a_conversation_ends_where_it_is_endless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.web.conversations.MOST_TURNS", 2)
    kept, name = Conversations(tmp_path), ""
    for number in range(5):
        name, place = kept.add("me", name, number, {}, answer(question=f"{number}?"))
    assert place == 2
    assert [t.answer["question"] for t in kept.turns("me", name)] == ["0?", "1?", "4?"]


def test_nobody_reads_or_changes_anothers(tmp_path: Path) -> None:
    kept = Conversations(tmp_path)
    name, _ = kept.add("me", "", 0, {}, answer())
    assert kept.turns("you", name) == []
    assert kept.listed("you") == []
    kept.remove("you", name)
    kept.rename("you", name, "taken")
    other, _ = kept.add("you", name, 0, {}, answer())
    assert other != name
    assert kept.listed("me") == [(name, "Is it so?")]
    assert len(kept.turns("me", name)) == 1


def test_they_are_found_by_what_was_asked_and_answered(tmp_path: Path) -> None:
    kept = Conversations(tmp_path)
    for question, said in (("Wer?", "Ärzte 100%"), ("Was?", "nichts")):
        kept.add("me", "", 0, {}, answer(question=question, answer=said))
    assert [title for _, title in kept.listed("me", "ÄRZTE")] == ["Wer?"]
    assert [title for _, title in kept.listed("me", "100%")] == ["Wer?"]
    assert kept.listed("me", "_") == []


def test_a_conversation_is_forgotten_whole(tmp_path: Path) -> None:
    kept = Conversations(tmp_path)
    name, _ = kept.add("me", "", 0, {}, answer())
    kept.remove("me", name)
    assert (kept.listed("me"), kept.turns("me", name)) == ([], [])


def test_markdown_has_footnotes_numbered_over_the_whole() -> None:
    written = markdown("Is it so?", [answer(), answer(question="Again?")])
    assert re.findall(r"\[\^(\d)\](?!:)", written) == ["1", "2"]
    assert re.findall(r"^\[\^(\d)\]: “So it is\.” .*, line", written, re.MULTILINE) == ["1", "2"]


def test_acceptance_34_an_export_holds_no_link_image_or_element_of_an_article() -> None:
    written = markdown(
        HOSTILE,
        [
            answer(
                question=HOSTILE,
                claims=[{"text": HOSTILE, "support": "partial", "reasons": [HOSTILE], "citations": [1, 9]}],
            )
        ],
    )
    bare = re.sub(r"\\.", "", written)
    assert not re.search(r"<\w|!\[|\]\(|\]:\s*\w*http", bare)
    assert re.search(r"!\[", re.sub(r"\\.", "", HOSTILE)), "the control"


@pytest.mark.parametrize(
    ("plain", "written"),
    [
        (
            "Saudi-Arabien will um 12:30 (3.5 Mio.) kaufen. C# & Co!?",
            "Saudi-Arabien will um 12:30 (3.5 Mio.) kaufen. C# & Co!?",
        ),
        ("a*b_c [d](e) <f> &lt; `g`", r"a\*b\_c \[d\]\(e) \<f\> \&lt; \`g\`"),
        ("http://evil.test www.evil.test mailto:x", r"http\://evil\.test www\.evil\.test mailto\:x"),
        (" - one", r"\- one"),
        ("12. May", r"12\. May"),
        ("# Help!", r"\# Help\!"),
    ],
)
def test_only_what_could_be_markup_is_escaped(plain: str, written: str) -> None:
    assert markdown_text(plain) == written


@pytest.mark.parametrize(
    ("title", "name"),
    [("Was kostet's, heute?", "Was-kostet-s-heute.md"), ('../a"\r\nb', "a-b.md"), ("?", "conversation.md")],
)
def test_a_file_is_called_as_its_conversation(title: str, name: str) -> None:
    assert file_name(title, "md") == name


def test_what_a_reader_said_of_an_answer_is_kept_until_it_is_given_anew(tmp_path: Path) -> None:
    kept = Conversations(tmp_path)
    name, _ = kept.add("me", "", 0, {"dates": True}, answer())
    kept.judge("you", name, 0, "wrong")
    kept.judge("me", name, 0, "good")
    assert kept.turns("me", name)[0].asked == {"dates": True, "verdict": "good"}
    kept.add("me", name, 0, {"dates": True}, answer())
    assert kept.turns("me", name)[0].asked == {"dates": True}


def test_json_is_what_ask_prints() -> None:
    assert json.loads(as_json("T", [answer()])) == {"title": "T", "answers": [answer()]}
